"""The wheel in towns drawn at random: five small ones here, two hundred at full size with FLYWHEEL_SOAK=1 (hours)."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flywheel.cli.judged_town import judged, project, turned
from flywheel.town.judgement import Judged, judgement
from flywheel.town.plan import NEED_NAMES
from flywheel.town.specification import specification
from flywheel.town.town import witness
from flywheel.wheel import Flywheel

SOAK = os.environ.get("FLYWHEEL_SOAK") == "1"
TOWNS, HELD_OUT, WEEKS, PEOPLE = (150, 50, 12, 5_000) if SOAK else (4, 1, 2, 300)


def _weeks(at: int) -> int:
    """In the suite one town is enough to show what a second week adds."""
    return WEEKS if SOAK or at == 0 else 1


@pytest.fixture(scope="module")
def towns() -> list[Judged]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("FLYWHEEL_DATABASE_URL", raising=False)
        drawn = [(number, held) for held, n in ((False, TOWNS), (True, HELD_OUT)) for number in range(n)]
        return [judged(specification(number, held_out=held, customers=PEOPLE), _weeks(at))
                for at, (number, held) in enumerate(drawn)]  # fmt: skip


def test_nobody_whom_the_wheel_knew_to_be_in_need_was_held_out(towns: list[Judged]) -> None:
    assert [town.mercy_held_out for town in towns] == [0] * len(towns)


def test_messages_arrive_every_week_and_do_what_the_truth_says(towns: list[Judged]) -> None:
    assert all(n > 0 for town in towns for n in town.messages)
    assert all(abs(gained) <= 0.12 * n for town in towns for gained, n in zip(town.wheel, town.messages, strict=True))
    assert all(sum(town.others.oracle) > max(sum(town.wheel), sum(town.others.chance)) for town in towns)


def test_equal_towns_are_judged_alike(towns: list[Judged], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLYWHEEL_DATABASE_URL", raising=False)
    again = judged(specification(1, customers=PEOPLE), _weeks(1))
    assert again.model_copy(update={"cpu_seconds": 0.0}) == towns[1].model_copy(update={"cpu_seconds": 0.0})


def test_no_message_moves_anybody_before_it_was_decided(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLYWHEEL_DATABASE_URL", raising=False)
    spec = specification(1, customers=200)
    project(tmp_path, spec)
    turned(tmp_path, spec, 1)
    with Flywheel.open(tmp_path / "config") as wheel, wheel.store.read() as shelves:
        names, rows = shelves.views.rows("v_decision")
        decided = {datetime.fromisoformat(dict(zip(names, row, strict=True))["decided_at"]) for row in rows}
    arrived = witness(tmp_path, spec.plan.start + timedelta(days=14)).reactions["at"]
    assert len(arrived) > 10
    assert spec.plan.start + timedelta(seconds=int(arrived.min())) >= max(decided)


def test_the_wheel_cannot_see_the_truth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLYWHEEL_DATABASE_URL", raising=False)
    spec = specification(1, customers=200)
    project(tmp_path, spec)
    files = [file for part in ("config", "data") for file in sorted((tmp_path / part).rglob("*")) if file.is_file()]
    told = {file.name: file.read_text("utf-8") for file in files}
    effects = {f"{effect:.4f}"[:6] for by_need in spec.plan.effects.values() for effect in by_need.values()}
    for name, text in told.items():
        assert not any(effect in text for effect in effects), name
        assert name not in ("plays.yaml", "people.csv") or not any(need in text for need in NEED_NAMES), name


@pytest.mark.skipif(not SOAK, reason="two hundred towns for twelve weeks take hours: `make soak`")
def test_the_wheel_meets_its_bars_also_in_towns_nobody_looked_at(
    towns: list[Judged], capsys: pytest.CaptureFixture[str]
) -> None:
    whole, unseen = judgement(towns), judgement([town for town in towns if town.held_out])
    with capsys.disabled():
        print(f"all: {whole.model_dump_json(indent=1)}", f"held out: {unseen.model_dump_json(indent=1)}", sep="\n")
    assert all(bar.met for bar in whole.bars)
