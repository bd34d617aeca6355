"""Killed at any statement, commit or network call of decide and act, then run again: nothing lost, nothing doubled."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from children import in_child
from other_ends import OtherEnd, channel_to, desk, post
from places import Place, leave, make_place
from small_project import CONFIG, request
from soak import ALL, SOAK, amount
from sweep import DIED, Points, samples, watched

from flywheel.store import Store
from flywheel.turn import TurnRequest, turn_local
from flywheel.wheel import DATABASE_VARIABLE, database_url

FIRST, THEN = ("listen", "understand", "predict"), ("decide", "act")
POINTS = int(os.environ.get("FLYWHEEL_POINTS", ALL))
"""In the soak, all of them, unless one has less time."""
FILES = "channels: [{id: mail, kind: file, folder: outbox}]"


@dataclass
class Desk:
    """A project that has heard and read and decided nothing yet, and the other end that its messages go to."""

    place: Place
    end: OtherEnd
    keyed: bool
    doubts: int = 0
    died: int = 0

    def reset(self) -> None:
        self.place.reset()
        self.end.forget()

    def wrong_after(self, fatal: int, expected: frozenset[str]) -> list[str]:
        """Start over, die at a point, run once more, and return what is wrong then."""
        self.reset()
        ended = in_child(lambda: turn_and_die(self.place.folder, fatal))
        assert ended in (0, DIED)  # 0: this time it took a few calls less, and was done before it came to that point
        self.died += ended == DIED
        assert in_child(lambda: turn(self.place.folder, THEN)) == 0, f"the rerun after {fatal} failed"
        states, listed = messages(self.place.folder)
        self.doubts += len(listed)
        return [
            *(f"lost: {key}" for key in expected - states.keys()),
            *(f"never decided: {key}" for key in states.keys() - expected),
            *(f"done {n} times: {key}" for key, n in self.end.done.items() if n > 1),
            *(f"{key} is {said}, and done {self.end.done[key]} times" for key, said in states.items()
              if said != ("sent" if self.end.done[key] else "unknown") and not self._may_doubt(said)),
            *(f"not listed: {key}" for key, said in states.items() if said == "unknown" and key not in listed),
        ]  # fmt: skip

    def _may_doubt(self, said: str) -> bool:
        """Return whether we need not know of a message whether it was done: it went to somebody who knows no keys."""
        return said == "unknown" and not self.keyed


@pytest.fixture(params=["http", "smtp"])
def other_end(request: pytest.FixtureRequest) -> Iterator[tuple[OtherEnd, bool]]:
    """Return a receiver, and whether it honours keys."""
    with (desk if request.param == "http" else post)() as end:
        yield end, request.param == "http"


@pytest.fixture(params=["sqlite", "postgresql"] if SOAK else ["sqlite"])
def waiting(
    request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch, other_end: tuple[OtherEnd, bool]
) -> Iterator[Desk]:
    end, keyed = other_end
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    config = CONFIG.replace(FILES, channel_to(end, keyed=keyed)).replace("holdout: 0.3", "holdout: 0")
    place = make_place(folder, monkeypatch, server, config)
    with pytest.MonkeyPatch.context() as patch:
        if server is not None:
            patch.setenv(DATABASE_VARIABLE, place.origin_url)
        assert in_child(lambda: turn(place.origin, FIRST)) == 0
    yield Desk(place, end, keyed)
    leave(place)


@pytest.mark.slow
def test_each_decision_is_done_once_or_is_in_doubt_wherever_we_die(waiting: Desk, tmp_path: Path) -> None:
    points, expected = undisturbed(waiting, tmp_path / "points")
    assert len(expected) > 2
    assert sum("network" in name for name in points) > 2 * len(expected)
    tried = samples(points, amount(3, POINTS))
    wrong = {(at, points[at - 1]): told for at in tried if (told := waiting.wrong_after(at, expected))}
    told = f"{len(expected)} decisions, {len(points)} points, killed at {len(tried)}"
    print(f"\n{told}: {len(wrong)} reruns differ, {waiting.doubts} messages in doubt")
    assert wrong == {}
    assert waiting.died >= len(tried) - 1 - len(tried) // 50


def undisturbed(waiting: Desk, told: Path) -> tuple[list[str], frozenset[str]]:
    """Turn once in peace; return the points that were passed, and the keys of the messages."""

    def work() -> None:
        points = Points()
        with watched(points):
            turn(waiting.place.folder, THEN)
        told.write_text("\n".join(points.names), encoding="utf-8")

    turn(waiting.place.reset().folder, THEN)  # in this process: whatever is compiled once, every child then has
    waiting.reset()
    assert in_child(work) == 0
    states, _ = messages(waiting.place.folder)
    assert set(states.values()) == {"sent"}
    assert waiting.end.done == dict.fromkeys(states, 1)
    return told.read_text(encoding="utf-8").split("\n"), frozenset(states)


def turn(folder: Path, steps: tuple[str, ...]) -> None:
    result = turn_local(TurnRequest.model_validate(request(folder).model_dump() | {"steps": steps}))
    broken = [tally.error for tally in result.steps if tally.error]
    if broken:
        raise AssertionError(broken)


def turn_and_die(folder: Path, fatal: int) -> None:
    with watched(Points(fatal=fatal)):
        turn(folder, THEN)


def messages(folder: Path) -> tuple[dict[str, str], set[str]]:
    """Return the state of each message by its key, and the keys of those that are listed as in doubt."""
    store = Store(database_url(folder))
    with store.read() as shelves:
        names, rows = shelves.views.rows("v_delivery")
        states = {row[names.index("key")]: row[names.index("status")] for row in rows}
        listed = {one.key for one in shelves.doubts.listed(["unknown"])}
    store.close()
    return states, listed
