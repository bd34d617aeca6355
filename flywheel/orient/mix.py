"""Why a mean or a share moved: other people were heard (mix), or the same people said something else (rate)."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple

from flywheel.domain.distributions import normal_tail
from flywheel.domain.intervals import Z_95


class Part(NamedTuple):
    """One group of answers: how many, their mean, the variance of one answer."""

    n: int
    mean: float
    variance: float


class Piece(NamedTuple):
    """A piece of a change with its 95 % interval (normal) and the two-sided p of none."""

    value: float
    low: float
    high: float
    p: float


class Split(NamedTuple):
    """A change of a mean between two periods in its pieces: `change` = `rate` + `mix` + `interaction`."""

    before: float
    now: float
    n: int
    change: Piece
    rate: Piece
    mix: Piece
    interaction: Piece


def split(before: Mapping[str, Part], now: Mapping[str, Part]) -> Split | None:
    """Return why a mean changed, None where a period is empty.

    change = sum w0 (r1 - r0) + sum (w1 - w0) r0 + sum (w1 - w0)(r1 - r0), w the shares of the groups, r their means
    (Kitagawa 1955, JASA 50). A group that is not there in one period is all mix: it takes the mean of the other. The
    variances follow from those of the means and of the multinomial shares (delta method).
    """
    n0, n1 = sum(one.n for one in before.values()), sum(one.n for one in now.values())
    if n0 == 0 or n1 == 0:
        return None
    groups = [(before.get(name), now.get(name)) for name in sorted(before.keys() | now.keys())]
    cells = [_cell(then, present, n0, n1) for then, present in groups]
    first, last = sum(c.w0 * c.r0 for c in cells), sum(c.w1 * c.r1 for c in cells)
    rate = sum(c.w0 * (c.r1 - c.r0) for c in cells)
    mix = sum((c.w1 - c.w0) * c.r0 for c in cells)
    both = last - first - rate - mix
    of_means = [(c.v0, c.v1) for c in cells]
    return Split(
        first, last, n1,
        change=_piece(last - first, _whole(before) / n0 + _whole(now) / n1),
        rate=_piece(rate, sum(c.w0**2 * (v0 + v1) for c, (v0, v1) in zip(cells, of_means, strict=True))
                    + _of_shares([(c.w0, c.r1 - c.r0) for c in cells]) / n0),
        mix=_piece(mix, sum((c.w1 - c.w0) ** 2 * c.v0 for c in cells)
                   + _of_shares([(c.w0, c.r0) for c in cells]) / n0 + _of_shares([(c.w1, c.r0) for c in cells]) / n1),
        interaction=_piece(both, sum((c.w1 - c.w0) ** 2 * (c.v0 + c.v1) for c in cells)
                           + _of_shares([(c.w0, c.r1 - c.r0) for c in cells]) / n0
                           + _of_shares([(c.w1, c.r1 - c.r0) for c in cells]) / n1),
    )  # fmt: skip


class _Cell(NamedTuple):
    w0: float
    w1: float
    r0: float
    r1: float
    v0: float
    v1: float


def _cell(then: Part | None, present: Part | None, n0: int, n1: int) -> _Cell:
    one, other = then or present, present or then
    assert one is not None
    assert other is not None
    return _Cell(
        then.n / n0 if then else 0.0, present.n / n1 if present else 0.0, one.mean, other.mean,
        then.variance / then.n if then else 0.0, present.variance / present.n if present else 0.0,
    )  # fmt: skip


def _of_shares(weighted: list[tuple[float, float]]) -> float:
    """Return the variance of sum w x for one answer, w being multinomial shares."""
    mean = sum(w * x for w, x in weighted)
    return max(sum(w * x * x for w, x in weighted) - mean**2, 0.0)


def _whole(parts: Mapping[str, Part]) -> float:
    """Return the variance of one answer over all groups: within them and between them."""
    n = sum(one.n for one in parts.values())
    return sum(one.n * one.variance for one in parts.values()) / n + _of_shares(
        [(one.n / n, one.mean) for one in parts.values()]
    )


def _piece(value: float, variance: float) -> Piece:
    half = Z_95 * sqrt(variance)
    return Piece(value, value - half, value + half, normal_tail(value / sqrt(variance)) if variance > 0 else 1.0)
