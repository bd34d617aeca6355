"""Messages change what people do, by exactly what the truth says and for nobody else."""

from __future__ import annotations

import csv
import json
import shutil
from datetime import UTC, datetime, timedelta
from math import sqrt
from pathlib import Path

import pytest

from flywheel.town import build, live, truth

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
NOON = MONDAY + timedelta(days=3, hours=12)


@pytest.fixture(scope="module")
def thursday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("thursday")
    build(folder, seed=11)
    live(folder, NOON)
    return folder


def people(folder: Path) -> dict[str, str]:
    with (folder / "data" / "people.csv").open(encoding="utf-8", newline="") as file:
        return {row["customer_no"]: row["email"] for row in csv.DictReader(file)}


def returned(folder: Path) -> set[str]:
    """Return who came back within three days after noon."""
    end = (NOON + timedelta(days=3)).isoformat()
    with (folder / "data" / "outcomes.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if NOON.isoformat() <= row["at"] < end]
    return {row["customer_no"] for row in rows if row["event"] == "returned"}


def after(thursday: Path, folder: Path, play: str | None, helped: list[str]) -> Path:
    shutil.copytree(thursday, folder)
    (folder / "outbox").mkdir()
    addresses = people(folder)
    for person in helped if play else []:
        message = {"key": person, "address": addresses[person], "play": play, "sent_at": NOON.isoformat()}
        (folder / "outbox" / f"{person}.json").write_text(json.dumps(message), "utf-8")
    assert live(folder, NOON + timedelta(days=4)).arrived == (len(helped) if play else 0)
    return folder


def share(group: list[str], back: set[str]) -> float:
    return sum(person in back for person in group) / len(group)


def margin(n: int) -> float:
    """Return three standard errors of a share among n, at most: the same people are looked at twice."""
    return 3 * sqrt(0.25 / n)


@pytest.mark.parametrize("play", ["fix_it_for_you", "explain_and_guide", "make_it_right"])
def test_a_play_adds_what_the_truth_says_for_each_need(thursday: Path, tmp_path: Path, play: str) -> None:
    told = truth(thursday)
    everybody = sorted(people(thursday))
    plain = returned(after(thursday, tmp_path / "plain", None, []))
    played = returned(after(thursday, tmp_path / "played", play, everybody))
    for need in ("repair", "explanation", "recognition", "savings"):
        group = [person for person in everybody if told.needs[person] == need]
        measured = share(group, played) - share(group, plain)
        assert abs(measured - told.mean_effect(play, group)) < margin(len(group)), need


def test_a_message_moves_nobody_but_the_one_who_got_it(thursday: Path, tmp_path: Path) -> None:
    everybody = sorted(people(thursday))
    helped = everybody[::3]
    plain = returned(after(thursday, tmp_path / "plain", None, []))
    played = returned(after(thursday, tmp_path / "played", "fix_it_for_you", helped))
    assert plain - set(helped) == played - set(helped)
    assert len(played & set(helped)) > len(plain & set(helped))


def test_an_offer_harms_people_who_are_upset(thursday: Path) -> None:
    told = truth(thursday)
    assert told.mean_effect("weekend_offer", upset=True) < -0.1 < 0 < told.mean_effect("weekend_offer")


def test_one_friction_play_helps_and_the_other_does_not(thursday: Path) -> None:
    told = truth(thursday)
    assert told.mean_effect("fix_it_for_you") > 0.15
    assert -0.1 < told.mean_effect("explain_and_guide") < 0


def test_without_help_about_a_third_come_back_within_three_days(thursday: Path, tmp_path: Path) -> None:
    plain = returned(after(thursday, tmp_path / "plain", None, []))
    assert abs(share(sorted(people(thursday)), plain) - 0.35) < 0.04


def test_a_play_that_the_town_does_not_know_does_nothing(thursday: Path, tmp_path: Path) -> None:
    everybody = sorted(people(thursday))
    plain = after(thursday, tmp_path / "plain", None, [])
    played = after(thursday, tmp_path / "played", "send_a_poem", everybody)
    assert (plain / "data" / "outcomes.csv").read_bytes() == (played / "data" / "outcomes.csv").read_bytes()
