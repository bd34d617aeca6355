"""The town lives the same life for the same seed, and its files only grow."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flywheel.errors import ConfigError
from flywheel.town import Plan, arrived, build, canaries, live, truth

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
NEXT_MONDAY = MONDAY + timedelta(days=7)


def days_in(number: float) -> datetime:
    return MONDAY + timedelta(days=number)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in sorted((folder / "data").iterdir())}


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "data" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def send(folder: Path, address: str, play: str, **more: str) -> None:
    (folder / "outbox").mkdir(exist_ok=True)
    message = {"key": f"{play}-{address}", "address": address, "play": play, **more}
    (folder / "outbox" / f"{message['key']}.json").write_text(json.dumps(message), "utf-8")


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("week")
    build(folder, seed=7)
    live(folder, NEXT_MONDAY)
    return folder


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(week: Path, tmp_path: Path) -> None:
    build(tmp_path / "again", seed=7)
    live(tmp_path / "again", NEXT_MONDAY)
    build(tmp_path / "other", seed=8)
    live(tmp_path / "other", NEXT_MONDAY)
    assert contents(tmp_path / "again") == contents(week)
    assert contents(tmp_path / "other") != contents(week)


def test_neither_hash_seed_nor_zone_nor_locale_changes_a_byte(week: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from datetime import datetime; from flywheel.town import build, live; "
        "f = Path(sys.argv[1]); build(f, seed=7); live(f, datetime.fromisoformat(sys.argv[2]))"
    )
    strange = os.environ | {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONUTF8": "0"}
    subprocess.run([sys.executable, "-c", program, tmp_path, NEXT_MONDAY.isoformat()], check=True, env=strange)
    assert contents(tmp_path) == contents(week)


def test_a_week_in_many_small_steps_is_the_same_week(week: Path, tmp_path: Path) -> None:
    build(tmp_path, seed=7)
    for number in (0.3, 0.31, 1, 3.5, 3.6, 7):
        live(tmp_path, days_in(number))
    assert contents(tmp_path) == contents(week)


def test_files_only_grow_and_outcomes_stand_in_order_of_time(tmp_path: Path) -> None:
    build(tmp_path, seed=3)
    before = contents(tmp_path)
    for number in (2, 3.5, 7, 10):
        if number == 7:
            for person in table(tmp_path, "people")[:300]:
                send(tmp_path, person["email"], "explain_and_guide", sent_at=days_in(3.5).isoformat())
        live(tmp_path, days_in(number))
        after = contents(tmp_path)
        assert all(after[name].startswith(before[name]) for name in before)
        before = after
    times = [row["at"] for row in table(tmp_path, "outcomes")]
    assert times == sorted(times)
    assert times[-1] < days_in(10).isoformat()


def test_a_moment_that_is_past_changes_nothing(week: Path) -> None:
    before = contents(week)
    assert live(week, days_in(2)).said == 0
    assert contents(week) == before


def test_the_week_has_the_volumes_of_the_plan(week: Path) -> None:
    plan = Plan()
    reviews = table(week, "reviews")
    posts = [line for line in (week / "data" / "social.jsonl").read_text("utf-8").splitlines() if '"about"' in line]
    ours = len(table(week, "contact_form")) + len(table(week, "survey"))
    ours += sum(row["company"] == "LR" for row in reviews) + sum('"about": "Lumen Rail"' in post for post in posts)
    theirs = sum(row["company"] != "LR" for row in reviews) + sum("Lumen Rail" not in post for post in posts)
    assert len(table(week, "people")) == plan.customers
    assert abs(ours / plan.said_a_week - 1) < 0.15
    assert abs(theirs / (2 * plan.rivals_say_a_week) - 1) < 0.2
    assert 45 <= len(table(week, "pulse")) + len(table(week, "employer_reviews")) <= 75


def test_only_our_own_customers_stand_in_the_crm_and_all_addresses_are_made_up(week: Path) -> None:
    people = table(week, "people")
    assert all(row["customer_no"].startswith("LR-") for row in people)
    assert all(row["email"].endswith(("@example.com", "@example.org")) for row in people)
    assert len({row["email"] for row in people}) == len(people)


def test_the_truth_stands_in_no_file_of_the_wheel(week: Path) -> None:
    hidden = {"need", "habit", "effect", "kind", "topic", "mood", "upset", *truth(week).plan.effects}
    needs = set(truth(week).needs.values()) - {"quiet", "explanation"}  # ordinary words of what people write
    for name, content in contents(week).items():
        lines = content.decode().splitlines()
        columns = set(lines[0].split(",")) if name.endswith(".csv") else {key for line in lines for key in keys(line)}
        assert not columns & (hidden | needs), name
        assert name not in ("people.csv", "outcomes.csv") or not any(f",{need}," in content.decode() for need in needs)


def keys(line: str) -> set[str]:
    try:
        post = json.loads(line)
    except ValueError:  # the odd line that breaks off
        return set()
    return {*post, *post["author"]}


def test_every_canary_is_planted_in_feedback_and_nowhere_else(tmp_path: Path) -> None:
    build(tmp_path, seed=5, plant_canaries=True)
    live(tmp_path, days_in(3))
    birds = canaries(5)
    files = contents(tmp_path)
    spoken = b"".join(content for name, content in files.items() if name not in ("people.csv", "outcomes.csv")).decode()
    assert len(set(birds)) == 200
    assert all(bird in spoken for bird in birds)
    assert not any(bird in (files["people.csv"] + files["outcomes.csv"]).decode() for bird in birds)


def test_odd_rows_stand_where_any_real_source_has_them(week: Path) -> None:
    reviews = table(week, "reviews")
    ids = [row["id"] for row in reviews]
    assert any(row["body"].startswith("=HYPERLINK") for row in reviews)
    assert any(len(row["body"]) > 10_000 for row in reviews)
    assert any(not row["written"] for row in reviews)
    assert len(ids) > len(set(ids))
    assert any(not row["why"] for row in table(week, "survey"))
    assert any("<script>" in row["message"] for row in table(week, "contact_form"))


def test_a_folder_without_a_town_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="flywheel town build"):
        live(tmp_path, NEXT_MONDAY)


def test_messages_to_strangers_and_half_written_ones_are_left_alone(tmp_path: Path) -> None:
    build(tmp_path, seed=7)
    send(tmp_path, "nobody@example.net", "thank_you")
    (tmp_path / "outbox" / "cut.json").write_text('{"key": "c', "utf-8")
    assert live(tmp_path, days_in(1)).arrived == 0
    assert arrived(tmp_path) == ()
