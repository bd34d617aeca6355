"""Listen: from every source what is new, each page and its cursor in one transaction; a dead source stops no other."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache, partial

from flywheel.config.settings import zone_of
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.feedback import Cursor, Feedback, FeedbackColumns, HeardColumns, Page
from flywheel.errors import FencedError, PermanentError, StoreBusyError, StoreError, TransientError
from flywheel.listen.prepare import prepare
from flywheel.listen.usable import bounded
from flywheel.listen.volume import missing
from flywheel.ports import InboundSource, Source
from flywheel.steps.hearing import Heard, keep_aside, outcomes, people, signals, stored_measures
from flywheel.steps.inbound import inbound_pages
from flywheel.wheel import Flywheel

_log = logging.getLogger("flywheel")
_PERSONS_AT_HAND = 2**16
"""Pseudonyms that are kept while one source is read; people speak more than once."""
_AHEAD = timedelta(days=1)
"""Clocks differ, and zones are mistaken; what is dated later than this has no date."""


def listen(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Hear persons first (who is who), then feedback, then what happened to people, and what others counted."""
    heard = Heard(Counter(), [])
    for person_source in wheel.settings.people:
        _hear(person_source.id, partial(people, wheel, cycle, person_source, heard), heard)
    for source in wheel.settings.sources:
        _hear(source.id, partial(_feedback, wheel, cycle, source, heard), heard)
    for signal_source in wheel.settings.signals:
        _hear(signal_source.id, partial(signals, wheel, cycle, signal_source, heard), heard)
    for outcome_source in wheel.settings.outcomes:
        _hear(outcome_source.id, partial(outcomes, wheel, cycle, outcome_source, heard), heard)
    for measure_source in wheel.settings.measures:
        _hear(measure_source.id, partial(stored_measures, wheel, cycle, measure_source, heard), heard)
    counts = heard.counts
    reasons = {name: n for name, n in sorted(counts.items()) if n and name not in ("new", "skipped", "failed")}
    return Tally(
        step="listen", done=counts["new"], skipped=counts["skipped"], failed=counts["failed"], reasons=reasons,
        warnings=tuple(dict.fromkeys(heard.warnings)),
    )  # fmt: skip


def _hear(name: str, fetch: Callable[[], None], heard: Heard) -> None:
    try:
        fetch()
    except (StoreError, StoreBusyError, FencedError):
        raise
    except (PermanentError, TransientError) as error:
        heard.failed(name, str(error))
    except Exception as error:  # noqa: BLE001 - a foreign connector may raise anything: its class is told, not its words
        heard.failed(name, f"Source {name!r} broke with {type(error).__name__}: run `flywheel check`.")
        _log.warning("source %s broke with %s", name, type(error).__name__)


def _feedback(wheel: Flywheel, cycle: Cycle, source: Source, heard: Heard) -> None:
    zone, seen, told = zone_of(wheel.settings), Counter[str](), Counter[str]()
    pseudonym = lru_cache(_PERSONS_AT_HAND)(wheel.vault.pseudonym)
    for page in map(_bounded, _pages(wheel, cycle, source)):
        heard.note(page)
        rows = _dated(prepare(page.rows, source, zone, pseudonym, seen), max(cycle.as_of, wheel.clock()), told)
        new = _store(wheel, cycle, source, page, rows, told)
        told.update({"rows": len(rows), "undated": rows.said_at.count(None), "new": new})
        told["refused"] += heard.refused(source.id, page.set_aside)
    with wheel.store.write(cycle.fence) as shelves:
        shelves.sources.add_volume(source.id, cycle.id, 0, cycle.as_of)
        gave = shelves.sources.gave(source.id, cycle.id)
        past = [(one.rows, one.heard_at) for one in shelves.sources.volumes(source.id, cycle.as_of)]
    _count(source.id, heard, told)
    expected = missing(past, gave, cycle.as_of)
    if expected is not None:
        heard.counts["too quiet"] += 1
        heard.warnings.append(
            f"Source {source.id!r}: {gave} new where about {expected:.0f} were to be expected: is it broken, or are "
            "its credentials or its filter no longer right?"
        )


def _pages(wheel: Flywheel, cycle: Cycle, source: Source) -> Iterator[Page[Feedback]]:
    with wheel.store.read() as shelves:
        since: Cursor | None = shelves.feedback.cursor(source.id)
    return inbound_pages(wheel, cycle, source, since) if isinstance(source, InboundSource) else source.fetch(since)


def _bounded(page: Page[Feedback]) -> Page[Feedback]:
    """Return a page with those rows set aside that no store could count."""
    given = page.rows
    rows, refused = bounded(given if isinstance(given, FeedbackColumns) else FeedbackColumns.of(given))
    return replace(page, rows=rows, set_aside=(*page.set_aside, *refused))


def _store(
    wheel: Flywheel, cycle: Cycle, source: Source, page: Page[Feedback], rows: HeardColumns, told: Counter[str]
) -> int:
    """Store a page with its cursor, in one transaction; return how many rows are new."""
    aside, segments = keep_aside(wheel.vault, source.id, page.set_aside), wheel.settings.segments
    with wheel.store.write(cycle.fence) as shelves:
        known = shelves.identities.of(source.id, sorted({one for one in rows.person_id if one}))
        if known:
            rows = replace(rows, person_id=[known.get(one, one) if one else None for one in rows.person_id])
        new = shelves.feedback.add(source.id, rows, cycle, segments)
        edited = shelves.revisions.add(rows, cycle, segments) if new < len(rows) else 0
        shelves.feedback.set_aside(source.id, aside, cycle.as_of, cycle.id)
        shelves.feedback.save_cursor(source.id, page.cursor, new, cycle.as_of, cycle.id)
        if new:
            shelves.sources.add_volume(source.id, cycle.id, new, cycle.as_of)
    told.update({"edited": edited, "known": len(rows) - new - edited})
    return new


def _dated(rows: HeardColumns, now: datetime, told: Counter[str]) -> HeardColumns:
    """Take the dates away that have not come yet: they would stand alone at the end of every trend."""
    latest = now + _AHEAD
    late = [at for at, one in enumerate(rows.said_at) if one is not None and one > latest]
    if not late:
        return rows
    told["future"] += len(late)
    said_at, day = list(rows.said_at), list(rows.day)
    for at in late:
        said_at[at], day[at] = None, ""
    return replace(rows, said_at=said_at, day=day)


def _count(name: str, heard: Heard, told: Counter[str]) -> None:
    heard.counts.update({
        "new": told["new"], "edited": told["edited"], "duplicate": told["known"], "skipped": told["known"],
        "undated": told["undated"], "dated in the future": told["future"],
    })  # fmt: skip
    if told["undated"]:
        heard.warnings.append(
            f"Source {name!r}: {told['undated']} of {told['rows']} rows have no date that can be read; they stay out "
            "of trends."
        )
    if told["future"]:
        heard.warnings.append(f"Source {name!r}: {told['future']} of {told['rows']} rows are dated in the future.")
    if told["refused"] and not told["rows"]:
        heard.warnings.append(
            f"Source {name!r}: none of its {told['refused']} records can be used (most: {heard.most(name)}). Is it "
            "described rightly? Run `flywheel check`."
        )
