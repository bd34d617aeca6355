"""Steps that go right, wrong and wrong for a while; the project of these tests names them as `module:function`."""

from __future__ import annotations

import logging
import os
import time
from pathlib import Path

from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.reading import Readings, TopicRule
from flywheel.errors import FencedError, PermanentError, TransientError
from flywheel.ports import Analyzer, Texts
from flywheel.wheel import Flywheel

CANARY = "Wanda Kowalska, 12 Mill Lane"
LONGEST_WAIT_SECONDS = 300
tries: list[str] = []


def counts(wheel: Flywheel, cycle: Cycle) -> Tally:
    tries.append("counts")
    return Tally(step="counts", done=3, skipped=1, reasons={"duplicate": 1})


def go_on() -> bool:
    """Whether `waits` may end: when a file is there, unless a test in this process says otherwise."""
    return Path(os.environ["PLANTED_GO"]).exists()


def waits(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Hold the lease until all have come who are to meet it."""
    tries.append("waits")
    end = time.monotonic() + LONGEST_WAIT_SECONDS
    while not go_on() and time.monotonic() < end:
        time.sleep(0.02)
    return Tally(step="waits", done=1)


def comes_right(wheel: Flywheel, cycle: Cycle) -> Tally:
    tries.append("comes_right")
    if tries.count("comes_right") < 3:
        raise TransientError("The shop does not answer.")
    return Tally(step="comes_right", done=1)


def stays_away(wheel: Flywheel, cycle: Cycle) -> Tally:
    tries.append("stays_away")
    raise TransientError("The shop does not answer.")


def cannot(wheel: Flywheel, cycle: Cycle) -> Tally:
    tries.append("cannot")
    raise PermanentError("The template 'thanks' is missing: add it.")


def is_replaced(wheel: Flywheel, cycle: Cycle) -> Tally:
    tries.append("is_replaced")
    raise FencedError("Another run took over.")


def blurts(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Do all that a careless step can do with a customer's words."""
    logging.getLogger("flywheel.steps").error("could not read %s", CANARY)
    logging.getLogger("flywheel.steps").critical("could not read %s", CANARY)
    print(CANARY)
    try:
        raise KeyError(CANARY)
    except KeyError as error:
        raise ValueError(f"no such person: {CANARY}") from error


class Mute(Analyzer):
    """A project needs an analyzer; these turns read nothing."""

    @property
    def model_name(self) -> str:
        return "mute-1"

    def read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        raise PermanentError("Nothing is read here.")
