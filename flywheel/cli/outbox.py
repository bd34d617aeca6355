"""The outbox: where messages stand, and what to do about those of which nobody knows whether they arrived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, count, table
from flywheel.cli.signed import UNSIGNED, Signature, named
from flywheel.domain.delivery import DeliveryStatus, Listed
from flywheel.domain.record import Record
from flywheel.errors import ConfigError
from flywheel.steps import doubting
from flywheel.steps.held_back import resting_words
from flywheel.store import Shelves
from flywheel.wheel import Flywheel

Id = Annotated[str, Parameter(name="ID", help="The message's id, or the beginning of it.")]
Status = Annotated[DeliveryStatus, Parameter(help="Which messages to show.")]
_LISTED = 50


class Outbox(Record):
    """How many messages stand in each state, which channels rest, and the messages that were asked for."""

    states: dict[str, int]
    resting: tuple[str, ...]
    messages: tuple[Listed, ...]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True, slots=True)
class How:
    """What to do about a message in doubt: one of these."""

    sent: Annotated[bool, Parameter(help="It arrived: I have looked.", negative=())] = False
    resend: Annotated[bool, Parameter(help="It did not arrive: send it again, same key.", negative=())] = False
    check: Annotated[bool, Parameter(help="Ask the other end, where it can be asked.", negative=())] = False


_UNSAID = How()


def list_outbox(
    *,
    status: Annotated[DeliveryStatus, Parameter(help="Which messages to show.")] = "unknown",
    options: Options = PLAIN,
) -> int:
    """Show how many messages stand in each state, which channels rest, and those in doubt."""
    with Flywheel.open(options.config) as wheel, wheel.store.read() as shelves:
        found = Outbox(
            states=dict(sorted(shelves.outbox.statuses().items())),
            resting=tuple(resting_words(shelves.breakers.open().values())),
            messages=tuple(shelves.doubts.listed([status], limit=_LISTED)),
        )
    rows = [
        (one.id[:12], one.play, one.channel, one.attempts, f"{one.tried_at:%Y-%m-%d %H:%M}" if one.tried_at else "-",
         one.error) for one in found.messages
    ]  # fmt: skip
    states = ", ".join(f"{state} {n:,}" for state, n in found.states.items()) or "no message yet"
    shown = table(("id", "play", "channel", "attempts", "last tried", "why"), rows) if rows else [f"None is {status}."]
    answer(options, found, [f"Messages: {states}.", *found.resting, "", *shown])
    return 0


def resolve(start: Id, /, *, how: How = _UNSAID, signature: Signature = UNSIGNED, options: Options = PLAIN) -> int:
    """Say what became of a message in doubt, send it again, or ask the other end."""
    if [how.sent, how.resend, how.check].count(True) != 1:
        raise ConfigError("Say one of --sent (it arrived), --resend (it did not), --check (ask the other end).")
    with Flywheel.open(options.config) as wheel:
        with wheel.store.read() as shelves:
            actor, one = named(shelves, signature, "approve"), _the_one(shelves, start)
        then = doubting.asked(wheel, one) if how.check else _said(how)  # a question to the other end: in no transaction
        if then[0] != "unknown":
            with wheel.store.write(None) as shelves:
                doubting.resolve(wheel, shelves, one, actor, then)
    told = {"id": one.id, "status": then[0], "why": then[1], "by": actor}
    answer(options, told, [f"{one.id[:12]}: {then[1]}; it is {_WORDS.get(then[0], then[0])}."])
    return 0


_WORDS = {"pending": "sent again by the next act", "unknown": "still in doubt"}


def _said(how: How) -> tuple[DeliveryStatus, str]:
    return ("sent", "it arrived") if how.sent else ("pending", "it did not arrive")


def _the_one(shelves: Shelves, start: str) -> Listed:
    found = shelves.doubts.listed(["unknown"], start)
    if len(found) != 1:
        many = f"{count(len(found), 'message')} in doubt have an id" if found else "No message in doubt has an id"
        raise ConfigError(f"{many} that begins with {start!r}: `flywheel outbox list` shows them.")
    return found[0]
