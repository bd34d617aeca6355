"""Multinomial logistic regression in NumPy: the fit (L-BFGS, deterministic) and the probabilities.

Sums go without BLAS where their last bits decide: it adds up in another order with other threads, and a fit that is
written down would hang on how busy the machine was.
"""

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


def times(first: Array, second: Array) -> Array:
    """Return the matrix product, the same to the last bit however many threads BLAS has."""
    return np.asarray(np.einsum("ij,jk->ik", first, second))


def dot(first: Array, second: Array) -> float:
    """Return the sum of products of two vectors, the same to the last bit however many threads BLAS has."""
    return float(np.einsum("i,i->", first, second))


def minimise(objective: Objective, start: Array, *, steps: int, tolerance: float, memory: int = 10) -> Array:
    """Minimise a smooth convex function by L-BFGS with Armijo backtracking (Nocedal & Wright 2006, algorithm 7.5)."""
    point = start
    value, slope = objective(point)
    pairs: list[tuple[Array, Array]] = []
    for _ in range(steps):
        direction = -_two_loop(slope, pairs)
        stride, gain = 1.0, dot(slope, direction)
        while True:
            new_point = point + stride * direction
            new_value, new_slope = objective(new_point)
            if new_value <= value + 1e-4 * stride * gain or stride < 1e-10:
                break
            stride *= 0.5
        moved, turned = new_point - point, new_slope - slope
        if dot(moved, turned) > 1e-12:
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
        share = dot(moved, direction) / dot(moved, turned)
        direction -= share * turned
        shares.append(share)
    if pairs:
        moved, turned = pairs[-1]
        direction *= dot(moved, turned) / dot(turned, turned)
    for (moved, turned), share in zip(pairs, reversed(shares), strict=True):
        direction += (share - dot(turned, direction) / dot(moved, turned)) * moved
    return direction
