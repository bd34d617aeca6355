"""Listen: from every source what is new, each page and its cursor in one transaction; a dead source stops no other."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import lru_cache, partial
from typing import TypeVar

from flywheel.config.settings import zone_of
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.feedback import Cursor, Page
from flywheel.domain.outcome import Outcome
from flywheel.domain.person import Person, PersonFact
from flywheel.errors import FencedError, PermanentError, StoreBusyError, StoreError, TransientError
from flywheel.listen.prepare import prepare
from flywheel.ports import OutcomeSource, PersonSource, Source
from flywheel.store.shelves.outcomes import KnownOutcome, outcome_id
from flywheel.store.shelves.people import KnownPerson
from flywheel.wheel import Flywheel

T = TypeVar("T")

_log = logging.getLogger("flywheel")
_PERSONS_AT_HAND = 2**16
"""Pseudonyms that are kept while one source is read; people speak more than once."""


def listen(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Hear persons first (who is who), then feedback, then what happened to people afterwards."""
    counts: Counter[str] = Counter()
    warnings: list[str] = []
    for person_source in wheel.settings.people:
        _hear(person_source.id, partial(_people, wheel, cycle, person_source, counts), counts, warnings)
    for source in wheel.settings.sources:
        _hear(source.id, partial(_feedback, wheel, cycle, source, counts, warnings), counts, warnings)
    for outcome_source in wheel.settings.outcomes:
        _hear(outcome_source.id, partial(_outcomes, wheel, cycle, outcome_source, counts), counts, warnings)
    reasons = {name: n for name, n in sorted(counts.items()) if n and name not in ("new", "skipped", "failed")}
    return Tally(
        step="listen", done=counts["new"], skipped=counts["skipped"], failed=counts["failed"], reasons=reasons,
        warnings=tuple(warnings),
    )  # fmt: skip


def _hear(name: str, fetch: Callable[[], None], counts: Counter[str], warnings: list[str]) -> None:
    try:
        fetch()
    except (StoreError, StoreBusyError, FencedError):
        raise
    except (PermanentError, TransientError) as error:
        counts["failed"] += 1
        counts[f"source {name} failed"] += 1
        warnings.append(str(error))
    except Exception as error:  # noqa: BLE001 - a foreign connector may raise anything: its class is told, not its words
        counts["failed"] += 1
        counts[f"source {name} failed"] += 1
        warnings.append(f"Source {name!r} broke with {type(error).__name__}: run `flywheel check`.")
        _log.warning("source %s broke with %s", name, type(error).__name__)


def _feedback(wheel: Flywheel, cycle: Cycle, source: Source, counts: Counter[str], warnings: list[str]) -> None:
    zone, seen, undated, rows = zone_of(wheel.settings), Counter[str](), 0, 0
    pseudonym = lru_cache(_PERSONS_AT_HAND)(wheel.vault.pseudonym)
    for page in source.fetch(_cursor(wheel, source.id)):
        heard = prepare(page.rows, source, zone, pseudonym, seen)
        now = cycle.as_of
        with wheel.store.write(cycle.fence) as shelves:
            new = shelves.feedback.add(source.id, heard, cycle, wheel.settings.segments)
            shelves.feedback.set_aside(source.id, page.set_aside, now, cycle.id)
            shelves.feedback.save_cursor(source.id, page.cursor, new, now, cycle.id)
        counts["new"] += new
        counts["duplicate"] += len(heard) - new
        _count_refused(page.set_aside, counts, len(heard) - new)
        undated += heard.said_at.count(None)
        rows += len(heard)
    if undated:
        counts["undated"] += undated
        warnings.append(
            f"Source {source.id!r}: {undated} of {rows} rows have no date that can be read; they stay out of trends."
        )


def _people(wheel: Flywheel, cycle: Cycle, source: PersonSource, counts: Counter[str]) -> None:
    for page in source.fetch(_cursor(wheel, source.id)):
        people = [_known(wheel, fact) for fact in _records(page)]
        now = cycle.as_of
        with wheel.store.write(cycle.fence) as shelves:
            shelves.people.add(source.id, people, now)
            shelves.feedback.set_aside(source.id, page.set_aside, now, cycle.id)
            shelves.feedback.save_cursor(source.id, page.cursor, len(people), now, cycle.id)
        counts["persons"] += len(people)
        _count_refused(page.set_aside, counts, 0)


def _outcomes(wheel: Flywheel, cycle: Cycle, source: OutcomeSource, counts: Counter[str]) -> None:
    for page in source.fetch(_cursor(wheel, source.id)):
        new = add_outcomes(wheel, source.id, page, cycle.as_of, (cycle.fence, cycle.id))
        counts["outcomes"] += new
        counts["outcome known already"] += len(page.rows) - new
        _count_refused(page.set_aside, counts, 0)


def add_outcomes(
    wheel: Flywheel, source: str, page: Page[Outcome], now: datetime, cycle: tuple[int | None, str] = (None, "")
) -> int:
    """Store a page of outcomes, in a cycle (its fence and id) with its cursor, or by hand; return how many were new."""
    fence, cycle_id = cycle
    known = []
    for outcome in _records(page):
        person = wheel.vault.pseudonym(outcome.person)
        known.append(KnownOutcome(outcome_id(source, outcome, person), person, outcome))
    with wheel.store.write(fence) as shelves:
        new = shelves.outcomes.add(source, known, now, cycle_id)
        shelves.feedback.set_aside(source, page.set_aside, now, cycle_id)
        if cycle_id:
            shelves.feedback.save_cursor(source, page.cursor, new, now, cycle_id)
    return new


def _known(wheel: Flywheel, fact: PersonFact) -> KnownPerson:
    person_id = wheel.vault.pseudonym(fact.person)
    person = Person(
        id=person_id, voice=fact.voice, brand=fact.brand or wheel.settings.brand.name, language=fact.language,
        time_zone=fact.time_zone, groups=fact.groups, value=fact.value, tenure_days=fact.tenure_days,
    )  # fmt: skip
    locked = [(one.channel, wheel.vault.lock(one.address.get_secret_value(), person_id)) for one in fact.contacts]
    return KnownPerson(person, fact.consents, tuple(locked))


def _cursor(wheel: Flywheel, source: str) -> Cursor | None:
    with wheel.store.read() as shelves:
        return shelves.feedback.cursor(source)


def _records(page: Page[T]) -> Sequence[T]:
    return page.rows  # type: ignore[return-value]  # columns come from feedback sources only


def _count_refused(refused: Sequence[object], counts: Counter[str], duplicates: int) -> None:
    counts["set aside"] += len(refused)
    counts["skipped"] += len(refused) + duplicates
