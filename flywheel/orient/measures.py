"""From sums to measures: NPS, CSAT, CES, eNPS, means, and what was read in texts; survey and text are never mixed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from math import sqrt

from flywheel.domain.experience import Labelled, ReaderRules
from flywheel.domain.standing import Measure
from flywheel.domain.sums import SENTIMENT as FELT
from flywheel.domain.sums import Sum

NEGATIVE_SHARE = "share of negative feedback"
POSITIVE_SHARE = "share of positive feedback"
SENTIMENT = "sentiment"
HEARD = "heard by ourselves"
LEAST_LABELLED = 50
"""Fewer texts of a brand that people read too say too little about its reader."""
_NPS = {"nps": "NPS", "enps": "eNPS"}
_NPS_SCALE = "0..10"


def heard_measures(
    sums: Sequence[Sum], as_of: datetime, reader: ReaderRules, lower_is_better: Iterable[str] = ()
) -> list[Measure]:
    """Return every measure of every brand and voice that the sums hold, topics left out."""
    worse = frozenset(lower_is_better)
    found: list[Measure] = []
    for one, media in _grouped([one for one in sums if not one.topic and is_felt(one)]):
        if one.n_read == 0:
            continue
        if one.basis == "text":
            found += _of_texts(one, as_of, reader, media)
        else:
            found += _of_scores(one, as_of, worse)
    return found


def is_felt(one: Sum) -> bool:
    """Return whether a sum is of scores or of feelings, and not of what only some texts speak of (`told.py`)."""
    return one.basis != "text" or one.measure == FELT


def nps(one: Sum) -> tuple[float, float]:
    """Return NPS = 100 (P - D) and the spread of one answer, 100 sqrt(P + D - (P - D)²)."""
    promoters, detractors = one.n_positive / one.n_read, one.n_negative / one.n_read
    return 100 * (promoters - detractors), 100 * sqrt(max(promoters + detractors - (promoters - detractors) ** 2, 0))


def as_ten(value: float, scale: str) -> float:
    """Return a value of a scale ("1..5") on 0 to 10."""
    low, high = bounds(scale)
    return 10 * (value - low) / (high - low)


def bounds(scale: str) -> tuple[float, float]:
    """Return the ends of a scale ("1..5")."""
    low, _, high = scale.partition("..")
    return float(low), float(high)


def corrected(one: Sum, sample: Labelled) -> tuple[float, float]:
    """Return the share of negative texts as people would count it, and its standard error.

    Prediction-powered inference (Angelopoulos, Duchi and Zrnic 2023, PPI++): the people's share in the sample, plus
    l times what the reader counts in all texts less in the sample; l = cov / (var (1 + n / N)) is the best weight.
    """
    n, people = sample.n, (sample.both + sample.missed) / sample.n
    reader = (sample.both + sample.wrongly) / n
    var_people, var_reader = people * (1 - people), reader * (1 - reader)
    together = sample.both / n - people * reader
    weight = together / (var_reader * (1 + n / one.n_read)) if var_reader > 0 else 0.0
    value = people + weight * (one.n_negative / one.n_read - reader)
    left = max(var_people - 2 * weight * together + weight**2 * var_reader, 0.0)
    error = sqrt(left / (n - 1) + weight**2 * var_reader / one.n_read)
    return min(max(value, 0.0), 1.0), error


def _grouped(sums: Sequence[Sum]) -> list[tuple[Sum, tuple[str, ...]]]:
    """Return the sums over all media, each with the media it was heard on."""
    groups: dict[tuple[str, ...], list[Sum]] = {}
    for one in sums:
        groups.setdefault((one.voice, one.brand, one.basis, one.measure, one.scale), []).append(one)
    found = []
    for members in groups.values():
        whole = members[0]
        for other in members[1:]:
            whole = whole.add(other)
        found.append((whole, tuple(sorted({one.part for one in members if one.n_read}))))
    return found


def _of_texts(one: Sum, as_of: datetime, reader: ReaderRules, media: tuple[str, ...]) -> list[Measure]:
    n = one.n_read
    shares = (
        (NEGATIVE_SHARE, one.n_negative / n, reader.spread_negative, False),
        (POSITIVE_SHARE, one.n_positive / n, reader.spread_positive, True),
    )
    made = [
        _measure(
            one, as_of, measure=name, value=value, sd=sqrt(value * (1 - value)), higher_is_better=better, unit="share",
            span=1.0, reader_sd=spread, dilution=reader.dilution, heard_on=media,
        )
        for name, value, spread, better in shares
    ]  # fmt: skip
    made.append(
        _measure(
            one, as_of, measure=SENTIMENT, value=one.mean, sd=one.sd, higher_is_better=True, unit="score", span=2.0,
            reader_sd=reader.spread_sentiment, dilution=reader.dilution, heard_on=media,
        )
    )  # fmt: skip
    sample = next((each for each in reader.labelled if (each.brand, each.voice) == (one.brand, one.voice)), None)
    if sample is not None and sample.n >= LEAST_LABELLED:
        value, error = corrected(one, sample)
        known = {"value": value, "sd": error * sqrt(n), "reader_sd": 0.0, "dilution": 1.0}
        told = f"{HEARD}, put right by {sample.n} texts that people read too"
        made[0] = made[0].model_copy(update=known | {"provenance": told})
    return made


def _of_scores(one: Sum, as_of: datetime, worse: frozenset[str]) -> list[Measure]:
    low, high = bounds(one.scale)
    better = one.measure not in worse
    mean = _measure(
        one, as_of, measure=f"{one.measure} {one.scale}", value=one.mean, sd=one.sd, higher_is_better=better,
        unit="score", span=high - low,
    )  # fmt: skip
    if one.measure in _NPS and one.scale == _NPS_SCALE:
        value, sd = nps(one)
        return [
            _measure(
                one, as_of, measure=_NPS[one.measure], value=value, sd=sd, higher_is_better=better, unit="points",
                span=200.0,
            )
        ]  # fmt: skip
    if one.measure == "csat":
        share = one.n_positive / one.n_read
        name = f"CSAT {one.scale}"
        return [
            _measure(
                one, as_of, measure=name, value=share, sd=sqrt(share * (1 - share)), higher_is_better=better,
                unit="share", span=1.0,
            ),
            mean,
        ]  # fmt: skip
    return [mean]


def _measure(one: Sum, as_of: datetime, **values: object) -> Measure:
    shared: Mapping[str, object] = {
        "brand": one.brand, "voice": one.voice, "n": one.n_read, "basis": one.basis,
        "as_of": min(_day(one.last_day, as_of), as_of), "provenance": HEARD,
    }  # fmt: skip
    return Measure.model_validate({**shared, **values})


def _day(text: str, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else otherwise
