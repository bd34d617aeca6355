"""What is believed of every play at once: a Bayesian regression on sums, so that plays and controls teach each other.

Who was held out of one play tells what happens without any play, to all plays of the same tier; what a topic or a
segment does differently is drawn towards the play's own mean. Method: normal linear model with normal priors
(Gelman et al., Bayesian Data Analysis, 3rd ed., 14.2 and 15), the spread between circumstances averaged over by its
evidence; the draws for Thompson sampling come from it (Agrawal and Goyal 2013, Thompson Sampling for Contextual
Bandits with Linear Payoffs).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from math import sqrt
from statistics import NormalDist

import numpy as np

from flywheel.domain.allocation import Circumstances
from flywheel.domain.outcome import LearnedEffect
from flywheel.domain.play import Play
from flywheel.domain.record import Record
from flywheel.domain.trial import EffectSum
from flywheel.learn.means import Floats

Name = tuple[str, ...]

SPREADS = (0.005, 0.02, 0.05, 0.1)
"""How much a play may differ between topics, and between segments (sd, points of probability): each pair is weighed."""
_WAYS = 0.03
"""How much it may differ between the ways of doing it."""
_LEVEL = 0.1
"""How much the plain rate differs between topics, segments or sets of plays."""
_WEEK = 0.05
"""How much it differs between weeks."""
_FAINT = 0.01
"""A week that counts less than this is forgotten."""


class Memory(Record):
    """How to look at the past: what a week still counts one week later, and the seed and number of the draws."""

    keep: float
    seed: int
    draws: int


@dataclass(frozen=True)
class _Fit:
    """The posterior for one pair of spreads: its mean, a factor F with covariance F F', and the chance of the pair."""

    mean: Floats
    factor: Floats
    chance: float


@dataclass(frozen=True)
class Posterior:
    """What is believed of the plays. Effects are differences of a probability to doing nothing, -1..1.

    `unlearned` is what was believed before anything was counted; None where nothing was.
    """

    places: dict[Name, int]
    fits: tuple[_Fit, ...]
    seen: dict[str, dict[Name, float]]
    samples: Floats
    unlearned: Posterior | None = None

    def draws(self, play: str, variant: str, known: Circumstances) -> Floats:
        """Return draws of the effect of a play on people in these circumstances; of all plays from the same worlds."""
        at = [self.places[name] for name in _effect(play, variant, known) if name in self.places]
        return np.asarray(self.samples[:, at].sum(axis=1))

    def effect(self, play: str) -> LearnedEffect:
        """Return the mean effect over those for whom the play was picked, with its standard deviation."""
        mean, spread2 = self._moments(play)
        return LearnedEffect(play=play, mean=mean, sd=sqrt(spread2))

    def harm(self, play: str) -> float:
        """Return the probability that the mean effect lies below zero."""
        mean, spread2 = self._moments(play)
        return NormalDist().cdf(-mean / sqrt(spread2))

    def _moments(self, play: str) -> tuple[float, float]:
        weights = np.zeros(len(self.places))
        weights[self.places["play", play]] = 1.0
        for name, share in self.seen.get(play, {}).items():
            if name in self.places:  # of weeks long past the sums still stand, their coefficients do not
                weights[self.places[name]] = share
        means = np.array([weights @ fit.mean for fit in self.fits])
        spread2 = np.array([float(((weights @ fit.factor) ** 2).sum()) for fit in self.fits])
        chances = np.array([fit.chance for fit in self.fits])
        mean = float(chances @ means)
        return mean, float(chances @ (spread2 + (means - mean) ** 2))


@dataclass(frozen=True)
class _Data:
    """Rows of sums as columns: which coefficients add up in each, its rate, and its weight (1 / variance)."""

    parts: list[list[int]]
    rate: Floats
    weight: Floats


def believe(plays: Sequence[Play], sums: Iterable[EffectSum], memory: Memory) -> Posterior:
    """Return what is believed of the plays after all that was counted, from what each expects of itself.

    All data counts once, from the plays' own priors: to learn again from the same sums changes nothing.
    """
    known = {play.name: play for play in plays}
    chosen_by = {(play.name, one.metric, one.days) for play in plays for one in play.measured[:1]}
    rows = [one for one in sums if one.arm != "exempt" and (one.play, one.metric, one.days) in chosen_by]
    before = _believe(known, [], memory)
    return replace(_believe(known, rows, memory), unlearned=before) if rows else before


def _believe(plays: dict[str, Play], rows: Sequence[EffectSum], memory: Memory) -> Posterior:
    names: list[Name] = [("play", name) for name in plays]
    names += [("play variant", name, way) for name, play in plays.items() if len(play.ways) > 1 for way in play.ways]
    places = {name: at for at, name in enumerate(names)}
    fits = _fits(_data(rows, plays, places, memory.keep), places, plays)
    return Posterior(places, fits, _seen(rows, plays), _samples(fits, len(places), memory))


def _data(rows: Sequence[EffectSum], plays: dict[str, Play], places: dict[Name, int], keep: float) -> _Data:
    newest = max((one.week for one in rows), default="")
    levels = _levels(rows)
    parts, rate, weight = [], [], []
    for one in rows:
        counts = keep ** _weeks(one.week, newest)
        if counts < _FAINT or not one.sums.n:
            continue
        names = _names(one, plays[one.play])
        parts.append([places.setdefault(name, len(places)) for name in names])
        level = levels[one.tier, one.metric]
        rate.append(one.sums.happened / one.sums.n)
        weight.append(counts * one.sums.n / (level * (1 - level)))
    return _Data(parts, np.array(rate), np.array(weight))


def _levels(rows: Sequence[EffectSum]) -> dict[tuple[str, str], float]:
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for one in rows:
        n, happened = counts.get((one.tier, one.metric), (2, 1))
        counts[one.tier, one.metric] = n + one.sums.n, happened + one.sums.happened
    return {key: happened / n for key, (n, happened) in counts.items()}


def _names(one: EffectSum, play: Play) -> list[Name]:
    names: list[Name] = [("level", one.tier, one.metric), ("level among", one.tier, one.among)]
    names += [("level week", one.week)]
    names += [("level topic", one.tier, one.topic)] * bool(one.topic)
    names += [("level segment", one.tier, one.segment)] * bool(one.segment)
    return [*names, *_of_row(one, play)] if one.arm == "default" else names


def _of_row(one: EffectSum, play: Play) -> list[Name]:
    """Return what adds up to the effect in a row; where there is but one way to do a play, it is the play itself."""
    names = _effect(play.name, one.variant, Circumstances(one.topic, one.segment))
    return names if len(play.ways) > 1 else [name for name in names if name[0] != "play variant"]


def _effect(play: str, variant: str, known: Circumstances) -> list[Name]:
    names: list[Name] = [("play", play), ("play variant", play, variant)]
    names += [("play topic", play, known.topic)] * bool(known.topic)
    names += [("play segment", play, known.segment)] * bool(known.segment)
    return names


def _weeks(earlier: str, later: str) -> float:
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days / 7


def _fits(data: _Data, places: dict[Name, int], plays: dict[str, Play]) -> tuple[_Fit, ...]:
    precision, moment = _added_up(data, len(places))
    square = float(data.weight @ data.rate**2) if len(data.rate) else 0.0
    pairs = product(SPREADS, repeat=2)
    made = [_fit(precision, moment, square, *_prior(places, plays, *pair)) for pair in pairs]
    evidence = np.array([evidence for _, _, evidence in made])
    chances = np.exp(evidence - evidence.max())
    chances /= chances.sum()
    return tuple(_Fit(mean, factor, float(chance)) for (mean, factor, _), chance in zip(made, chances, strict=True))


def _added_up(data: _Data, size: int) -> tuple[Floats, Floats]:
    """Return X' W X and X' W y; every row of X has ones at a few places, the rest are zeros."""
    if not data.parts:
        return np.zeros((size, size)), np.zeros(size)
    widest = max(map(len, data.parts))
    at = np.array([part + [size] * (widest - len(part)) for part in data.parts])  # one place more takes the padding
    pairs = at[:, :, None] * (size + 1) + at[:, None, :]
    weights = np.broadcast_to(data.weight[:, None, None], pairs.shape)
    whole = np.bincount(pairs.ravel(), weights.ravel(), (size + 1) ** 2).reshape(size + 1, size + 1)
    right = np.broadcast_to((data.weight * data.rate)[:, None], at.shape)
    added = np.bincount(at.ravel(), right.ravel(), size + 1)
    return np.asarray(whole[:size, :size], float), np.asarray(added[:size], float)


def _prior(places: dict[Name, int], plays: dict[str, Play], topic: float, segment: float) -> tuple[Floats, Floats]:
    """Return mean and variance of every coefficient before anything is seen."""
    mean, variance = np.zeros(len(places)), np.zeros(len(places))
    spreads = {
        "level": 1.0, "level week": _WEEK, "level among": _LEVEL, "level topic": _LEVEL, "level segment": _LEVEL,
        "play topic": topic, "play segment": segment, "play variant": _WAYS,
    }  # fmt: skip
    for name, at in places.items():
        if name[0] == "play":
            mean[at], variance[at] = plays[name[1]].expected_effect, plays[name[1]].expected_effect_sd ** 2
        else:
            mean[at], variance[at] = 0.5 if name[0] == "level" else 0.0, spreads[name[0]] ** 2
    return mean, variance


def _fit(
    precision: Floats, moment: Floats, square: float, mean: Floats, variance: Floats
) -> tuple[Floats, Floats, float]:
    """Return mean, factor of the covariance, and log evidence up to a constant, of a normal linear model."""
    whole = precision + np.diag(1 / variance)
    right = moment + mean / variance
    lower = np.linalg.cholesky(whole)
    factor = np.linalg.inv(lower).T
    after = factor @ (factor.T @ right)
    evidence = -0.5 * float(np.log(variance).sum()) - float(np.log(np.diag(lower)).sum())
    evidence += 0.5 * float(after @ right) - 0.5 * float((mean**2 / variance).sum()) - 0.5 * square
    return after, factor, evidence


def _samples(fits: Sequence[_Fit], size: int, memory: Memory) -> Floats:
    """Return so many draws of all coefficients, from each pair of spreads as many as its chance says."""
    normal = np.random.default_rng(memory.seed).standard_normal((memory.draws, size))
    ends = np.rint(np.cumsum([fit.chance for fit in fits]) * memory.draws).astype(int)
    found, begin = np.empty_like(normal), 0
    for fit, end in zip(fits, ends, strict=True):
        found[begin:end] = fit.mean + normal[begin:end] @ fit.factor.T
        begin = end
    return found


def _seen(rows: Sequence[EffectSum], plays: dict[str, Play]) -> dict[str, dict[Name, float]]:
    """Return, per play, the share of its people whom each of its coefficients concerns."""
    counts: dict[str, dict[Name, float]] = {}
    totals: dict[str, float] = {}
    for one in rows:
        if one.arm != "default" or not one.sums.n:
            continue
        totals[one.play] = totals.get(one.play, 0) + one.sums.n
        of_play = counts.setdefault(one.play, {})
        for name in _of_row(one, plays[one.play])[1:]:
            of_play[name] = of_play.get(name, 0) + one.sums.n
    return {play: {name: n / totals[play] for name, n in of_play.items()} for play, of_play in counts.items()}
