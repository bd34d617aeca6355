"""Labels judged against figures worked out by hand; a text may have several."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel.domain.labelling import judged
from flywheel.domain.scoring import macro_f1

NAMES = ("a", "b", "c")


def flags(*rows: str) -> np.ndarray:
    return np.array([[name in row for name in NAMES] for row in rows])


def test_one_label_a_text_is_judged_as_everywhere() -> None:
    truth, guess = "aaabbc", "aabbbb"
    found = judged(NAMES, flags(*truth), flags(*guess))
    assert found.accuracy.value == pytest.approx(4 / 6)
    assert found.macro_f1.value == pytest.approx(macro_f1(list(truth), list(guess)))
    assert found.per_class["b"].precision == pytest.approx(2 / 4)
    assert found.per_class["a"].recall == pytest.approx(2 / 3)
    assert found.macro_f1.low <= found.macro_f1.value <= found.macro_f1.high
    assert found.ece is None


def test_of_several_labels_each_counts_and_a_row_is_right_only_as_a_whole() -> None:
    found = judged(NAMES, flags("ab", "b", ""), flags("a", "b", ""))
    assert found.accuracy.value == pytest.approx(2 / 3)
    assert found.per_class["b"].recall == pytest.approx(1 / 2)
    assert found.macro_f1.value == pytest.approx((1 + 2 / 3) / 2)  # c occurs nowhere and is left out


def test_confidence_is_judged_and_thresholds_keep_their_word() -> None:
    rows = 200
    truth = flags(*(["a"] * rows))
    sure = np.linspace(0.5, 0.99, rows)
    guess = flags(*["b" if k < 40 else "a" for k in range(rows)])
    shares = np.where(guess, sure[:, None], (1 - sure[:, None]) / 2)
    found = judged(NAMES, truth, guess, shares)
    best = {one.wanted: one for one in found.thresholds}
    assert best[0.8].right == pytest.approx(0.8)
    assert best[0.8].n == 200
    assert best[0.95].right >= 0.95
    assert best[0.95].confidence > best[0.8].confidence
    assert found.surest_half == 1.0
    assert found.brier is not None
    assert found.brier.value == pytest.approx(((shares - truth) ** 2).sum(axis=1).mean())
    assert found.ece is not None
    assert found.ece.low <= found.ece.value <= found.ece.high
