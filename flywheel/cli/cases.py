"""The inner loop's register: who needs an answer from us, who gives it, until when; saying that it is given."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.by_id import the_one
from flywheel.cli.options import PLAIN, Options, in_utc
from flywheel.cli.screen import answer, printable, table
from flywheel.cli.switch import who
from flywheel.domain.care import CaseEvent, CaseStatus, CaseSummary, StandingCase
from flywheel.domain.ids import content_id
from flywheel.domain.record import Record
from flywheel.errors import ConfigError
from flywheel.wheel import Flywheel

Id = Annotated[str, Parameter(name="ID", help="The case's id, or the beginning of it.")]
_LISTED = 50


class Listed(Record):
    """The register as it stands, and how each owner does."""

    cases: tuple[StandingCase, ...]
    owners: tuple[CaseSummary, ...]


class Shown(Record):
    """A case with what was said and everything that happened."""

    case: StandingCase
    said: tuple[str, ...]
    events: tuple[CaseEvent, ...]


def list_cases(
    *,
    status: Annotated[CaseStatus | None, Parameter(help="Only those in this state.")] = None,
    owner: Annotated[str | None, Parameter(help="Only those of one owner.")] = None,
    options: Options = PLAIN,
) -> int:
    """Show who waits for an answer, soonest due first, and how each owner does."""
    with Flywheel.open(options.config) as wheel, wheel.store.read() as shelves:
        now = wheel.clock()
        found = shelves.cases.register(owner=owner, status=status)
        owners = [one for one in shelves.cases.summary(now) if owner in (None, one.owner)]
    head = ("id", "need", "owner", "state", "due", "asked", "why")
    rows = [
        (one.id[:12], one.need, one.owner, _state(one, now), f"{one.due:%Y-%m-%d %H:%M}", 1 + one.reopened, one.reason)
        for one in found[:_LISTED]
    ]
    more = [f"... and {len(found) - _LISTED} more: name an --owner or a --status"] if len(found) > _LISTED else []
    told = [
        f"{one.owner}: {one.open} wait ({one.overdue} overdue); {one.in_time} of {one.answered} answered in time; "
        f"{one.recovered} of {one.heard_again} who spoke again are at peace"
        for one in owners
    ]
    lines = [*table(head, rows), *more, "", *told] if rows else ["Nobody waits for an answer."]
    answer(options, Listed(cases=tuple(found), owners=tuple(owners)), lines)
    return 0


def show(start: Id, /, *, options: Options = PLAIN) -> int:
    """Show one case: what they said, all of it in view, and what happened since."""
    with Flywheel.open(options.config) as wheel, wheel.store.read() as shelves:
        one, now = the_one(shelves.cases.find(start.lower()), start, kind="case"), wheel.clock()
        shown = Shown(
            case=one, said=tuple(shelves.cases.words_of(one.person_id)), events=tuple(shelves.cases.events(one.id))
        )
    lines = [
        f"id       {one.id}", f"person   {one.person_id}", f"state    {_state(one, now)}",
        f"need     {one.need}: {one.reason}",
        f"owner    {one.owner} ({one.touchpoint or 'no touchpoint'})", f"due      {one.due:%Y-%m-%d %H:%M} UTC", "",
        "What they said to us, newest first:", *(f"  {printable(line)}" for line in shown.said), "",
        *(f"{event.at:%Y-%m-%d %H:%M}  {event.kind} by {event.actor}: {event.reason}{_cause(event)}"
          for event in shown.events),
    ]  # fmt: skip
    answer(options, shown, lines)
    return 0


def close(
    start: Id, /, *,
    cause: Annotated[str, Parameter(help="Why it came to it at all.")],
    reason: Annotated[str, Parameter(help="What was done for the person.")],
    by: Annotated[str | None, Parameter(help="Who says so; default: whoever is logged in.")] = None,
    on: Annotated[datetime | None, Parameter(help="When it was done; default: now.")] = None,
    options: Options = PLAIN,
) -> int:  # fmt: skip
    """Say that somebody was answered, with the cause and what was done; whether it helped, they say next."""
    with Flywheel.open(options.config) as wheel, wheel.store.write(None) as shelves:
        one, now = the_one(shelves.cases.find(start.lower()), start, kind="case"), wheel.clock()
        at = in_utc(on) or now
        if one.status not in ("open", "answered"):
            raise ConfigError(f"Case {one.id[:12]} is {one.status} already; it reopens when they complain again.")
        if not one.since <= at <= now:
            raise ConfigError(f"{at:%Y-%m-%d %H:%M} is not between {one.since:%Y-%m-%d %H:%M} and now.")
        said = CaseEvent(
            id=content_id("care_event", one.id, "closed", at.isoformat()), case_id=one.id, kind="closed",
            actor=by or who(), reason=reason, cause=cause, at=at,
        )  # fmt: skip
        shelves.cases.add([], [said])
        shelves.audit.note(now, said.actor, "close", "case", one.id)
    answer(options, said, [f"{one.id[:12]}: answered by {said.actor}. What they say next tells whether it helped."])
    return 0


def _state(one: StandingCase, now: datetime) -> str:
    return "overdue" if one.overdue(now) else one.status


def _cause(event: CaseEvent) -> str:
    return f" (cause: {event.cause})" if event.cause else ""
