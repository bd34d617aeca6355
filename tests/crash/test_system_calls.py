"""Killed, out of room or failed at a call on its own files: a clear word or a clean end, and a rerun mends it."""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import pytest
from dumps import Dump, differences, dump
from faults import Ended, Fault, Kind, run_quietly, run_under
from places import Place
from small_project import command
from soak import amount
from sweep import undisturbed
from system_calls import NotToBeHadError

_FOLLOW_A_MESSAGE = ("v_delivery", "messages", "v_case", "v_breaker")
_STATUS = (("v_delivery", 4), ("v_case", 8))
"""Views, and where a row's status stands."""


@dataclass(frozen=True)
class Sound:
    """A run that nothing befell: its calls, and what it left in the store."""

    calls: Sequence[str]
    left: Dump


@pytest.fixture
def sound(sqlite_place: Place) -> Sound:
    _, left = undisturbed(sqlite_place)
    run_quietly(
        command(sqlite_place.folder), sqlite_place.folder
    )  # what a first run writes beside the project is there now
    try:
        ended = run_under(command(sqlite_place.reset().folder), sqlite_place.folder)
    except NotToBeHadError as why:
        pytest.skip(f"nobody may stand between a process and its files here: {why}")
    assert ended.code == 0, ended.said
    assert differences(left, dump(sqlite_place.folder)) == []
    return Sound(ended.calls, left)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["kill", "ENOSPC", "EIO"])
def test_whatever_befalls_a_call_on_its_files_a_rerun_completes_the_cycle(
    kind: Kind, sqlite_place: Place, sound: Sound
) -> None:
    wrong: dict[str, Any] = {}
    tried = _of_every_kind(sound.calls, amount(6, 60))
    for at in tried:
        ended = run_under(command(sqlite_place.folder), sqlite_place.reset().folder, Fault(kind, at))
        found = [*_unclear(kind, ended), *_not_mended(sqlite_place, sound.left)]
        if found:
            wrong[f"{at} {sound.calls[at - 1]}"] = found, ended.said
    print(
        f"\n{kind}: {len(sound.calls)} calls, befallen at {len(tried)} of them: {len(wrong)} are not as they should be"
    )
    assert wrong == {}


def _unclear(kind: Kind, ended: Ended) -> Iterator[str]:
    if "Traceback" in ended.said or "defect" in ended.said:
        yield "it speaks of a defect of ours"
    if kind == "kill":
        if ended.code != -9:
            yield f"it was to be killed, and ended with {ended.code}"
    elif ended.code not in (0, 1, 2):
        yield f"it ended with {ended.code}"
    elif ended.code and not re.search(r"cannot be (written|reached).*: [a-z ]+", ended.said):
        yield "it does not say what is wrong and what to do"


def _not_mended(place: Place, sound: Dump) -> list[str]:
    """Run once more without a fault, and return what is not as a sound run leaves it.

    A message that the outbox had no room for waits for its next try: one hour later it must have left.
    """
    if (code := run_quietly(command(place.folder), place.folder)) != 0:
        return [f"the rerun ended with {code}"]
    with closing(sqlite3.connect(place.folder / ".flywheel" / "flywheel.db")) as database:
        if (word := database.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            return [f"the file is damaged: {word}"]
    found = differences(sound, dump(place.folder))
    if [one for one in found if not one.startswith(_FOLLOW_A_MESSAGE)] or not found:
        return found
    run_quietly(command(place.folder, hours=1), place.folder)
    later = dump(place.folder)
    statuses = [[[row[at] for row in one[view]] for view, at in _STATUS] for one in (sound, later)]
    return [] if statuses[0] == statuses[1] and sound["messages"] == later["messages"] else found


def _of_every_kind(calls: Sequence[str], n: int) -> list[int]:
    """Return the numbers of `n` calls: of each kind of call on each kind of file one, then of each another, ..."""
    kinds: defaultdict[str, list[int]] = defaultdict(list)
    for at, call in enumerate(calls, start=1):
        kinds[re.sub(r"[0-9a-f-]{8,}", "#", call)].append(at)
    spread = [sorted(ats, key=lambda at: (at * 0x9E3779B1) & 0xFFFFFFFF) for ats in kinds.values()]
    rounds = [at for together in zip_longest(*spread) for at in together if at is not None]
    return sorted(rounds[:: max(1, min(len(kinds), len(rounds)) // n)][:n])
