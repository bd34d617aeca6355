"""Logistic regression with a ridge penalty in NumPy: the fit by Newton's method, and how sure its answers are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_STEPS = 30
_CLOSE = 1e-7
_KEEP = 0.1
_LARGEST_LOGIT = 30.0


@dataclass(frozen=True, slots=True)
class Fit:
    """Coefficients with their covariance; the first is the intercept, which is not penalised."""

    weights: Floats
    covariance: Floats

    def logits(self, rows: Floats) -> Floats:
        """Return the log-odds of rows of features."""
        return np.asarray(rows @ self.weights[1:] + self.weights[0])

    def spread(self, rows: Floats) -> Floats:
        """Return the standard error of each row's log-odds (delta method; the penalty counts as a prior)."""
        with_one = np.column_stack((np.ones(len(rows)), rows))
        return np.asarray(np.sqrt(np.maximum(((with_one @ self.covariance) * with_one).sum(axis=1), 0.0)))


def fitted(
    rows: Floats, truth: Floats, penalty: Floats, start: Floats | None = None, *, with_spread: bool = True
) -> Fit:
    """Maximise log likelihood - Σ penalty w² / 2 (iteratively reweighted least squares: Hastie et al. 2009, 4.4.1).

    `penalty` has one number a column, above 0. Equal rows give equal weights, to the last digit. What is fitted only to
    be compared needs no covariance.
    """
    design = np.column_stack((np.ones(len(rows)), rows))
    ridge = np.concatenate(([1e-9], penalty))
    weights = np.zeros(design.shape[1]) if start is None else start.copy()
    if start is None:
        share = (truth.sum() + 0.5) / (len(truth) + 1.0)
        weights[0] = np.log(share / (1 - share))
    weights = _climbed(design, truth, ridge, weights)
    if not with_spread:
        return Fit(weights, np.zeros((0, 0)))
    curvature = _curvature(design, sigmoid(design @ weights), ridge)
    return Fit(weights, np.asarray(np.linalg.inv(curvature), np.float64))


def sigmoid(logits: Floats) -> Floats:
    """Return 1 / (1 + e^-x)."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -_LARGEST_LOGIT, _LARGEST_LOGIT))))


def _climbed(design: Floats, truth: Floats, ridge: Floats, weights: Floats) -> Floats:
    """Return the best weights: Newton's steps, with a curvature that is kept while they gain ten times less each.

    The curvature costs as much as a hundred slopes (Kelley 2003, Solving Nonlinear Equations, chapter 2: chord method).
    """
    loss, gain = _loss(design, truth, ridge, weights), np.inf
    curvature: Floats | None = None
    for _ in range(_STEPS):
        chance, fresh = sigmoid(design @ weights), curvature is None
        if curvature is None:
            curvature = _curvature(design, chance, ridge)
        slope = design.T @ (truth - chance) - ridge * weights
        whole = np.asarray(np.linalg.solve(curvature, slope), np.float64)
        step, tried = _best_step(design, truth, ridge, weights, loss, whole)
        last, gain = gain, loss - tried
        weights, loss = weights + step, tried
        close = gain <= _CLOSE * max(abs(loss), 1.0)
        if close and fresh:
            break
        if close or gain > _KEEP * last:
            curvature = None
    return weights


def _best_step(
    design: Floats, truth: Floats, ridge: Floats, weights: Floats, loss: float, step: Floats
) -> tuple[Floats, float]:
    """Return the step, or a part of it, that does not lose, and the loss after it; none where even a little loses."""
    for _ in range(12):  # Newton may overshoot where classes are nearly separated
        tried = _loss(design, truth, ridge, weights + step)
        if tried <= loss + 1e-12:
            return step, tried
        step = step / 2
    return np.zeros_like(step), loss


def _curvature(design: Floats, chance: Floats, ridge: Floats) -> Floats:
    scaled = design * np.sqrt(np.maximum(chance * (1 - chance), 1e-9))[:, None]
    return np.asarray(scaled.T @ scaled + np.diag(ridge))  # a matrix times itself costs half of two


def _loss(design: Floats, truth: Floats, ridge: Floats, weights: Floats) -> float:
    logits = np.clip(design @ weights, -_LARGEST_LOGIT, _LARGEST_LOGIT)
    return float(np.logaddexp(0.0, logits).sum() - truth @ logits + ridge @ (weights * weights) / 2)
