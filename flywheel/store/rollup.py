"""What a batch adds to the daily sums; the same arithmetic for new rows and for a rebuild from all of them.

Sums are whole numbers, in ten-thousandths: adding them up in another order, or taking some away again, gives the same
to the last digit, so that two workers write what one would.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from flywheel.domain.feedback import Score
from flywheel.domain.sums import EMPATHY, EXPECTATION, PROMISED
from flywheel.store.bulk import add_up
from flywheel.store.tables import RollupRow

PARTS = 10_000
"""Sums of values are kept in parts of one by this number."""
KEYS = (
    "period", "basis", "measure", "model", "day", "brand", "voice", "medium", "touchpoint", "topic", "segment",
    "language",
)  # fmt: skip
SUMS = ("n", "n_read", "n_negative", "n_neutral", "n_positive", "n_urgent", "sum_value", "sum_squares")
COLUMNS = KEYS + SUMS
_BANDS = {
    "high": ("negative", -1.0), "low": ("positive", 1.0), "broken": ("negative", -1.0), "unmet": ("negative", -1.0),
    "kept": ("neutral", 0.0), "met": ("neutral", 0.0), "exceeded": ("positive", 1.0),
}  # fmt: skip
"""The band and the value of what a text says of effort, or of an expectation."""
_VOICE = KEYS.index("voice")
_CODES = {"negative": 0, "neutral": 1, "positive": 2}
_NPS_KINDS = ("nps", "enps")
_PASSIVE, _PROMOTER = 7, 9
_LOW_END, _HIGH_END = 0.25, 0.75

Key = tuple[int | str, ...]
Cuts = tuple[str, ...]
Whole = NDArray[np.int64]


@dataclass(slots=True)
class Entries:
    """What is to be counted, entry by entry; all lists have the same length.

    A group is a key without its segment, and the segments under which the entry is counted ('' among them).
    """

    groups: Sequence[tuple[Key, Cuts]]
    labels: Sequence[str | None]
    urgent: Sequence[bool]
    values: Whole
    """In parts of one, 0 where there is none."""


def write(connection: Connection, entries: Entries) -> None:
    """Add what the entries count to the roll-ups, in the transaction of what they count."""
    found = [(*key, *sums) for key, sums in rows(entries).items()]
    add_up(connection, RollupRow, COLUMNS, found, SUMS)


def rows(entries: Entries) -> dict[Key, list[int]]:
    """Return what the entries add up to: per key (in the order of KEYS) its sums (in the order of SUMS)."""
    index: dict[tuple[Key, Cuts], int] = {}
    place = np.array([index.setdefault(group, len(index)) for group in entries.groups], dtype=np.intp)
    label = np.array([_CODES.get(one or "", -1) for one in entries.labels], dtype=np.int64)
    counted = [
        np.ones_like(label),
        label >= 0,
        label == 0,
        label == 1,
        label == 2,
        np.array(entries.urgent, dtype=bool),
    ]
    sums = np.zeros((len(index), len(SUMS)), dtype=np.int64)
    for column, of in enumerate([*counted, entries.values, entries.values * entries.values]):
        np.add.at(sums[:, column], place, of.astype(np.int64))
    found: dict[Key, list[int]] = {}
    for ((*head, last), cuts), whole in zip(index, sums.tolist(), strict=True):
        if head[_VOICE] == "company":  # what a company says itself is nobody's experience
            continue
        for cut in cuts:
            add(found, (*head, cut, last), whole)
    return found


def told_of(measure: str, groups: Sequence[tuple[Key, Cuts]], said: Sequence[str | None]) -> Entries:
    """Return the entries of what texts say of effort or of an expectation; `groups` are those of their sentiment."""
    places = [(at, _BANDS[one]) for at, one in enumerate(said) if one in _BANDS]
    labels = [label for _, (label, _) in places]
    return Entries(_about(measure, groups, [at for at, _ in places]), labels, [False] * len(places),
                   parts([value for _, (_, value) in places]))  # fmt: skip


def expected(
    groups: Sequence[tuple[Key, Cuts]], said: Sequence[str | None], promised_by: Sequence[str | None]
) -> Entries:
    """Return the entries of what became of expectations, and of promises by whoever made them."""
    found = [told_of(EXPECTATION, groups, said)]
    for maker in sorted({one for one in promised_by if one is not None}):
        theirs = [what if who == maker else None for what, who in zip(said, promised_by, strict=True)]
        found.append(told_of(PROMISED + maker, groups, theirs))
    return together(found)


def shown_in(groups: Sequence[tuple[Key, Cuts]], empathy: Sequence[float | None]) -> Entries:
    """Return the entries of the empathy (0 to 1) of replies; the bands are the lowest and the highest quarter."""
    places = [(at, one) for at, one in enumerate(empathy) if one is not None]
    labels = ["negative" if one <= _LOW_END else "positive" if one >= _HIGH_END else "neutral" for _, one in places]
    return Entries(_about(EMPATHY, groups, [at for at, _ in places]), labels, [False] * len(places),
                   parts([one for _, one in places]))  # fmt: skip


def together(entries: Sequence[Entries]) -> Entries:
    """Return several lists of entries as one."""
    return Entries(
        [one for each in entries for one in each.groups], [one for each in entries for one in each.labels],
        [one for each in entries for one in each.urgent], np.concatenate([each.values for each in entries]),
    )  # fmt: skip


def add(found: dict[Key, list[int]], key: Key, sums: Sequence[int]) -> None:
    """Add sums to those of a key."""
    known = found.get(key)
    found[key] = list(sums) if known is None else [one + other for one, other in zip(known, sums, strict=True)]


def parts(values: Sequence[float | None]) -> Whole:
    """Return values in whole ten-thousandths, 0 for None and NaN."""
    plain = np.array([0.0 if one is None else one for one in values], dtype=np.float64)
    return np.rint(np.nan_to_num(plain) * PARTS).astype(np.int64)


def score_entries(heads: Iterable[tuple[Key, Cuts, str]], scores: Iterable[Sequence[Score]]) -> Entries:
    """Return the entries of a batch's scores.

    A head is (period, day, brand, voice, medium, touchpoint), its segments, its language.
    """
    groups: list[tuple[Key, Cuts]] = []
    given: list[Score] = []
    for ((period, *group), cuts, language), said in zip(heads, scores, strict=True):
        for one in said:
            scale = f"{one.scale_low:g}..{one.scale_high:g}"
            groups.append(((period, "survey", one.kind, scale, *group, "", language), cuts))
            given.append(one)
    return Entries(groups, [band(one) for one in given], [False] * len(given), parts([one.value for one in given]))


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


def _about(measure: str, groups: Sequence[tuple[Key, Cuts]], places: Sequence[int]) -> list[tuple[Key, Cuts]]:
    """Return the groups at some places, with another measure in their keys."""
    at = KEYS.index("measure")
    return [((*key[:at], measure, *key[at + 1 :]), cuts) for key, cuts in (groups[place] for place in places)]
