"""What a batch adds to the daily sums; the same arithmetic for new rows and for a rebuild from all of them.

Sums are whole numbers, in ten-thousandths: adding them up in another order, or taking some away again, gives the same
to the last digit, so that two workers write what one would.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from flywheel.domain.feedback import Score
from flywheel.store.tables import RollupRow

PARTS = 10_000
"""Sums of values are kept in parts of one by this number."""
KEYS = (
    "period", "basis", "measure", "model", "day", "brand", "voice", "medium", "touchpoint", "topic", "segment",
    "language",
)  # fmt: skip
SUMS = ("n", "n_read", "n_negative", "n_neutral", "n_positive", "n_urgent", "sum_value", "sum_squares")
COLUMNS = KEYS + SUMS
ROW = RollupRow
_LABELS = {None: -1, "negative": 0, "neutral": 1, "positive": 2}
_NPS_KINDS = ("nps", "enps")
_PASSIVE, _PROMOTER = 7, 9
_LOW_END, _HIGH_END = 0.25, 0.75

Key = tuple[int | str, ...]


@dataclass(slots=True)
class Entries:
    """What is to be counted, entry by entry: under which key, as what, with which value (None: none)."""

    keys: list[Key] = field(default_factory=list)
    labels: list[str | None] = field(default_factory=list)
    urgent: list[bool] = field(default_factory=list)
    values: list[float | None] = field(default_factory=list)

    def add(self, keys: Sequence[Key], label: str | None, value: float | None, *, urgent: bool = False) -> None:
        """Count one thing under several keys."""
        self.keys += keys
        self.labels += [label] * len(keys)
        self.urgent += [urgent] * len(keys)
        self.values += [value] * len(keys)


def rows(entries: Entries) -> list[tuple[int | str, ...]]:
    """Return the rows that the entries add up to, one per key, in the order of COLUMNS."""
    index: dict[Key, int] = {}
    place = np.array([index.setdefault(key, len(index)) for key in entries.keys], dtype=np.intp)
    label = np.array([_LABELS[one] for one in entries.labels], dtype=np.int8)
    value = np.array([0 if one is None else parts(one) for one in entries.values], dtype=np.int64)

    def total(of: np.ndarray[tuple[int], np.dtype[np.int64]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        summed = np.zeros(len(index), dtype=np.int64)
        np.add.at(summed, place, of)
        return summed

    counted = [np.ones(len(place), dtype=np.int64), label >= 0, label == 0, label == 1, label == 2, entries.urgent]
    sums = [total(np.asarray(one, dtype=np.int64)) for one in counted] + [total(value), total(value * value)]
    return [(*key, *whole) for key, whole in zip(index, np.stack(sums, axis=1).tolist(), strict=True)]


def parts(value: float) -> int:
    """Return a value in whole ten-thousandths."""
    return round(value * PARTS)


def rounded(value: float | None) -> float | None:
    """Return a reading's sentiment as it is stored: to the ten-thousandth, None for none."""
    return None if value is None or math.isnan(value) else round(value, 4)


def score_entries(heads: Iterable[tuple[Key, Sequence[str], str]], scores: Iterable[Sequence[Score]]) -> Entries:
    """Return the entries of a batch's scores.

    A head is (day, brand, voice, medium, touchpoint), the period before it; its segments; its language.
    """
    entries = Entries()
    for ((period, *group), segments, language), given in zip(heads, scores, strict=True):
        for one in given:
            scale = f"{one.scale_low:g}..{one.scale_high:g}"
            keys = [(period, "survey", one.kind, scale, *group, "", segment, language) for segment in segments]
            entries.add(keys, band(one), one.value)
    return entries


def band(score: Score) -> str:
    """Return "negative", "neutral" or "positive" for a score on its scale.

    NPS and eNPS on 0-10: detractors to 6, passives 7 and 8, promoters from 9 (Reichheld 2003, "The One Number You
    Need to Grow"). Every other kind: the lowest and the highest quarter of the scale, which is the top-two-box of
    a five-point CSAT.
    """
    if score.kind in _NPS_KINDS and (score.scale_low, score.scale_high) == (0, 10):
        return "positive" if score.value >= _PROMOTER else "neutral" if score.value >= _PASSIVE else "negative"
    place = (score.value - score.scale_low) / (score.scale_high - score.scale_low)
    return "positive" if place >= _HIGH_END else "negative" if place <= _LOW_END else "neutral"
