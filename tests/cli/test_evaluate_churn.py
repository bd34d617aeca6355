"""`flywheel evaluate churn`: any labelled file, its identifiers left out, its figures honest, its dates respected."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest


def written(folder: Path, *, yes: str = "Yes", no: str = "No", dates: bool = False, tenure: str = "age") -> Path:
    """240 customers: those on a monthly contract leave, mostly; a number of the row, a name, a constant, blanks."""
    chance = np.random.default_rng(3)
    lines = [f"customer_no,name,country,contract,{tenure},bill,{'joined,' if dates else ''}left"]
    for n in range(240):
        monthly = n % 3 == 0
        left = chance.random() < (0.8 if monthly else 0.2)
        bill = "" if n % 40 == 0 else f'"{chance.integers(900, 2000):,}.50"'
        day = f"{date(2025, 1, 1) + timedelta(days=n)}," if dates else ""
        lines.append(
            f"{9000 - n},Customer {n},PL,{'monthly' if monthly else 'yearly'},{chance.integers(0, 60)},{bill},{day}"
            f"{yes if left else no}"
        )
    file = folder / "customers.csv"
    file.write_text("\n".join(lines) + "\n")
    return file


@pytest.mark.parametrize(("yes", "no"), [("Yes", "No"), ("1", "0"), ("T", "F"), ("True.", "False."), ("1.0", "0.0")])
def test_labels_are_read_as_people_write_them(tmp_path, yes, no):
    from flywheel.cli.labelled_table import read_labelled

    data = read_labelled(written(tmp_path, yes=yes, no=no), "left")
    assert [one.name for one in data.columns] == ["contract", "age", "bill"]
    assert {one.column: one.reason for one in data.left_out} == {
        "customer_no": "an identifier", "name": "an identifier", "country": "it says the same in every row",
    }  # fmt: skip
    assert 60 < data.truth.sum() < 120
    assert np.isnan(data.columns[2].values).sum() == 6
    assert np.nanmin(data.columns[2].values) >= 900


def test_how_well_leaving_can_be_foreseen_is_told_with_what_drives_it(flywheel, tmp_path):
    screen = flywheel("evaluate", "churn", written(tmp_path), "--label", "left", "--json")
    assert screen.code == 0
    found = screen.document
    assert found["auc"]["low"] < found["auc"]["value"] < found["auc"]["high"]
    assert found["auc"]["value"] > 0.7
    assert found["drivers"][0]["column"] == "contract"
    assert "where contract is monthly" in found["drivers"][0]["says"]
    assert found["scored"] == found["n"] == 240
    assert found["rule"]["speaks"] is False
    assert found["split"].startswith("five stratified folds")


def test_where_there_are_dates_only_the_past_foresees_and_the_rule_speaks_of_tenure(flywheel, tmp_path):
    file = written(tmp_path, dates=True, tenure="tenure_months")
    screen = flywheel("evaluate", "churn", file, "--label", "left")
    assert screen.code == 0
    assert "in time: each block is foreseen from what came before it" in screen.out
    assert "Column 'joined' is left out: a date: rows are split by it." in screen.out
    assert "prior rule" in screen.out
    assert "tenure_months (taken as months)" in screen.out
    assert "rows a CPU second" in screen.out


def test_a_column_that_knows_the_answer_is_told(tmp_path):
    from flywheel.cli.labelled_table import read_labelled

    file = tmp_path / "leak.csv"
    rows = [f"{n % 7},{100 + n % 2},{n % 2}" for n in range(100)]
    file.write_text("\n".join(["a,closing_balance,left", *rows]) + "\n")
    [notice] = read_labelled(file, "left").notices
    assert "'closing_balance' alone tells the answer" in notice


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--label", "lfet"), "Did you mean 'left'?"), (("--label", "contract"), "--positive VALUE"),
        (("--label", "contract", "--positive", "weekly"), "never says 'weekly'"),
        (("--label", "country"), "no yes or no"),
        (("--label", "left", "--when", "bill"), "no dates"),
    ],
)  # fmt: skip
def test_what_cannot_be_evaluated_is_said_in_a_sentence(flywheel, tmp_path, words, says):
    screen = flywheel("evaluate", "churn", written(tmp_path), *words)
    assert screen.code == 2
    assert says in screen.err


def test_two_other_words_are_an_answer_when_one_is_named(flywheel, tmp_path):
    screen = flywheel("evaluate", "churn", written(tmp_path), "--label", "contract", "--positive", "monthly", "--json")
    assert screen.code == 0
    assert screen.document["positives"] == 80


def test_a_handful_of_rows_is_refused(flywheel, tmp_path):
    file = tmp_path / "few.csv"
    file.write_text("a,left\n" + "".join(f"{n},{n % 2}\n" for n in range(12)))
    screen = flywheel("evaluate", "churn", file, "--label", "left")
    assert screen.code == 2
    assert "at least 20 of each" in screen.err
