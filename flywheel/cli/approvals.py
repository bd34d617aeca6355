"""The inbox of what waits for a person: the words, why they wait, and saying yes or no to exactly them."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, count, table
from flywheel.cli.signed import UNSIGNED, Signature, signed
from flywheel.domain.account import Asked
from flywheel.errors import ConfigError
from flywheel.steps import approving
from flywheel.store import Shelves
from flywheel.wheel import Flywheel

Id = Annotated[str, Parameter(name="ID", help="The decision's id, or the beginning of it.")]
_LISTED = 50


def list_approvals(*, options: Options = PLAIN) -> int:
    """Show what waits, need before sale, what lapses soonest first."""
    with Flywheel.open(options.config) as wheel, wheel.store.read() as shelves:
        found = approving.inbox(wheel, shelves)
    head = ("id", "tier", "play", "lapses", "approved", "to", "subject")
    rows = [
        (one.decision_id[:12], one.tier, one.play, f"{one.not_after:%Y-%m-%d %H:%M}", _so_far(one),
         one.address or one.person_id[:8], one.subject) for one in found[:_LISTED]
    ]  # fmt: skip
    more = [f"... and {count(len(found) - _LISTED, 'more')}" for _ in rows[:1] if len(found) > _LISTED]
    answer(options, found, [*table(head, rows), *more] if rows else ["Nothing waits for a person."])
    return 0


def show(start: Id, /, *, options: Options = PLAIN) -> int:
    """Show one message that waits: what the person said, why it waits, and every word of the answer."""
    with Flywheel.open(options.config) as wheel, wheel.store.read() as shelves:
        one = _the_one(wheel, shelves, start)
    heard = f" on {one.said_at:%Y-%m-%d}" if one.said_at else ""
    lines = [
        f"id        {one.decision_id}", f"play      {one.play} ({one.variant}), {one.tier} tier, {one.purpose}",
        f"to        {one.address or 'no address'} by {one.channel}, in {one.language}",
        f"lapses    {one.not_after:%Y-%m-%d %H:%M} UTC", f"approved  {_so_far(one)}",
        *(f"waits     {reason}" for reason in one.because),
        "", f"They said{heard}{' in ' + one.medium if one.medium else ''}:", one.said,
        "", "We would write:", one.subject, "", one.body,
    ]  # fmt: skip
    answer(options, one, lines)
    return 0


def approve(start: Id, /, *, signature: Signature = UNSIGNED, options: Options = PLAIN) -> int:
    """Say yes to a message exactly as it stands; the next act sends it, if everything else still allows it."""
    with Flywheel.open(options.config) as wheel, wheel.store.write(None) as shelves:
        account, now = signed(shelves, signature, "approve"), wheel.clock()
        asked = _the_one(wheel, shelves, start)
        said = approving.approve(shelves, asked, account, now, wheel.settings.act.approval_days)
    then = f"{count(said.missing, 'more person', 'more people')} must approve it." if said.missing else (
        "the next act sends it."
    )  # fmt: skip
    told = {"id": asked.decision_id, "approved_by": [*asked.approved_by, said.by], "missing": said.missing}
    answer(options, told, [f"{asked.decision_id[:12]}: approved by {said.by}; {then}"])
    return 0


def reject(
    start: Id, /, *, reason: Annotated[str, Parameter(help="Why; others learn from it.")],
    signature: Signature = UNSIGNED, options: Options = PLAIN,
) -> int:  # fmt: skip
    """Say no to a message, with the reason: it is cancelled."""
    with Flywheel.open(options.config) as wheel, wheel.store.write(None) as shelves:
        account = signed(shelves, signature, "approve")
        asked = _the_one(wheel, shelves, start)
        said = approving.reject(shelves, asked, account, wheel.clock(), reason)
    told = {"id": asked.decision_id, "rejected_by": said.by, "reason": reason}
    answer(options, told, [f"{asked.decision_id[:12]}: rejected by {said.by}; it will not be sent."])
    return 0


def _the_one(wheel: Flywheel, shelves: Shelves, start: str) -> Asked:
    found = approving.inbox(wheel, shelves, start)
    if len(found) != 1:
        many = f"{len(found)} messages that wait have an id that begins" if found else "Nothing waits whose id begins"
        raise ConfigError(f"{many} with {start!r}: `flywheel approvals list` shows what waits.")
    return found[0]


def _so_far(one: Asked) -> str:
    names = f" ({', '.join(one.approved_by)})" if one.approved_by else ""
    return f"{len(one.approved_by)} of {one.needed}{names}"
