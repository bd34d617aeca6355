"""The suites of what gives records: sources of feedback, of persons, of outcomes."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

from pydantic import BaseModel

from flywheel.checks.settings import check_settings, fail, require
from flywheel.domain.feedback import Cursor, Feedback, FeedbackColumns, Page, Speaker
from flywheel.domain.outcome import Outcome
from flywheel.domain.person import PersonFact, Signal
from flywheel.domain.standing import Measure
from flywheel.errors import RecordError
from flywheel.ports import MeasureSource, OutcomeSource, PersonSource, SignalSource, Source

_MOST_PAGES = 1_000
_CLOCKS_DIFFER = timedelta(days=1)
_MOST_RESUMED = 20
"""From so many of its pages, spread over all, a fetch is taken up again."""

Fetch = Callable[[Cursor | None], Any]
Key = Callable[[Any], object]


def check_source(source: Source) -> None:
    """Check a source that has some feedback to give, better several pages of it.

    Pages and cursors fit each other, a second fetch gives the same, each record says whose and in which voice it
    speaks, dates are aware and in UTC.
    """
    check_settings(source, Source)
    pages = _pages(source.fetch, None, source.id)
    records = [record for page in pages for record in _feedback(page, source.id)]
    require(records, f"Source {source.id!r} gave no feedback: hand the suite one that has something to say.")
    for record in records:
        _check_feedback(record, source)
    own_ids = all(record.external_id is not None for record in records)
    require(
        own_ids or not source.overlaps,
        f"Source {source.id!r} gives records again (`overlaps`) that have no id: the store could not tell them.",
    )
    _check_future(pages, source)
    _check_raw(pages, source)
    _check_fetching(
        source.fetch, pages, source.id, lambda record: record.model_dump(exclude={"position"}), own_ids=own_ids,
        overlaps=source.overlaps,
    )  # fmt: skip


def check_person_source(source: PersonSource) -> None:
    """Check a source of persons that has some to tell of: pages, cursors, aware dates, addresses out of sight."""
    check_settings(source, PersonSource)
    pages = _pages(source.fetch, None, source.id)
    facts = _records(pages, PersonFact, source.id)
    for fact in facts:
        require(fact.person.strip(), f"Source {source.id!r} tells of a person without an id.")
        for contact in fact.contacts:
            address = contact.address.get_secret_value()
            require(address.strip(), f"Source {source.id!r} gives an empty address: leave the contact out.")
            require(address not in repr(fact), f"Source {source.id!r} shows an address in the repr of a person.")
        for consent in fact.consents:
            _check_moment(consent.at, f"a consent of source {source.id!r}")
    _check_fetching(source.fetch, pages, source.id, lambda fact: fact, overlaps=source.overlaps)


def check_outcome_source(source: OutcomeSource) -> None:
    """Check a source of outcomes that has some to tell of: pages, cursors, aware dates, persons and metrics named."""
    check_settings(source, OutcomeSource)
    pages = _pages(source.fetch, None, source.id)
    for outcome in _records(pages, Outcome, source.id):
        require(outcome.person.strip(), f"Source {source.id!r} tells of an outcome of nobody: set the row aside.")
        require(outcome.metric.strip(), f"Source {source.id!r} tells of an outcome without a metric.")
        _check_moment(outcome.happened_at, f"an outcome of source {source.id!r}")
    _check_fetching(source.fetch, pages, source.id, lambda outcome: outcome, overlaps=source.overlaps)


def check_signal_source(source: SignalSource) -> None:
    """Check a source of signals about people that has some to tell of: persons, signals and dates named."""
    check_settings(source, SignalSource)
    pages = _pages(source.fetch, None, source.id)
    for signal in _records(pages, Signal, source.id):
        require(signal.person.strip(), f"Source {source.id!r} tells of a signal about nobody: set the row aside.")
        require(signal.signal.strip(), f"Source {source.id!r} tells of a signal without a name.")
        _check_moment(signal.happened_at, f"a signal of source {source.id!r}")
    _check_fetching(source.fetch, pages, source.id, lambda signal: signal)


def check_measure_source(source: MeasureSource) -> None:
    """Check a source of figures that has some to tell of: each says whose it is, of what, when, and who counted."""
    check_settings(source, MeasureSource)
    pages = _pages(source.fetch, None, source.id)
    for one in _records(pages, Measure, source.id):
        where = f"{one.measure!r} of {one.brand!r} from source {source.id!r}"
        require(one.measure.strip() and one.brand.strip(), f"Source {source.id!r} has a figure of nobody or nothing.")
        require(one.provenance.strip(), f"{where} does not say where it comes from.")
        require(math.isfinite(one.value), f"{where} is {one.value}: leave out what is not known.")
        require(one.n is None or one.n > 0, f"{where} rests on {one.n} answers: None when nobody published it.")
        _check_moment(one.as_of, where)
    _check_fetching(source.fetch, pages, source.id, lambda one: one)


def _pages(fetch: Fetch, since: Cursor | None, name: str) -> list[Page[Any]]:
    pages: list[Page[Any]] = []
    for page in fetch(since):
        require(isinstance(page, Page), f"Source {name!r} yields {type(page).__name__}: yield Page(rows, cursor).")
        require(len(pages) < _MOST_PAGES, f"Source {name!r} gave {_MOST_PAGES} pages and goes on: does it ever end?")
        _travelled(page.cursor, name)
        for aside in page.set_aside:
            require(aside.reason.strip(), f"Source {name!r} sets {aside.position!r} aside without a reason.")
        pages.append(page)
    return pages


def _travelled(cursor: Cursor, name: str) -> Cursor:
    """Return a cursor as the store gives it back: through JSON, by value."""
    require(isinstance(cursor, Cursor), f"Source {name!r} has a page without a Cursor.")
    try:
        back = json.loads(json.dumps(cursor.value))
    except (TypeError, ValueError):
        back = None
    require(back == cursor.value, f"A cursor of source {name!r} does not survive JSON: keep text, numbers, lists.")
    return Cursor(value=back)


def _check_fetching(
    fetch: Fetch, pages: list[Page[Any]], name: str, key: Key, *, own_ids: bool = True, overlaps: bool = False
) -> None:
    """Check that cursors cover their pages exactly; rows without ids of their own may come again, all of them.

    A source that overlaps may repeat what it told before, but must still tell all that is left.
    """
    told = [[key(row) for row in _any(page)] for page in pages]
    again = [[key(row) for row in _any(page)] for page in _pages(fetch, None, name)]
    require(
        _flat(again) == _flat(told),
        f"Source {name!r} gives other records, ids or another order when it is fetched again: both must not change.",
    )
    after = _flat(
        [[key(row) for row in _any(page)] for page in _pages(fetch, _travelled(pages[-1].cursor, name), name)]
    )
    repeated = overlaps and all(row in _flat(told) for row in after)
    require(
        repeated or not after,
        f"Source {name!r} gives {len(after)} records again after its last cursor: nothing was new.",
    )
    step = max(1, len(pages) // _MOST_RESUMED)
    for at in range(0, len(pages) - 1, step):
        rest = _flat(told[at + 1 :])
        found = _pages(fetch, _travelled(pages[at].cursor, name), name)
        resumed = _flat([[key(row) for row in _any(page)] for page in found])
        if overlaps:
            exact = all(row in resumed for row in rest) and all(row in _flat(told) for row in resumed)
        else:
            exact = resumed == rest if own_ids else resumed[len(resumed) - len(rest) :] == rest
        require(
            exact,
            f"Source {name!r}, taken up after page {at + 1} of {len(pages)}, gives {len(resumed)} records where "
            f"{len(rest)} are left: a cursor covers exactly the rows of its page and all before it.",
        )


def _check_future(pages: list[Page[Any]], source: Source) -> None:
    """Check that no cursor has run ahead of the clock: what is dated in the future must not hide what is to come."""
    for page in pages:
        for moment in _moments(page.cursor.value):
            require(
                moment <= datetime.now(UTC) + _CLOCKS_DIFFER,  # noqa: TID251 - what is ahead of the clock is the question
                f"A cursor of source {source.id!r} stands at {moment:%Y-%m-%d}, in the future: it would see nothing "
                "until then. Save min(newest, now).",
            )


def _moments(value: Any) -> list[datetime]:
    """Return what in a cursor can be read as a moment."""
    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        return [moment for one in inside for moment in _moments(one)]
    if not isinstance(value, str) or len(value) < len("2099-01-01"):
        return []
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return []
    return [moment if moment.tzinfo else moment.replace(tzinfo=UTC)]


def _check_raw(pages: list[Page[Any]], source: Source) -> None:
    """Check that what was set aside can be tried again, where its raw form was kept; and that it is out of sight."""
    for aside in (one for page in pages for one in page.set_aside if one.raw):
        require(str(aside.raw) not in repr(aside), f"Source {source.id!r} shows the raw form of a record in its repr.")
        try:
            source.parse(str(aside.raw))
        except RecordError:
            continue
        except Exception as error:  # noqa: BLE001 - whatever it raises is what this suite is here to name
            fail(f"Source {source.id!r} breaks with {type(error).__name__} on what it set aside: raise RecordError.")


def _check_feedback(record: Feedback, source: Source) -> None:
    where = f"{record.position or record.external_id!r} of source {source.id!r}"
    require(record.text.strip() or record.scores, f"{where} has neither text nor score: set it aside with a reason.")
    require(record.brand or source.brand, f"{where} does not say about which brand it speaks.")
    require(
        (record.voice or source.voice) in get_args(Speaker),
        f"{where} has no voice: customer, employee or company.",
    )
    require(record.external_id is None or record.external_id.strip(), f"{where} has an empty id: give None instead.")
    if record.said_at is not None:
        _check_moment(record.said_at, where)


def _check_moment(moment: datetime, where: str) -> None:
    require(
        moment.utcoffset() == timedelta(0),
        f"{where} has a date that is not in UTC: convert it where you know its zone.",
    )


def _feedback(page: Page[Any], name: str) -> Sequence[Feedback]:
    if isinstance(page.rows, FeedbackColumns):
        lengths = {column: len(getattr(page.rows, column)) for column in FeedbackColumns.__slots__}
        require(len(set(lengths.values())) == 1, f"A page of source {name!r} has columns of unequal length: {lengths}.")
    rows = _any(page)
    for row in rows:
        require(isinstance(row, Feedback), f"Source {name!r} gives {type(row).__name__} where Feedback is expected.")
    return rows


def _records(pages: list[Page[Any]], kind: type[BaseModel], name: str) -> list[Any]:
    rows = [row for page in pages for row in _any(page)]
    require(rows, f"Source {name!r} gave nothing: hand the suite one that has something to tell.")
    for row in rows:
        require(isinstance(row, kind), f"Source {name!r} gives {type(row).__name__}, not {kind.__name__}.")
    return rows


def _any(page: Page[Any]) -> Sequence[Any]:
    if not isinstance(page.rows, FeedbackColumns):
        return page.rows
    names = FeedbackColumns.__slots__
    columns = zip(*(getattr(page.rows, name) for name in names), strict=True)
    # unchecked: what a connector put into a column is what the suite wants to see, a naive date too
    return [Feedback.model_construct(**dict(zip(names, row, strict=True))) for row in columns]


def _flat(pages: list[list[object]]) -> list[object]:
    return [row for page in pages for row in page]
