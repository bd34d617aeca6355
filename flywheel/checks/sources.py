"""The suites of what gives records: sources of feedback, of persons, of outcomes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from flywheel.checks.settings import check_settings, require
from flywheel.domain.feedback import Cursor, Feedback, FeedbackColumns, Page
from flywheel.domain.outcome import Outcome
from flywheel.domain.person import PersonFact
from flywheel.ports import OutcomeSource, PersonSource, Source

_MOST_PAGES = 1_000
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
    _check_fetching(
        source.fetch, pages, source.id, lambda record: record.model_dump(exclude={"position"}), own_ids=own_ids
    )


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
    _check_fetching(source.fetch, pages, source.id, lambda fact: fact)


def check_outcome_source(source: OutcomeSource) -> None:
    """Check a source of outcomes that has some to tell of: pages, cursors, aware dates, persons and metrics named."""
    check_settings(source, OutcomeSource)
    pages = _pages(source.fetch, None, source.id)
    for outcome in _records(pages, Outcome, source.id):
        require(outcome.person.strip(), f"Source {source.id!r} tells of an outcome of nobody: set the row aside.")
        require(outcome.metric.strip(), f"Source {source.id!r} tells of an outcome without a metric.")
        _check_moment(outcome.happened_at, f"an outcome of source {source.id!r}")
    _check_fetching(source.fetch, pages, source.id, lambda outcome: outcome)


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


def _check_fetching(fetch: Fetch, pages: list[Page[Any]], name: str, key: Key, *, own_ids: bool = True) -> None:
    """Check that cursors cover their pages exactly; rows without ids of their own may come again, all of them."""
    told = [[key(row) for row in _any(page)] for page in pages]
    again = [[key(row) for row in _any(page)] for page in _pages(fetch, None, name)]
    require(
        _flat(again) == _flat(told),
        f"Source {name!r} gives other records, ids or another order when it is fetched again: both must not change.",
    )
    after = _flat(
        [[key(row) for row in _any(page)] for page in _pages(fetch, _travelled(pages[-1].cursor, name), name)]
    )
    require(not after, f"Source {name!r} gives {len(after)} records again after its last cursor: nothing was new.")
    step = max(1, len(pages) // _MOST_RESUMED)
    for at in range(0, len(pages) - 1, step):
        rest = _flat(told[at + 1 :])
        found = _pages(fetch, _travelled(pages[at].cursor, name), name)
        resumed = _flat([[key(row) for row in _any(page)] for page in found])
        exact = resumed == rest if own_ids else resumed[len(resumed) - len(rest) :] == rest
        require(
            exact,
            f"Source {name!r}, taken up after page {at + 1} of {len(pages)}, gives {len(resumed)} records where "
            f"{len(rest)} are left: a cursor covers exactly the rows of its page and all before it.",
        )


def _check_feedback(record: Feedback, source: Source) -> None:
    where = f"{record.position or record.external_id!r} of source {source.id!r}"
    require(record.text.strip() or record.scores, f"{where} has neither text nor score: set it aside with a reason.")
    require(record.brand or source.brand, f"{where} does not say about which brand it speaks.")
    require(
        (record.voice or source.voice) in ("customer", "employee"), f"{where} speaks in no voice: customer or employee."
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
