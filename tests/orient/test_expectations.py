"""Expected less delivered, belief less reality: by hand, paired where the same people said both."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from said_sums import answers

from flywheel.domain.experience import Promise
from flywheel.domain.hearing import Answers, Stake
from flywheel.domain.standing import Measure
from flywheel.orient.beliefs import perception_gaps
from flywheel.orient.expectations import GapContext, expectation_gap, gap_findings

CARE = Promise(touchpoint="care", expected=("hoped",), delivered=("got",), promised_by="Marketing")
CONTEXT = GapContext("Own", "customer", "c", 3, 0.3)
NAN = float("nan")


def said(*rows: tuple[float, float]) -> Answers:
    return Answers(("hoped", "got"), np.array(rows))


def test_the_same_peoples_answers_are_compared_person_by_person() -> None:
    found = expectation_gap(CARE, said((9, 6), (8, 6), (10, 7), (7, 5)))
    assert found is not None
    assert found.paired
    # gaps 3 2 3 2: mean 2.5, sd 0.57735, t(3) 3.18245
    half = 3.18245 * 0.57735 / 2
    assert (found.value, found.low, found.high) == pytest.approx((2.5, 2.5 - half, 2.5 + half), abs=1e-4)


def test_answers_of_different_people_are_compared_as_two_samples() -> None:
    rows = [(one, NAN) for one in (9, 8, 10, 7)] + [(NAN, one) for one in (6, 6, 7, 5, 6)]
    found = expectation_gap(CARE, said(*rows))
    assert found is not None
    assert not found.paired
    spread = sqrt(5 / 3 / 4 + 0.5 / 5)
    assert (found.value, found.n) == (2.5, 4)
    assert (found.high - found.low) / 2 / spread == pytest.approx(2.73, abs=0.1)  # t of 4.4 degrees of freedom


@pytest.mark.parametrize("rows", [[(9, NAN), (8, NAN)], [(NAN, 5.0), (NAN, 4.0)], [(9.0, 5.0)]])
def test_a_promise_of_which_one_side_was_not_asked_has_no_gap(rows: list[tuple[float, float]]) -> None:
    assert expectation_gap(CARE, said(*rows)) is None


def test_several_items_count_as_their_mean() -> None:
    promise = Promise(touchpoint="care", expected=("hoped", "wished"), delivered=("got",))
    found = expectation_gap(promise, Answers(("hoped", "wished", "got"), np.array([[8.0, 10, 6], [6, 8, 4]])))
    assert found is not None
    assert (found.expected, found.delivered, found.value) == (8, 5, 3)


def test_the_gap_with_most_at_stake_comes_first_and_names_who_promised() -> None:
    app = Promise(touchpoint="app", expected=("hoped",), delivered=("tapped",))
    rows = np.array([[9.0, 6, 5], [8, 5.5, 4], [10, 7, 6], [7, 4, 3]])
    stakes = [Stake(touchpoint="care", people=90, value=300.0), Stake(touchpoint="app", people=10, value=100.0)]
    found = gap_findings(
        [app, CARE], Answers(("hoped", "got", "tapped"), rows), stakes, {"care": ["f1", "f2"]}, CONTEXT
    )
    assert [one.subject for one in found] == ["care", "app"]  # the smaller gap, but nine times the people
    assert found[0].weight == pytest.approx(2.875 * 0.9 * 1.5)
    assert (found[0].verdict, found[0].evidence) == ("more", ("f1", "f2"))
    assert "expected 8.50, got 5.62 of 10" in found[0].statement
    assert found[0].statement.endswith("Promised by Marketing.")


def test_few_people_say_nothing_sure_about_a_promise() -> None:
    [found] = gap_findings([CARE], said((9, 6), (8, 6)), [], {}, CONTEXT)
    assert found.verdict == "cannot tell"


def felt(value: float) -> Measure:
    return Measure.model_validate({
        "brand": "Own", "voice": "customer", "measure": "pillar: empathy", "value": value, "n": 400, "sd": 2.0,
        "basis": "survey", "higher_is_better": True, "as_of": "2026-03-01T00:00:00Z", "provenance": "t",
        "unit": "score", "span": 10.0,
    })  # fmt: skip


def test_what_managers_believe_is_held_against_what_customers_say_and_before() -> None:
    belief = answers("belief:empathy", [9, 8, 8, 7] * 10, voice="employee", part="role=manager")
    [found] = perception_gaps([belief], [felt(6.0)], {"empathy|role=manager": 3.0}, "c", 100)
    assert (found.value, found.verdict, found.before) == (pytest.approx(2.0), "more", 3.0)
    assert found.statement.startswith("empathy: manager believe 8.00, customers say 6.00 of 10 (gap +2.00, ")
    assert found.statement.endswith("they think it better than it is. It shrank (from +3.00).")


def test_a_belief_about_what_nobody_was_asked_has_no_gap() -> None:
    assert perception_gaps([answers("belief:integrity", [9, 8])], [felt(6.0)], {}, "c", 100) == []


def test_beliefs_on_another_scale_are_put_on_ten() -> None:
    [found] = perception_gaps([answers("belief:empathy", [4, 5] * 9, 1, 5)], [felt(6.0)], {}, "c", 100)
    assert found.value == pytest.approx(8.75 - 6)
