"""Multinomial logistic regression in NumPy: the fit (L-BFGS, deterministic) and the probabilities."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Objective = Callable[[Array], tuple[float, Array]]


def softmax(scores: Array) -> Array:
    """Return row-wise probabilities."""
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def minimise(objective: Objective, start: Array, *, steps: int, tolerance: float, memory: int = 10) -> Array:
    """Minimise a smooth convex function by L-BFGS with Armijo backtracking (Nocedal & Wright 2006, algorithm 7.5)."""
    point = start
    value, slope = objective(point)
    pairs: list[tuple[Array, Array]] = []
    for _ in range(steps):
        direction = -_two_loop(slope, pairs)
        stride, gain = 1.0, float(slope @ direction)
        while True:
            new_point = point + stride * direction
            new_value, new_slope = objective(new_point)
            if new_value <= value + 1e-4 * stride * gain or stride < 1e-10:
                break
            stride *= 0.5
        moved, turned = new_point - point, new_slope - slope
        if float(moved @ turned) > 1e-12:
            pairs = [*pairs, (moved, turned)][-memory:]
        done = abs(value - new_value) <= tolerance * max(abs(value), 1.0)
        point, value, slope = new_point, new_value, new_slope
        if done:
            break
    return point


def _two_loop(slope: Array, pairs: list[tuple[Array, Array]]) -> Array:
    direction = slope.copy()
    shares = []
    for moved, turned in reversed(pairs):
        share = float(moved @ direction) / float(moved @ turned)
        direction -= share * turned
        shares.append(share)
    if pairs:
        moved, turned = pairs[-1]
        direction *= float(moved @ turned) / float(turned @ turned)
    for (moved, turned), share in zip(pairs, reversed(shares), strict=True):
        direction += (share - float(turned @ direction) / float(moved @ turned)) * moved
    return direction
