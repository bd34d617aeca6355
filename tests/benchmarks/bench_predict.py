"""How well leaving, intents and sentiment are learned on public files: `make bench` prints it, with what was asked."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

import pytest

from flywheel.cli.app import main

ASKED = {
    "telco AUC": 0.84,
    "telco ECE": 0.03,
    "banking77": 0.91,
    "airline, four fifths": 0.775,
    "airline, 100 a label": 0.68,
}


def evaluated(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, object]:
    capsys.readouterr()
    begin = time.process_time()
    assert main(["evaluate", *map(str, words), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    return found | {"cpu_seconds": time.process_time() - begin}


def _say(name: str, value: float, asked: float, more: str = "") -> None:
    sys.stdout.write(f"\n{name}: {value:.3f} (asked {asked}) {more}\n")


def test_telco_and_attrition(data_dir: Path, capsys) -> None:
    telco = evaluated(capsys, "churn", data_dir / "08_churn" / "telco_churn_7043_FICTIONAL.csv", "--label", "Churn")
    staff = evaluated(
        capsys, "churn", data_dir / "07_employee" / "ibm_hr_attrition_FICTIONAL.csv", "--label", "Attrition"
    )
    with capsys.disabled():
        for name, found in (("telco", telco), ("attrition", staff)):
            _say(f"{name} AUC", found["auc"]["value"], ASKED["telco AUC"], str(found["auc"]))
            _say(f"{name} ECE", found["ece"]["value"], ASKED["telco ECE"], f"{found['cpu_seconds']:.1f} CPU s")
    assert telco["auc"]["value"] >= ASKED["telco AUC"]
    assert telco["ece"]["value"] <= ASKED["telco ECE"]


def test_banking77_by_seeds(data_dir: Path, capsys) -> None:
    file = data_dir / "04_support" / "banking77_train.csv"
    words = (
        "intent",
        file,
        "--text",
        "text",
        "--label",
        "category",
        "--fit",
        "--share",
        os.environ.get("SHARE", "0.9"),
    )
    for seed in (1, 2, 3):
        found = evaluated(capsys, *words, "--seed", seed)
        with capsys.disabled():
            _say(f"banking77, seed {seed}", found["accuracy"], ASKED["banking77"], f"ECE {found['ece']['value']:.3f}")


@pytest.mark.parametrize(("name", "more"), [("four fifths", ("--fit",)), ("100 a label", ("--each", "100"))])
def test_airline(data_dir: Path, capsys, name: str, more: tuple[str, ...]) -> None:
    file = data_dir / "01_multibrand_feedback" / "us_airline_tweets.csv"
    words = ("sentiment", file, "--text", "text", "--label", "airline_sentiment", "--tier", "fast", *more)
    for seed in (1, 2, 3):
        found = evaluated(capsys, *words, "--seed", seed)
        with capsys.disabled():
            told = f"surest half {found['surest_half']:.3f}, ECE {found['ece']['value']:.3f}"
            _say(f"airline, {name}, seed {seed}", found["macro_f1"], ASKED[f"airline, {name}"], told)
