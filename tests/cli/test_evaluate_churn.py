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


def read(folder: Path, header: str, rows: list[str], **options: object):
    from flywheel.cli.labelled_table import read_labelled

    file = folder / "made.csv"
    file.write_text("\n".join([header, *rows]) + "\n")
    return read_labelled(file, "left", **options)


@pytest.mark.parametrize(
    ("yes", "no", "told"),
    [
        ("Left", "Stayed", "'Left' is taken as yes"), ("Attrited Customer", "Existing Customer", "is taken as yes"),
        ("1", "-1", "'1' is taken as yes"), ("ja", "nein", None), ("Oui", "Non", None),
    ],
)  # fmt: skip
def test_an_unmistakable_answer_needs_no_explanation_and_what_was_taken_for_yes_is_told(tmp_path, yes, no, told):
    data = read(tmp_path, "age,left", [f"{n % 7},{yes if n % 3 == 0 else no}" for n in range(90)])
    assert data.truth.sum() == 30
    assert [told in one for one in data.notices] == ([True] if told else [])


def test_answers_that_are_not_there_are_left_out_and_odd_ones_named(tmp_path):
    words = ["yes", "no", "NA", "?", " "]
    rows = [f"{n % 9},{words[n % 5]}" for n in range(200)] + ["3,perhaps"]
    data = read(tmp_path, "age,left", rows)
    assert (len(data.truth), data.truth.sum(), data.rows_without_label) == (80, 40, 121)
    assert "'perhaps'" in data.notices[0]


def test_what_is_known_only_afterwards_is_no_feature(tmp_path):
    rows = [
        f"{n % 7},{'price' if n % 4 == 0 else ''},{f'2025-03-{1 + n % 28:02}' if n % 4 == 0 else ''},"
        f"{'gone' if n % 4 == 0 else 'here'},{int(n % 4 == 0)}"
        for n in range(200)
    ]
    data = read(tmp_path, "a,reason,leaving_date,status,left", rows)
    assert [one.name for one in data.columns] == ["a"]
    assert data.moments is None
    assert {one.column for one in data.left_out} == {"reason", "leaving_date", "status"}


def test_a_column_that_all_but_knows_the_answer_is_told_and_can_be_left_out(tmp_path):
    rows = [f"{n % 7},{'x' if n % 2 or n % 50 == 0 else ''},{n % 2}" for n in range(200)]
    [notice] = read(tmp_path, "a,note,left", rows).notices
    assert "'note' alone tells the answer" in notice
    assert "--without 'note'" in notice
    assert not read(tmp_path, "a,note,left", rows, without=("note",)).notices


@pytest.mark.parametrize(
    ("written", "value"),
    [('"$1,234.50"', 1234.5), ('"1.234,50"', 1234.5), ("1234.50 EUR", 1234.5), ('"(1,234.50)"', -1234.5)],
)
def test_amounts_are_numbers_however_they_are_written(tmp_path, written, value):
    rows = [f"{written if n else written.replace('34', '35')},{n % 2}" for n in range(60)]
    [bill] = read(tmp_path, "bill,left", rows).columns
    assert bill.values[1] == value


def test_american_dates_split_the_file_in_time_too(tmp_path):
    days = [date(2020, 1, 1) + timedelta(days=3 * n) for n in range(400)]
    data = read(tmp_path, "a,joined,left", [f"{n % 9},{day:%m/%d/%Y},{n % 2}" for n, day in enumerate(days)])
    assert data.moments is not None
    assert np.diff(data.moments).tolist() == [3.0] * 399
    assert data.notices == ()
    months = [f"{n % 9},{1 + n % 12:02}/01/{2015 + n // 12},{n % 2}" for n in range(96)]
    assert "could be" in read(tmp_path, "a,joined,left", months).notices[0]


def test_rows_of_one_person_are_never_learned_from_and_asked_at_once(tmp_path):
    from flywheel.predict.folds import splits

    rows = [f"C{n % 100},{n % 9},{n % 2}" for n in range(300)]
    data = read(tmp_path, "customer_id,age,left", rows)
    assert "200 rows have a 'customer_id' that another has" in data.notices[0]
    assert data.same is not None
    for past, asked in splits(data.truth, None, 1, data.same):
        assert not set(data.same[past]) & set(data.same[asked])


def test_equal_rows_are_one_row_told_twice_only_where_chance_makes_none(tmp_path):
    chance = np.random.default_rng(1)
    rows = [f"{n % 9},{chance.random():.6f},{chance.random():.6f},{n % 2}" for n in range(100)]
    assert read(tmp_path, "age,spent,lent,left", rows * 2).same is not None
    assert read(tmp_path, "age,left", [f"{n % 9},{n % 2}" for n in range(200)]).same is None


def test_a_number_that_nobody_shares_is_an_identifier_whatever_its_name(tmp_path):
    numbers = np.random.default_rng(1).permutation(np.arange(70_000, 90_000))[:2_000]
    data = read(tmp_path, "card,age,left", [f"{one},{n % 9},{n % 2}" for n, one in enumerate(numbers)])
    assert [one.column for one in data.left_out] == ["card"]


def test_a_packed_file_and_a_json_list_are_refused_in_a_sentence(flywheel, tmp_path):
    for name, content, says in (
        ("none.csv", b"", "holds no table"),
        ("a.csv", b"\x1f\x8b\x08", "unpack it"),
        ("a.json", b'[{"left": 1}]', "one JSON list"),
    ):
        (tmp_path / name).write_bytes(content)
        screen = flywheel("evaluate", "churn", tmp_path / name, "--label", "left")
        assert (screen.code, says in screen.err) == (2, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--label", "lfet"), "Did you mean 'left'?"), (("--label", "contract"), "--positive VALUE"),
        (("--label", "contract", "--positive", "weekly"), "never says 'weekly'"),
        (("--label", "country"), "says 'PL'"),
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


def test_names_in_a_column_that_is_no_answer_are_not_printed(flywheel, tmp_path):
    screen = flywheel("evaluate", "churn", written(tmp_path), "--label", "name")
    assert (screen.code, "240 different things" in screen.err, "Customer 7" in screen.err) == (2, True, False)
