"""Letting a play reach people: a new one is only watched until somebody says so."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer
from flywheel.cli.signed import UNSIGNED, Signature, named
from flywheel.domain.play import Play
from flywheel.errors import ConfigError
from flywheel.steps.launched import is_live
from flywheel.store.shelves.launches import LaunchState
from flywheel.wheel import Flywheel

Name = Annotated[str, Parameter(name="NAME", help="The play's name.")]
Reason = Annotated[str, Parameter(help="Why; it is kept in the audit trail.")]


def live(
    name: Name, *, reason: Reason = "no reason given", signature: Signature = UNSIGNED, options: Options = PLAIN
) -> int:
    """Let a new play reach people; of one that does, let the rest go though its first messages did not all arrive."""
    with Flywheel.open(options.config) as wheel, wheel.store.write(None) as shelves:
        play, actor = _play(wheel, name), named(shelves, signature, "administer")
        if play.mode == "shadow":
            raise ConfigError(f"The play {name!r} has `mode: shadow` in the configuration: change it there.")
        states = shelves.launches.states()
        already = is_live(play, states)
        if states.get(name) == "proven":
            raise ConfigError(f"The play {name!r} reaches people already, and its first messages have arrived.")
        state: LaunchState = "proven" if already else "live"
        shelves.launches.note(name, state, actor, reason, wheel.clock())
        shelves.audit.note(wheel.clock(), actor, f"launch: {state}", name, reason)
    said = f"{name} goes on whatever became of its first messages." if already else (
        f"{name} reaches people from the next turn on; its first {wheel.settings.act.canary} messages go ahead."
    )  # fmt: skip
    answer(options, {"play": name, "state": state, "by": actor}, [said])
    return 0


def shadow(
    name: Name, *, reason: Reason = "no reason given", signature: Signature = UNSIGNED, options: Options = PLAIN
) -> int:
    """Only watch a play from now on: whom it would be meant for is recorded, nothing is sent."""
    with Flywheel.open(options.config) as wheel, wheel.store.write(None) as shelves:
        play, actor = _play(wheel, name), named(shelves, signature, "administer")
        if play.mode == "live":
            raise ConfigError(f"The play {name!r} has `mode: live` in the configuration: change it there.")
        shelves.launches.note(name, "shadow", actor, reason, wheel.clock())
        shelves.audit.note(wheel.clock(), actor, "launch: shadow", name, reason)
    answer(options, {"play": name, "state": "shadow", "by": actor}, [f"{name} is only watched from the next turn on."])
    return 0


def _play(wheel: Flywheel, name: str) -> Play:
    play = wheel.settings.play(name)
    if play is None:
        raise ConfigError(f"There is no play {name!r}; there is {', '.join(one.name for one in wheel.settings.plays)}.")
    return play
