"""What the customers' advocate holds against plans, and a named person's word on it."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from flywheel.cli.by_id import the_one
from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, table
from flywheel.cli.signed import UNSIGNED, Signature, named
from flywheel.domain.ids import content_id
from flywheel.domain.objecting import ObjectionState, ObjectionWord, StandingObjection
from flywheel.errors import ConfigError
from flywheel.wheel import Flywheel

Id = Annotated[str, Parameter(name="ID", help="The objection's id, or the beginning of it.")]
Reason = Annotated[str, Parameter(help="Why; it is kept with your name.")]


def list_objections(
    *,
    state: Annotated[ObjectionState | None, Parameter(help="Only those in this state.")] = None,
    options: Options = PLAIN,
) -> int:
    """Show what is held against plans, newest first, and which overrides were later found to harm."""
    with Flywheel.open(options.config) as wheel, wheel.store.read() as shelves:
        found = shelves.objections.register(state)
    rows = [(one.id[:12], one.plan, _state(one), f"{one.expires:%Y-%m-%d}", one.question, one.finding) for one in found]
    head = ("id", "plan", "state", "until", "question", "finding")
    answer(options, found, table(head, rows) if rows else ["Nothing is held against any plan."])
    return 0


def accept(start: Id, /, *, reason: Reason, signature: Signature = UNSIGNED, options: Options = PLAIN) -> int:
    """Agree: while the objection stands, the play is not done."""
    return _say("accepted", start, reason, signature, options)


def override(start: Id, /, *, reason: Reason, signature: Signature = UNSIGNED, options: Options = PLAIN) -> int:
    """Go on all the same; should it turn out to harm, it is listed under your name."""
    return _say("overridden", start, reason, signature, options)


def _say(
    kind: Literal["accepted", "overridden"], start: str, reason: str, signature: Signature, options: Options
) -> int:
    if not reason.strip():
        raise ConfigError("Give a reason: others will read it.")
    with Flywheel.open(options.config) as wheel, wheel.store.write(None) as shelves:
        actor, now = named(shelves, signature, "challenge"), wheel.clock()
        one = the_one(shelves.objections.find(start.lower()), start, kind="objection")
        if one.state == kind:
            raise ConfigError(f"Objection {one.id[:12]} was {kind} by {one.actor} already.")
        word = ObjectionWord(
            id=content_id("objection_event", one.id, kind, actor, now.isoformat()), objection_id=one.id, kind=kind,
            actor=actor, reason=reason, at=now,
        )  # fmt: skip
        shelves.objections.note(word)
        shelves.audit.note(now, actor, kind, "objection", one.id)
    then = "the plan goes on" if kind == "overridden" else f"the plan rests until {one.expires:%Y-%m-%d}"
    answer(options, word, [f"{one.id[:12]} ({one.plan}): {kind} by {actor}; {then}."])
    return 0


def _state(one: StandingObjection) -> str:
    return f"{one.state}, and it harmed" if one.harmed else one.state
