"""A part of the twenty thousand pairs of tests/benchmarks/simulated_pairs.py: intervals hold, verdicts are right."""

from __future__ import annotations

import numpy as np
from simulated_pairs import covered, wrong_verdicts


def test_intervals_hold_the_true_gap_as_often_as_they_say() -> None:
    found = covered(np.random.default_rng(7), 3_000)
    assert {kind for kind, _ in found} == {"share", "nps", "text"}
    assert all(0.92 <= share <= 0.98 for share, _ in found.values())


def test_among_many_comparisons_hardly_a_family_has_a_wrong_verdict() -> None:
    equal, mixed, _ = wrong_verdicts(np.random.default_rng(8), 120, peers=10)
    assert max(equal, mixed) <= 0.08
