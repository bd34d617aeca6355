"""The town's own memory, which the wheel never reads: its seed, its clock, the messages that arrived and when."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from flywheel.domain.record import Moment, Record
from flywheel.errors import ConfigError
from flywheel.town.events import Arrived
from flywheel.town.people import inhabitants
from flywheel.town.plan import OURS, Plan


class Diary(Record):
    """All that the town's life follows from."""

    seed: int
    plan: Plan
    canaries: bool
    clock: Moment
    arrived: tuple[Arrived, ...] = ()


class _Delivered(Record, extra="ignore"):
    """What the file channel wrote, as far as a person in the town sees it."""

    key: str
    play: str
    address: str
    sent_at: Moment | None = None


def read_diary(folder: Path) -> Diary:
    """Return the diary of the town in a folder; raises ConfigError where there is no town."""
    file = folder / ".town" / "state.json"
    try:
        return Diary.model_validate_json(file.read_text("utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"There is no town in {str(folder)!r}: build one with `flywheel town build`.") from None
    except ValidationError as error:
        raise ConfigError(f"{str(file)!r} is no diary of this version's town: build the town again.") from error


def write_diary(folder: Path, diary: Diary) -> None:
    """Keep the diary; it replaces the old one at once or not at all."""
    file = folder / ".town" / "state.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(diary.model_dump_json(), "utf-8")
    fresh.replace(file)


def new_messages(folder: Path, diary: Diary, until: datetime) -> list[Arrived]:
    """Return the messages that came since the last time, each to the person whose address it has.

    A message without a time, or with one outside the stretch now lived (the wheel's clock need not be the town's),
    arrives at its beginning: nothing that has been written down already could have known of it.
    """
    known = {one.key for one in diary.arrived}
    people = {person.email: person.id for person in inhabitants(diary.plan, diary.seed, OURS)}
    found = []
    for name in _new_names(folder / "outbox", known):
        message = _delivered(folder / "outbox" / name)
        if message is None or message.key in known or message.address not in people:
            continue
        at = message.sent_at or diary.clock
        at = at if diary.clock <= at < until else diary.clock
        found.append(Arrived(key=message.key, person=people[message.address], play=message.play, at=at))
    return sorted(found, key=lambda one: (one.at, one.person, one.play))


def _new_names(outbox: Path, known: set[str]) -> list[str]:
    """Return the names of files whose messages are not known, in order; the folder holds every message ever sent."""
    names = os.listdir(outbox) if outbox.is_dir() else []  # noqa: PTH208 - a path for each of them costs ten times that
    return sorted(one for one in names if one.endswith(".json") and one.removesuffix(".json") not in known)


def _delivered(file: Path) -> _Delivered | None:
    """Read one delivered message; one that is still being written is left for the next time."""
    try:
        return _Delivered.model_validate(json.loads(file.read_text("utf-8")))
    except (ValueError, OSError):
        return None
