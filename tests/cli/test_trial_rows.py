"""`flywheel trial`: how the rows of a file are read: arms and amounts however spelled, several rows of one person."""

from __future__ import annotations

import numpy as np
import pytest
from test_trial import write


def test_an_arm_is_known_by_its_name_however_it_is_spelled(trial, tmp_path):
    rows = ["group,bought", *["Old,1"] * 30, *["Old,0"] * 70, *["New,1"] * 60, *["New,0"] * 40, "NA,1"]
    found = trial(write(tmp_path, rows), "--randomised", "--share", "old=1", "new=1", "--json").document
    assert (found["control"]["arm"], [one["arm"] for one in found["arms"]]) == ("Old", ["New"])
    assert any("Rows left out: 1, because their arm is not known" in note for note in found["notes"])


@pytest.mark.parametrize(
    ("one", "ten"), [("$1,000.50", "$10,000.50"), ("1.000,50", "10.000,50"), ("1 000.5", "10 000.5")]
)
def test_amounts_are_read_as_people_write_them(trial, tmp_path, one, ten):
    rows = ["group,bought", *[f'new,"{ten}"'] * 30, *[f'old,"{one}"'] * 29, 'old,""']
    found = trial(write(tmp_path, rows), "--randomised", "--json").document
    assert (found["arms"][0]["value"], found["control"]["value"], found["control"]["n"]) == (10_000.5, 1_000.5, 29)


def test_people_of_one_shop_are_one_throw_of_the_dice(trial, tmp_path):
    """40 shops that differ: counted as people, their customers make the trial look surer than it is."""
    dice = np.random.default_rng(7)
    shares = dice.beta(2, 8, 40)
    rows = ["shop,group,bought"]
    rows += [
        f"S{shop},{'new' if shop % 2 else 'old'},{int(dice.random() < share)}"
        for shop, share in enumerate(shares) for _ in range(250)
    ]  # fmt: skip
    file = write(tmp_path, [*rows, "S1,old,1", ",old,1"])
    [naive] = trial(file, "--randomised", "--json").document["arms"]
    found = trial(file, "--unit", "shop", "--randomised", "--json").document
    [arm] = found["arms"]
    assert arm["high"] - arm["low"] > 2 * (naive["high"] - naive["low"])
    assert (arm["verdict"], found["kind"]) == ("cannot tell", "mean")
    assert (arm["n"], found["control"]["n"]) == (19, 20)
    assert any("'shop' is in more than one arm" in note for note in found["notes"])


def test_rows_that_look_like_one_persons_are_told_and_can_be_put_together(trial, tmp_path):
    people = [f"{n},{'new' if n % 2 else 'old'},{int(n % 3 == 0)}" for n in range(300)]
    file = write(tmp_path, ["user_id,group,bought", *people, *people[:40]])
    assert (
        "40 rows have a 'user_id' that an earlier row has" in trial(file, "--randomised", "--json").document["notes"][0]
    )
    once = trial(file, "--unit", "user_id", "--randomised", "--json").document
    assert (once["kind"], once["control"]["n"], once["arms"][0]["n"]) == ("proportion", 150, 150)
    assert not any("earlier row" in note for note in once["notes"])
