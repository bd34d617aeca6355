"""Replies to complaints in public: drafted with the person's context, finished and sent by one of us."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, count
from flywheel.cli.signed import UNSIGNED, Signature, named
from flywheel.domain.account import Draft
from flywheel.errors import ConfigError
from flywheel.steps import drafting
from flywheel.store.shelves.public import ANSWERED
from flywheel.wheel import Flywheel

Id = Annotated[str, Parameter(name="ID", help="The feedback's id, or the beginning of it.")]


def drafts(*, limit: Annotated[int, Parameter(help="How many.")] = 10, options: Options = PLAIN) -> int:
    """Show complaints in public that nobody has answered, newest first, each with a drafted reply."""
    with Flywheel.open(options.config) as wheel, wheel.store.read() as shelves:
        found = drafting.drafts(wheel, shelves, limit)
    lines = [line for one in found for line in _lines(one)]
    answer(options, found, lines or ["No complaint in public waits for an answer."])
    return 0


def answered(start: Id, /, *, signature: Signature = UNSIGNED, options: Options = PLAIN) -> int:
    """Say that a complaint in public has been answered."""
    with Flywheel.open(options.config) as wheel, wheel.store.write(None) as shelves:
        actor = named(shelves, signature, "approve")
        found = drafting.drafts(wheel, shelves, 2, start)
        if len(found) != 1:
            raise ConfigError(f"{len(found) or 'No'} complaints that wait have an id that begins with {start!r}.")
        one = found[0].complaint.feedback_id
        shelves.audit.note(wheel.clock(), actor, ANSWERED, one)
    answer(options, {"id": one, "answered_by": actor}, [f"{one[:12]}: answered by {actor}."])
    return 0


def _lines(one: Draft) -> list[str]:
    said = one.complaint
    known = (
        f"spoke {count(said.spoke, 'time')}, {said.unhappy} unhappy; we wrote {count(said.messages_sent, 'time')}"
        if said.person_id
        else "we do not know who it is"
    )
    return [
        f"{said.feedback_id[:12]}  {said.said_at:%Y-%m-%d}  {said.medium}, {', '.join(said.topics) or 'no topic'}",
        f"owner: {one.owner}; {known}", f"They said: {said.text}", "A reply might begin:", one.reply, "",
    ]  # fmt: skip
