"""`flywheel evaluate policy`: a new policy valued on a log, and refused where the log cannot tell."""

from __future__ import annotations

from pathlib import Path

import pytest

LOG = ("--action", "did", "--reward", "won", "--propensity", "chance")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """1,000 decisions by a coin: a wins half the time, b a tenth; 500 in the morning, where c is never done."""
    rows = ["when,did,won,chance,new_chance"]
    for n in range(1_000):
        did = "ab"[n % 2]
        won = (n // 2) % 2 if did == "a" else (n // 2) % 10 == 0
        rows.append(f"{'morning' if n < 500 else 'evening'},{did},{int(won)},0.5,{0.9 if did == 'a' else 0.1}")
    file = tmp_path / "log.csv"
    file.write_text("\n".join(rows) + "\n")
    return file


def policy(folder: Path, *rows: str) -> Path:
    file = folder / "policy.csv"
    file.write_text("\n".join(["when,did,probability", *rows]) + "\n")
    return file


GOOD = ("morning,a,0.9", "morning,b,0.1", "evening,a,0.9", "evening,b,0.1")


def test_a_policy_in_a_file_is_valued_by_three_estimators(flywheel, log, tmp_path):
    screen = flywheel(
        "evaluate", "policy", log, *LOG, "--policy", policy(tmp_path, *GOOD), "--context", "when", "--json"
    )
    assert screen.code == 0
    found = screen.document
    for name in ("ips", "snips", "dr"):
        assert found[name]["value"] == pytest.approx(0.9 * 0.5 + 0.1 * 0.1, abs=0.01)
        assert found[name]["low"] < found[name]["value"] < found[name]["high"]
    assert found["effective_n"] == pytest.approx(1_000 / (0.5 * (1.8**2 + 0.2**2)), rel=0.01)
    assert found["refused"] is None


def test_a_policy_in_a_column_is_valued_by_two_and_the_words_say_why(flywheel, log):
    screen = flywheel("evaluate", "policy", log, *LOG, "--new", "new_chance")
    assert screen.code == 0
    assert "SNIPS" in screen.out
    assert "Doubly robust needs the whole policy" in screen.out
    assert "what the log earned" in screen.out


def test_what_the_log_never_did_is_refused_with_exit_code_1(flywheel, log, tmp_path):
    file = policy(tmp_path, "morning,a,0.5", "morning,c,0.5", "evening,a,1")
    screen = flywheel("evaluate", "policy", log, *LOG, "--policy", file, "--context", "when")
    assert screen.code == 1
    assert "Refused: 25.0% of what it would do was never done" in screen.out
    document = flywheel("evaluate", "policy", log, *LOG, "--policy", file, "--context", "when", "--json").document
    assert document["ips"] is None


def test_chances_that_cannot_be_true_are_told(flywheel, log):
    screen = flywheel("evaluate", "policy", log, *LOG, "--new", "chance", "--clip", "5")
    assert "Beware" not in screen.out
    log.write_text(log.read_text().replace(",0.5,", ",0.9,"))
    assert (
        "Beware: the weights should average 1" in flywheel("evaluate", "policy", log, *LOG, "--new", "new_chance").out
    )


def test_rows_that_cannot_be_read_are_counted(flywheel, log):
    log.write_text(log.read_text() + "morning,,1,0.5,0.9\nmorning,a,,0.5,0.9\nmorning,a,1,,0.9\n")
    screen = flywheel("evaluate", "policy", log, *LOG, "--new", "new_chance")
    assert "3 rows are left out" in screen.out
    assert "1,000 decisions" in screen.out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "--new COLUMN, or --policy FILE"), (("--new", "nwe_chance"), "Did you mean 'new_chance'?"),
        (("--new", "new_chance", "--clip", "0"), "above 0"), (("--new", "won", "--reward", "did"), "no metric"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_a_sentence(flywheel, log, words, says):
    screen = flywheel("evaluate", "policy", log, *(LOG if "--reward" not in words else (*LOG[:2], *LOG[4:])), *words)
    assert screen.code == 2
    assert says in screen.err


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (("morning,a,0.9", "evening,a,1"), "add up to 0.9"), (("morning,a,1",), "'evening'"),
        (("morning,a,2", "evening,a,1"), "no chances"), ((*GOOD, "evening,a,"), "without a chance"),
    ],
)  # fmt: skip
def test_a_policy_that_is_none_is_refused(flywheel, log, tmp_path, rows, says):
    screen = flywheel("evaluate", "policy", log, *LOG, "--policy", policy(tmp_path, *rows), "--context", "when")
    assert screen.code == 2
    assert says in screen.err


def test_a_kind_that_is_not_built_is_answered_with_those_that_are(flywheel):
    screen = flywheel("evaluate", "polcy")
    assert screen.code == 2
    assert "Did you mean 'policy'?" in screen.err
