"""The learned risk: it finds what was planted, says it honestly, and never looks at what it is asked about."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel.errors import ConfigError
from flywheel.predict.apart import foreseen_apart
from flywheel.predict.design import Category, Column, Number, at
from flywheel.predict.drivers import drivers, told
from flywheel.predict.folds import splits, stratified
from flywheel.predict.judged import auc, brier, judged
from flywheel.predict.logistic import fitted, sigmoid
from flywheel.predict.model import Model, trained

N = 1_500


@pytest.fixture(scope="module")
def town() -> tuple[list[Column], np.ndarray, np.ndarray]:
    """Contracts and a U-shaped age decide, and a pair of switches; height is noise: columns, risk, truth."""
    chance = np.random.default_rng(7)
    contract, age = chance.integers(0, 3, N), chance.uniform(20, 80, N)
    late, far = chance.integers(0, 2, N), chance.integers(0, 2, N)
    logit = np.array([-2.5, -1.0, 0.5])[contract] + 2.0 * ((age - 50) / 30) ** 2 - 1.0 + 2.5 * late * far
    risk = sigmoid(logit)
    blank = np.where(chance.random(N) < 0.1, np.nan, age)
    columns: list[Column] = [
        Category("contract", contract, ("two years", "one year", "monthly")), Number("age", blank),
        Category("late", late, ("no", "yes")), Category("far", far, ("no", "yes")),
        Number("height", chance.normal(170, 10, N)),
    ]  # fmt: skip
    return columns, risk, (chance.random(N) < risk).astype(np.float64)


@pytest.fixture(scope="module")
def model(town: tuple[list[Column], np.ndarray, np.ndarray]) -> Model:
    columns, _, truth = town
    return trained(columns, truth, np.arange(N))


def test_weights_are_those_of_a_textbook() -> None:
    # one switch: the weight is the log odds ratio, the intercept the log odds without it (penalty next to nothing)
    rows, truth = np.array([[0.0]] * 10 + [[1.0]] * 10), np.array([1.0] * 2 + [0.0] * 8 + [1.0] * 5 + [0.0] * 5)
    fit = fitted(rows, truth, np.array([1e-9]))
    assert fit.weights == pytest.approx([np.log(2 / 8), np.log(5 / 5) - np.log(2 / 8)], abs=1e-6)
    assert fit.spread(np.array([[0.0]]))[0] == pytest.approx(np.sqrt(1 / 2 + 1 / 8), abs=1e-6)


def test_with_plenty_of_rows_one_inner_fold_gives_risks_as_true_as_four() -> None:
    chance = np.random.default_rng(5)
    signs = chance.normal(size=(24_000, 2))
    risk = sigmoid(signs @ [1.0, -0.5])
    truth = (chance.random(24_000) < risk).astype(np.float64)
    columns: list[Column] = [Number("one", signs[:, 0]), Number("other", signs[:, 1])]
    found = trained(columns, truth, np.arange(12_000)).risks([at(one, np.arange(12_000, 24_000)) for one in columns])
    assert np.abs(found - risk[12_000:]).mean() < 0.015


def test_classes_that_are_fully_apart_do_not_run_away() -> None:
    fit = fitted(np.linspace(-1, 1, 40)[:, None], (np.linspace(-1, 1, 40) > 0).astype(np.float64), np.array([1.0]))
    assert np.isfinite(fit.weights).all()
    assert abs(fit.weights[1]) < 20


def test_what_was_planted_is_found_and_what_is_noise_is_not(model: Model, town) -> None:
    columns, risk, truth = town
    names = [one.column for one in drivers(model, columns, truth)]
    assert names.index("height") == len(names) - 1
    contract = next(one for one in drivers(model, columns, truth) if one.column == "contract")
    assert "where contract is monthly" in contract.says
    assert contract.highest > contract.lowest
    assert contract.odds == pytest.approx(np.exp(3.0), rel=0.5)
    assert np.corrcoef(model.risks(columns), risk)[0, 1] > 0.95


def test_a_pair_that_only_counts_together_is_found(model: Model) -> None:
    places = {tuple(sorted(model.design.place[pair].tolist())) for pair in model.pairs}
    assert (2, 3) in places


def test_a_risk_lies_in_its_range_and_the_range_holds_the_truth_most_of_the_time(model: Model, town) -> None:
    columns, risk, _ = town
    low, high = model.ranges(columns)
    value = model.risks(columns)
    assert ((low <= value) & (value <= high)).all()
    assert ((low <= risk) & (risk <= high)).mean() > 0.8


def test_what_raises_a_persons_risk_is_told_in_words(model: Model, town) -> None:
    columns, _, _ = town
    monthly = int(np.flatnonzero(columns[0].codes == 2)[0])
    words = told(model, columns)
    assert "contract: monthly" in words[monthly]
    assert all(len(one) <= 3 for one in words)


def test_risks_of_rows_never_seen_come_true_as_often_as_they_say(town) -> None:
    columns, _, truth = town
    asked, risks = foreseen_apart(columns, truth, None, 1)
    found = judged(truth[asked], risks)
    assert sorted(asked.tolist()) == list(range(N))
    assert found.ece.value < 0.05
    assert found.auc.low < found.auc.value < found.auc.high
    assert sum(one.n for one in found.bins) == N
    assert all(one.low <= one.foreseen <= one.high for one in found.bins)


def test_in_time_only_the_past_is_learned_from() -> None:
    moments = np.repeat(np.arange(50.0), 4)
    truth = np.tile([0.0, 1.0], 100)
    asked = [rows for _, rows in splits(truth, moments, 1)]
    for past, rows in splits(truth, moments, 1):
        assert moments[past].max() < moments[rows].min()
    assert len(np.unique(np.concatenate(asked))) == sum(map(len, asked)) == 120


def test_a_file_of_one_moment_has_no_past() -> None:
    with pytest.raises(ConfigError, match="Split in time"):
        foreseen_apart([Number("a", np.arange(20.0))], np.tile([0.0, 1.0], 10), np.zeros(20), 1)


def test_folds_share_out_every_label() -> None:
    labels = np.array(["a"] * 20 + ["b"] * 10)
    fold = stratified(labels, 5, 1)
    assert np.bincount(fold[:20]).tolist() == [4] * 5
    assert np.bincount(fold[20:]).tolist() == [2] * 5


def test_the_same_rows_and_seed_give_the_same_model(town, model: Model) -> None:
    columns, _, truth = town
    again = trained(columns, truth, np.arange(N))
    assert again.risks(columns).tolist() == model.risks(columns).tolist()


def test_auc_and_brier_are_as_worked_out_by_hand() -> None:
    truth, risk = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.9, 0.4, 0.4, 0.1])
    assert auc(truth, risk) == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert brier(truth, risk) == pytest.approx((0.01 + 0.16 + 0.36 + 0.01) / 4)


def test_thresholds_say_what_acting_from_there_on_means() -> None:
    risk = np.repeat([0.9, 0.5, 0.1], 100)
    truth = np.concatenate([np.ones(90), np.zeros(10), np.ones(50), np.zeros(50), np.ones(10), np.zeros(90)])
    found = {one.why: one for one in judged(truth, risk).thresholds}
    sure = found["at least 67% of those found are right"]
    assert (sure.risk, sure.n, sure.precision) == pytest.approx((0.5, 200, 0.7))
    assert sure.recall == pytest.approx(140 / 150)
    assert found["at least 50% of those found are right"].n == 300
