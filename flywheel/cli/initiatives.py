"""The outer loop's register: which causes are to be removed, by whom, what came of it; saying that the work is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.by_id import the_one
from flywheel.cli.options import PLAIN, Options, in_utc
from flywheel.cli.screen import answer, table
from flywheel.cli.switch import who
from flywheel.domain.ids import content_id
from flywheel.domain.initiative import ENDED, Initiative, InitiativeStatus, Milestone, MilestoneKind
from flywheel.domain.record import Record
from flywheel.errors import ConfigError
from flywheel.wheel import Flywheel

Id = Annotated[str, Parameter(name="ID", help="The initiative's id, or the beginning of it.")]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """What a person says of the work."""

    reason: Annotated[str, Parameter(help="What was done, or why it is given up.")]
    by: Annotated[str | None, Parameter(help="Who says so; default: whoever is logged in.")] = None
    on: Annotated[datetime | None, Parameter(help="When the work was done; default: now.")] = None
    began: Annotated[datetime | None, Parameter(help="When the work began; default: when it was done.")] = None
    abandon: Annotated[bool, Parameter(help="Give it up: no data will be asked.", negative=())] = False


class Shown(Record):
    """An initiative with everything that happened to it."""

    initiative: Initiative
    milestones: tuple[Milestone, ...]


def list_initiatives(
    *,
    status: Annotated[InitiativeStatus | None, Parameter(help="Only those in this state.")] = None,
    options: Options = PLAIN,
) -> int:
    """Show the register, soonest due first."""
    with Flywheel.open(options.config) as wheel:
        now = wheel.clock()
        with wheel.store.read() as shelves:
            found = shelves.initiatives.register(*((status,) if status else ()))
    head = ("id", "state", "owner", "due", "voices", "effect", "cause")
    rows = [(one.id[:12], _state(one, now), one.owner, f"{one.due:%Y-%m-%d}", one.evidence_count, _percent(one.effect),
             one.cause.partition(";")[0]) for one in found]  # fmt: skip
    nothing = ["There is no initiative yet: the outer loop (`flywheel ooda`) opens them."]
    answer(options, found, table(head, rows) if rows else nothing)
    return 0


def show(start: Id, /, *, options: Options = PLAIN) -> int:
    """Show one initiative: cause, evidence, what is expected of it, and what happened so far."""
    with Flywheel.open(options.config) as wheel, wheel.store.read() as shelves:
        one = the_one(shelves.initiatives.find(start), start, kind="initiative")
        shown = Shown(initiative=one, milestones=tuple(shelves.initiatives.milestones(one.id)))
        now = wheel.clock()
    answer(options, shown, _lines(shown, now))
    return 0


def close(start: Id, /, *, word: Word, options: Options = PLAIN) -> int:
    """Say that the work is done; whether it helped, the data say."""
    with Flywheel.open(options.config) as wheel:
        now = wheel.clock()
        done, began = in_utc(word.on) or now, in_utc(word.began)
        with wheel.store.write(None) as shelves:
            one = the_one(shelves.initiatives.find(start), start, kind="initiative")
            _require_possible(one, done, began, now)
            kind: MilestoneKind = "abandoned" if word.abandon else "done"
            said = Milestone(
                id=content_id("milestone", one.id, kind, done.isoformat(), word.reason), initiative_id=one.id,
                kind=kind, actor=word.by or who(), reason=word.reason, at=done, began=began,
            )  # fmt: skip
            if shelves.initiatives.note([said]):
                shelves.audit.note(now, said.actor, kind, "initiative", one.id)
        first = wheel.settings.ooda.verify_after_days
    then = "it is given up." if word.abandon else (
        f"the work counts as done. From {first} days after {done:%Y-%m-%d} on, the outer loop holds its unhappy "
        "mentions against topics that nobody worked on: verified, refuted, or nobody can tell yet."
    )  # fmt: skip
    answer(options, said, [f"{one.id[:12]} ({one.topic}): {then}"])
    return 0


def _require_possible(one: Initiative, done: datetime, began: datetime | None, now: datetime) -> None:
    if one.status in ENDED:
        raise ConfigError(f"Initiative {one.id[:12]} is {one.status} already; a cause that comes back is another one.")
    if done > now:
        raise ConfigError(f"{done:%Y-%m-%d %H:%M} is still to come: say that work is done when it is.")
    if began is not None and began > done:
        raise ConfigError(f"The work cannot have begun ({began:%Y-%m-%d}) after it was done ({done:%Y-%m-%d}).")


def _lines(shown: Shown, now: datetime) -> list[str]:
    one, expected = shown.initiative, shown.initiative.expected
    interval = "" if expected.effect is None else f" ({_span(expected.effect, expected.low, expected.high)})"
    cost = "unknown" if one.cost is None else f"about {one.cost:,.0f}"
    lines = [
        one.cause, "",
        f"id        {one.id}", f"state     {_state(one, now)}", f"owner     {one.owner}",
        f"opened    {one.opened_at:%Y-%m-%d}", f"due       {one.due:%Y-%m-%d}", f"expected  {expected.words}{interval}",
        f"cost      {cost}",
        f"measured  {_span(one.effect, one.low, one.high)}", f"doubt     {one.doubt}",
        "evidence  " + (", ".join(one.evidence) or "counts of mentions only"),
    ]  # fmt: skip
    told = [f"{told.at:%Y-%m-%d}  {told.kind} by {told.actor}: {told.reason}" for told in shown.milestones]
    return [*lines, "", *told] if told else lines


def _state(one: Initiative, now: datetime) -> str:
    late = f" (overdue, escalated {one.escalations} times)" if one.status == "open" and one.due < now else ""
    return {"done": "done, not verified yet"}.get(one.status, one.status) + late


def _span(effect: float | None, low: float | None, high: float | None) -> str:
    if effect is None or low is None or high is None:
        return "nothing yet"
    return f"{_percent(effect)} unhappy mentions beside untouched topics ({_percent(low)} to {_percent(high)})"


def _percent(share: float | None) -> str | None:
    return None if share is None else f"{100 * share:+.0f} %"
