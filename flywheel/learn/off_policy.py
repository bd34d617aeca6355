"""What a new policy would have earned, told from the log of another; refused where the log cannot tell."""

from __future__ import annotations

from math import sqrt
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.intervals import Z_95
from flywheel.domain.record import Record
from flywheel.learn.means import FEWEST_EVENTS, Floats

Ints = NDArray[np.integer[Any]]

FEWEST_EFFECTIVE = 100.0
"""Below so many effective decisions no value is given (methods 4.14; Kish 1965 for the formula)."""
MOST_UNSEEN = 0.01
"""So much of a new policy's choices may be actions that the log never took there; past it the policy is refused."""
_FOLDS = 5
_DOUBT = 20.0
"""The reward model draws an action's mean towards the mean of all as if so many more decisions had been average."""


class Log(NamedTuple):
    """Logged decisions as columns: which action of how many, its reward, the chance with which it was chosen then."""

    action: Ints
    reward: Floats
    propensity: Floats
    context: Ints


class Value(Record):
    """A policy's value per decision by one estimator, with its 95 % interval (normal, linearised)."""

    value: float
    low: float
    high: float


class PolicyValue(Record):
    """What a policy would have earned; the values are None where the log does not support it, `refused` says why."""

    n: int
    effective_n: float
    mean_weight: float
    """Near 1 where the logged propensities are true and the log could do all that the new policy would."""
    largest_weight: float
    clipped_at: float
    clipped: int
    unseen: float | None
    logged: Value
    ips: Value | None
    snips: Value | None
    dr: Value | None
    refused: str | None


def evaluate(log: Log, chosen: Floats, table: Floats | None, clip: float | None = None) -> PolicyValue:
    """Return the value of a policy; `chosen` is its chance for each logged action, `table` for each context and action.

    w = new / logged chance; IPS = mean(w r) (Horvitz and Thompson 1952), SNIPS = sum(w r) / sum(w) (Swaminathan and
    Joachims 2015), DR = mean(q(x, new) + w (r - q(x, a))) (Dudik et al. 2011), with q learned from the other folds.
    Weights are cut at `clip`, by default at sqrt(n) times their mean (Ionides 2008). Without a table there is no DR.
    """
    if (log.propensity <= 0).any():
        return _refused(log, chosen, "the log has decisions with a propensity of zero: they could not have been taken")
    raw = chosen / log.propensity
    limit = clip if clip is not None else sqrt(len(raw)) * float(raw.mean())
    w = np.minimum(raw, limit)
    effective = float(w.sum()) ** 2 / float((w**2).sum()) if w.any() else 0.0
    unseen = None if table is None else _unseen(log, table)
    why = _unsupported(effective, unseen, int(np.count_nonzero(w * log.reward)))
    values = (None, None, None) if why else (_ips(w, log), _snips(w, log), _doubly_robust(w, log, table))
    return PolicyValue(
        n=len(w), effective_n=effective, mean_weight=float(raw.mean()), largest_weight=float(raw.max()),
        clipped_at=limit,
        clipped=int((raw > limit).sum()), unseen=unseen, logged=_value(log.reward), ips=values[0], snips=values[1],
        dr=values[2], refused=why,
    )  # fmt: skip


def _unsupported(effective: float, unseen: float | None, events: int) -> str | None:
    if unseen is not None and unseen > MOST_UNSEEN:
        return f"{unseen:.1%} of what it would do was never done in the log: nobody knows what that earns"
    if effective < FEWEST_EFFECTIVE:
        return f"the log is worth {effective:.0f} decisions of this policy, fewer than {FEWEST_EFFECTIVE:.0f}"
    if events < FEWEST_EVENTS:
        return f"only {events} decisions of the log that it could have taken earned anything"
    return None


def _unseen(log: Log, table: Floats) -> float:
    """Return the share of the new policy's choices that the log never made in the same context."""
    contexts, actions = table.shape
    seen = np.bincount(log.context * actions + log.action, minlength=contexts * actions).reshape(table.shape) > 0
    often = np.bincount(log.context, minlength=contexts) / len(log.context)
    return float(often @ np.where(seen, 0.0, table).sum(axis=1))


def _ips(w: Floats, log: Log) -> Value:
    return _above(_least(log), _value(w * log.reward))


def _snips(w: Floats, log: Log) -> Value:
    """Return the ratio of two sums with the interval of its linear part: w (r - value) / mean(w)."""
    value = float((w * log.reward).sum() / w.sum())
    half = Z_95 * float(np.std(w * (log.reward - value), ddof=1)) / float(w.mean()) / sqrt(len(w))
    return _above(_least(log), Value(value=value, low=value - half, high=value + half))


def _doubly_robust(w: Floats, log: Log, table: Floats | None) -> Value | None:
    if table is None:
        return None
    terms = np.empty(len(w))
    for fold in range(_FOLDS):
        here = np.arange(len(w)) % _FOLDS == fold
        q = _rewards(log, ~here, table.shape)
        context, action = log.context[here], log.action[here]
        promised = (table[context] * q[context]).sum(axis=1)
        terms[here] = promised + w[here] * (log.reward[here] - q[context, action])
    return _above(_least(log), _value(terms))


def _rewards(log: Log, among: NDArray[np.bool_], shape: tuple[int, ...]) -> Floats:
    """Return the mean reward of each action in each context: drawn to the action's own, and that to the mean of all."""
    contexts, actions = shape
    action, reward = log.action[among], log.reward[among]
    cell = log.context[among] * actions + action
    overall = float(reward.mean())
    sums, counts = np.bincount(action, reward, actions), np.bincount(action, minlength=actions)
    of_action = (sums + _DOUBT * overall) / (counts + _DOUBT)
    sums, counts = np.bincount(cell, reward, contexts * actions), np.bincount(cell, minlength=contexts * actions)
    return np.asarray((sums.reshape(shape) + _DOUBT * of_action) / (counts.reshape(shape) + _DOUBT))


def _value(terms: Floats) -> Value:
    value = float(terms.mean())
    half = Z_95 * float(np.std(terms, ddof=1)) / sqrt(len(terms)) if len(terms) > 1 else float("inf")
    return Value(value=value, low=value - half, high=value + half)


def _least(log: Log) -> float:
    """Return the bound that no policy's value can be below: zero where no reward is negative."""
    return 0.0 if (log.reward >= 0).all() else float("-inf")


def _above(least: float, value: Value) -> Value:
    return value.model_copy(update={"low": max(value.low, least)})


def _refused(log: Log, chosen: Floats, why: str) -> PolicyValue:
    return PolicyValue(
        n=len(chosen), effective_n=0.0, mean_weight=0.0, largest_weight=0.0, clipped_at=0.0, clipped=0, unseen=None,
        logged=_value(log.reward), ips=None, snips=None, dr=None, refused=why,
    )  # fmt: skip
