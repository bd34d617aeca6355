"""How sure sure readings may be: put right on texts that were left out, without another label or order."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel.understand.sureness import FEWEST, KNEE, Sureness, fitted_sureness


def test_above_the_knee_confidence_rises_as_fast_as_it_is_borne_out() -> None:
    share = np.array([[0.95, 0.03, 0.02], [0.8, 0.1, 0.1], [0.02, 0.03, 0.95]])
    righted = Sureness((0.5, 1.0, 1.0)).applied(share)

    assert righted[0] == pytest.approx([0.9, 0.06, 0.04])
    assert righted[1:].tolist() == share[1:].tolist()


def test_no_label_changes_and_the_surer_text_stays_the_surer() -> None:
    chance = np.random.default_rng(3)
    share = chance.dirichlet((0.2, 0.2, 0.2), 500)
    righted = Sureness((0.3, 0.6, 0.9)).applied(share)

    assert righted.sum(axis=1) == pytest.approx(np.ones(500))
    assert righted.argmax(axis=1).tolist() == share.argmax(axis=1).tolist()
    first = share[:, 0] > KNEE
    assert np.argsort(righted[first, 0]).tolist() == np.argsort(share[first, 0]).tolist()


def test_too_sure_a_label_is_damped_and_a_modest_one_is_left() -> None:
    chance = np.random.default_rng(4)
    top = chance.uniform(KNEE, 1, 4_000)
    label = np.arange(4_000) % 2
    share = np.where(label[:, None] == 0, np.column_stack((top, 1 - top)), np.column_stack((1 - top, top)))
    right = chance.random(4_000) < np.where(label == 0, KNEE + 0.2 * (top - KNEE), 0.99)
    truth = np.where(right, label, 1 - label)

    damped, modest = fitted_sureness(share, truth, np.ones(4_000)).slope
    assert damped <= 0.5
    assert modest == 1.0


def test_a_label_that_too_few_texts_bear_out_is_never_surely_said() -> None:
    share = np.tile([[0.95, 0.05]], (FEWEST - 1, 1))
    once_more = np.tile([[0.95, 0.05]], (FEWEST, 1))

    few, enough = (
        fitted_sureness(one, np.zeros(len(one), np.int64), np.ones(len(one))).applied(one)[0, 0]
        for one in (share, once_more)
    )
    assert few < 0.86
    assert enough == pytest.approx(0.95)


def test_no_texts_have_no_sureness() -> None:
    assert Sureness((0.5, 1.0, 1.0)).applied(np.zeros((0, 3))).shape == (0, 3)
