"""`flywheel trial`: the effect in an experiment of one's own; what it says and refuses, and that nobody is lost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

CONTRACT = {"metric", "kind", "control", "arms", "sample_ratio_p", "causal", "notes"}
OF_AN_ARM = {"arm", "n", "value", "effect", "low", "high", "anytime_low", "anytime_high", "verdict"}


def write(folder: Path, rows: list[str], name: str = "test.csv") -> Path:
    file = folder / name
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """400 people an arm: 30 % of the treated buy, 15 % of the control; they spend 20 or 10."""
    rows = ["group,bought,spent,town"]
    rows += [
        f"new,{'yes' if n < 120 else 'no'},{20 if n < 120 else 0},{'north' if n % 2 else 'south'}" for n in range(400)
    ]
    rows += [
        f"old,{'yes' if n < 60 else 'no'},{10 if n < 60 else 0},{'north' if n % 2 else 'south'}" for n in range(400)
    ]
    return write(tmp_path, rows)


def test_one_metric_gives_the_document_of_the_contract(trial, shop):
    screen = trial(shop, "--randomised", "--json")
    assert screen.code == 0
    found = screen.document
    assert set(found) >= CONTRACT
    assert (found["metric"], found["kind"], found["causal"]) == ("bought", "proportion", True)
    assert found["control"] == {"arm": "old", "n": 400, "value": 0.15}
    [arm] = found["arms"]
    assert set(arm) >= OF_AN_ARM
    assert (arm["arm"], arm["n"], arm["value"], arm["verdict"]) == ("new", 400, 0.3, "works")
    assert arm["effect"] == pytest.approx(0.15)
    assert arm["anytime_low"] < arm["low"] < arm["effect"] < arm["high"] < arm["anytime_high"]
    assert found["sample_ratio_p"] == 1


def test_several_metrics_stand_in_a_list(trial, shop):
    screen = trial(shop, "spent", "--randomised", "--json")
    assert [one["metric"] for one in screen.document["trials"]] == ["bought", "spent"]
    spent = screen.document["trials"][1]
    assert spent["kind"] == "mean"
    assert spent["arms"][0]["effect"] == pytest.approx(4.5)
    assert any("2 comparisons" in note for note in spent["notes"])


def test_a_manager_reads_a_verdict_the_power_and_what_to_beware_of(trial, shop):
    out = trial(shop, "--randomised", "--segment", "town").out
    assert "new: works (its interval lies above zero). So many people would have shown" in out
    assert "+15.00" in out
    assert "tuned to 5,000 people" in out
    assert "drawn towards their common mean" in out
    assert "north" in out


def test_without_randomisation_there_is_no_verdict_and_the_words_say_why(trial, shop):
    found = trial(shop, "--json").document
    assert found["causal"] is False
    assert found["arms"][0]["verdict"] is None
    assert "--randomised" in found["notes"][0]
    assert "no verdict" in trial(shop).out
    assert "works" not in trial(shop).out


def test_arms_that_do_not_fit_the_plan_block_the_verdict(trial, tmp_path):
    rows = ["group,bought", *["new,1"] * 300, *["new,0"] * 600, *["old,0"] * 380, *["old,1"] * 20]
    file = write(tmp_path, rows)
    found = trial(file, "--randomised", "--json").document
    assert found["sample_ratio_p"] < 0.001
    assert found["arms"][0]["verdict"] == "cannot tell"
    assert "do NOT fit" in trial(file, "--randomised").out
    planned = trial(file, "--randomised", "--share", "new=0.7", "old=0.3", "--json").document
    assert planned["arms"][0]["verdict"] == "works"


def test_equal_rows_are_different_people(trial, tmp_path):
    file = write(tmp_path, ["group,bought", *["new,1"] * 50, *["old,1"] * 50])
    found = trial(file, "--randomised", "--json").document
    assert (found["control"]["n"], found["arms"][0]["n"]) == (50, 50)
    assert found["arms"][0]["verdict"] == "cannot tell"


@pytest.mark.parametrize(
    ("good", "bad"), [("1", "0"), ("true", "False"), ("YES", "no"), ("T", "F"), ("1.0", "0.0"), ("tak", "nie")]
)
def test_a_share_may_be_written_in_many_ways(trial, tmp_path, good, bad):
    rows = ["group,bought", *[f"new,{good}"] * 30, *[f"new,{bad}"] * 70, *[f"old,{good}"] * 10, *[f"old, {bad} "] * 90]
    found = trial(write(tmp_path, rows), "--randomised", "--json").document
    assert (found["kind"], found["arms"][0]["value"], found["control"]["value"]) == ("proportion", 0.3, 0.1)


def test_cells_that_cannot_be_read_are_counted_and_told(trial, tmp_path):
    rows = ["group,bought", *["new,1"] * 40, *["new,0"] * 60, *["old,0"] * 97, "old,", "old,maybe", "old,nan", ",1"]
    found = trial(write(tmp_path, rows), "--randomised", "--json").document
    assert found["control"]["n"] == 97
    assert any("empty cells 1, cells that cannot be read 2" in note for note in found["notes"])
    assert any("Rows left out: 1, because their arm is not known" in note for note in found["notes"])


def test_people_who_vanish_from_one_arm_block_the_verdict(trial, tmp_path):
    rows = ["group,bought", *["new,1"] * 200, *["new,"] * 200, *["old,1"] * 60, *["old,0"] * 340]
    found = trial(write(tmp_path, rows), "--randomised", "--json").document
    assert found["arms"][0]["verdict"] == "cannot tell"
    assert found["sample_ratio_p"] < 0.001


def test_no_difference_needs_a_margin(trial, tmp_path):
    rows = ["group,bought", *[f"{arm},{int(n < 2_000)}" for arm in ("new", "old") for n in range(20_000)]]
    file = write(tmp_path, rows)
    assert trial(file, "--randomised", "--json").document["arms"][0]["verdict"] == "cannot tell"
    within = trial(file, "--randomised", "--margin", "0.02", "--json").document
    assert within["arms"][0]["verdict"] == "no difference"


def test_what_harms_is_called_so(flywheel, shop):
    screen = flywheel(
        "trial", shop, "--arm", "group", "--control", "new", "--metric", "bought", "--randomised", "--json"
    )
    assert screen.document["arms"][0]["verdict"] == "harms"


def test_amounts_that_nobody_paid_get_no_interval(trial, tmp_path):
    rows = ["group,bought", *["new,0"] * 99, "new,5.5", *["old,0"] * 98, "old,2", "old,3"]
    [arm] = trial(write(tmp_path, rows), "--randomised", "--json").document["arms"]
    assert (arm["low"], arm["high"], arm["verdict"]) == (None, None, "cannot tell")
    assert "cannot tell" in trial(write(tmp_path, rows), "--randomised").out


def test_heavy_tails_are_told_with_a_second_opinion_that_follows_from_the_seed(trial, tmp_path):
    dice = np.random.default_rng(1)
    amounts = np.exp(dice.normal(0, 2.5, 4_000))
    rows = ["group,bought", *[f"{'new' if n % 2 else 'old'},{amount:.4f}" for n, amount in enumerate(amounts)]]
    file = write(tmp_path, rows)
    first, again = (trial(file, "--randomised", "--seed", "7", "--json").document["notes"] for _ in range(2))
    assert first == again
    assert any("Heavy tail" in note and "seed 7" in note for note in first)


def test_the_best_arm_is_named_only_if_it_beats_the_next(trial, tmp_path):
    def rows(second: int) -> list[str]:
        wins = {"a": 600, "b": second, "old": 200}
        return ["group,bought", *[f"{arm},{int(n < won)}" for arm, won in wins.items() for n in range(1_000)]]

    clear = trial(write(tmp_path, rows(400)), "--randomised", "--json").document["notes"]
    assert any("'a' is the best" in note for note in clear)
    close = trial(write(tmp_path, rows(595)), "--randomised", "--json").document["notes"]
    assert any("nobody can tell it from the next" in note for note in close)


def test_logged_chances_make_it_causal_and_undo_a_skewed_choice(trial, tmp_path):
    dice = np.random.default_rng(2)
    loyal = dice.random(20_000) < 0.5
    chance = np.where(loyal, 0.8, 0.2)
    new = dice.random(20_000) < chance
    bought = dice.random(20_000) < np.where(loyal, 0.5, 0.1) + 0.05 * new
    rows = ["group,bought,chance"]
    rows += [
        f"{'new' if n else 'old'},{int(b)},{p if n else 1 - p:.1f}" for n, b, p in zip(new, bought, chance, strict=True)
    ]
    file = write(tmp_path, rows)
    fooled = trial(file, "--json").document["arms"][0]
    assert fooled["effect"] > 0.2
    found = trial(file, "--propensity", "chance", "--json").document
    assert found["causal"] is True
    assert found["sample_ratio_p"] > 0.001
    assert found["arms"][0]["low"] < 0.05 < found["arms"][0]["high"]
    assert found["arms"][0]["verdict"] == "works"


def test_the_time_before_narrows_the_interval(trial, tmp_path):
    dice = np.random.default_rng(3)
    before = dice.normal(100, 20, 2_000)
    rows = ["group,bought,before"]
    rows += [
        f"{'new' if n % 2 else 'old'},{0.9 * b + 3 * (n % 2) + e:.3f},{b:.3f}"
        for n, (b, e) in enumerate(zip(before, dice.normal(0, 8, 2_000), strict=True))
    ]
    file = write(tmp_path, rows)
    plain, adjusted = (trial(file, "--randomised", *words, "--json").document for words in ((), ("--before", "before")))
    assert adjusted["arms"][0]["verdict"] == "works"
    widths = [one["arms"][0]["high"] - one["arms"][0]["low"] for one in (plain, adjusted)]
    assert widths[1] < 0.6 * widths[0]
    assert any("CUPED" in note for note in adjusted["notes"])


@pytest.mark.parametrize("name", ["effect.svg", "effect.html"])
def test_the_plot_is_one_file_that_needs_nothing_else(trial, shop, tmp_path, name):
    assert trial(shop, "spent", "--randomised", "--plot", tmp_path / name).code == 0
    drawing = (tmp_path / name).read_text(encoding="utf-8")
    assert "<svg" in drawing
    assert "new: +15.00 points, works" in drawing
    assert "spent, against old" in drawing
    assert "href" not in drawing
    if name.endswith("svg"):
        assert drawing.startswith('<svg xmlns="http://www.w3.org/2000/svg"')


def test_a_semicolon_file_has_decimal_commas(trial, tmp_path):
    rows = ["group;bought", *["new;2,5"] * 30, *["new;3,5"] * 30, *["old;1,5"] * 30, *["old;0,5"] * 30]
    found = trial(write(tmp_path, rows), "--randomised", "--json").document
    assert (found["kind"], found["arms"][0]["value"], found["control"]["value"]) == ("mean", 3, 1)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--arm", "grup", "--control", "old", "--metric", "bought"), "Did you mean 'group'?"),
        (("--arm", "group", "--control", "old", "--metric", "boght"), "Did you mean 'bought'?"),
        (("--arm", "group", "--control", "olt", "--metric", "bought"), "Did you mean 'old'?"),
        (("--arm", "group", "--control", "old", "--metric", "town"), "it is no metric"),
        (("--arm", "group", "--control", "old", "--metric", "bought", "--margin", "-1"), "above 0"),
        (("--arm", "group", "--control", "old", "--metric", "bought", "--share", "new"), "ARM=SHARE"),
        (("--arm", "group", "--control", "old", "--metric", "bought", "--share", "new=1"), "each arm a share"),
        (("--arm", "group", "--control", "old", "--metric", "bought", "--tuned-to", "0"), "at least 1"),
        (("--arm", "group", "--control", "old", "--metric", "bought", "--segment", "twn"), "Did you mean 'town'?"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(flywheel, shop, words, says):
    screen = flywheel("trial", shop, *words)
    assert (screen.code, screen.out) == (2, "")
    assert says in screen.err


def test_a_column_of_numbers_is_no_arm(flywheel, tmp_path):
    file = write(tmp_path, ["id,bought", *[f"{n},1" for n in range(100)]])
    screen = flywheel("trial", file, "--arm", "id", "--control", "1", "--metric", "bought")
    assert screen.code == 2
    assert "100 different values" in screen.err


def test_an_arm_of_nobody_and_a_file_of_nothing_are_said(trial, tmp_path):
    nobody = trial(write(tmp_path, ["group,bought", "new,", "old,1", "old,0"]))
    assert nobody.code == 2
    assert "Nobody in the arm 'new'" in nobody.err
    assert "no rows" in trial(write(tmp_path, ["group,bought"])).err
    assert "There is no file" in trial(tmp_path / "nowhere.csv").err
    alone = trial(write(tmp_path, ["group,bought", "old,1"]))
    assert "nothing to compare" in alone.err


def test_the_hillstrom_trial_comes_out_as_published(flywheel, data_dir):
    """64,000 people, 6,562 rows of them alike: visit 18.28 / 15.14 / 10.62 %, conversion 1.25 / 0.88 / 0.57 %."""
    screen = flywheel(
        "trial", data_dir / "09_learn" / "hillstrom_email_rct_64k.csv", "--arm", "segment", "--control", "No E-Mail",
        "--metric", "visit", "conversion", "spend", "--segment", "history_segment", "--randomised", "--json",
    )  # fmt: skip
    visit, conversion, spend = screen.document["trials"]
    assert visit["control"]["n"] + sum(arm["n"] for arm in visit["arms"]) == 64_000
    assert visit["control"]["value"] == pytest.approx(0.1062, abs=5e-5)
    mens, womens = visit["arms"]
    assert (mens["value"], womens["value"]) == pytest.approx((0.1828, 0.1514), abs=5e-5)
    assert (mens["effect"], womens["effect"]) == pytest.approx((0.0766, 0.0452), abs=5e-5)
    assert (mens["low"], mens["high"], womens["low"], womens["high"]) == pytest.approx(
        (0.0700, 0.0832, 0.0389, 0.0516), abs=1e-4
    )
    assert conversion["arms"][0]["value"] == pytest.approx(0.0125, abs=5e-5)
    assert spend["arms"][0]["value"] == pytest.approx(1.42, abs=5e-3)
    for one in (visit, conversion, spend):
        assert one["sample_ratio_p"] > 0.5
        for arm in one["arms"]:
            assert arm["verdict"] == "works"
            assert arm["anytime_low"] < arm["low"] < arm["high"] < arm["anytime_high"]
        assert len(one["segments"]) == 2 * 7
    spread = [abs(part["effect"] - 0.0766) <= abs(part["measured"] - 0.0766) for part in visit["segments"][:7]]
    assert sum(spread) >= 6, "drawn towards the mean"
