"""What only some texts speak of, as measures: how hard it was, whether it was as expected, how we replied."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from math import sqrt

from flywheel.domain.experience import ReaderRules
from flywheel.domain.standing import Measure
from flywheel.domain.sums import EFFORT, EMPATHY, EXPECTATION, SENTIMENT, Sum
from flywheel.orient.measures import HEARD

EFFORT_SHARE = "share of feedback that tells of high effort"
LET_DOWN_SHARE = "share of feedback that tells of being let down"
REPLIES = "empathy of replies"
_SHARES = {EFFORT: EFFORT_SHARE, EXPECTATION: LET_DOWN_SHARE}
_TEN = 10.0


def told_measures(sums: Sequence[Sum], as_of: datetime, reader: ReaderRules) -> list[Measure]:
    """Return of every brand and voice the share of texts that tell of effort and of being let down, and its replies.

    The share is of all texts that were read. A brand of which no text tells it has a share of 0, as long as somebody's
    text does: then the reader reads it. A phrase is read as well as a topic is (`spread_positive`). Empathy is 0 to 10.
    """
    groups: dict[tuple[str, str], dict[str, Sum]] = {}
    for one in sums:
        if one.basis == "text" and not one.topic:
            known = groups.setdefault((one.brand, one.voice), {})
            known[one.measure] = known[one.measure].add(one) if one.measure in known else one
    is_read = {measure for known in groups.values() for measure in known}
    found: list[Measure] = []
    for known in groups.values():
        whole, replies = known.get(SENTIMENT), known.get(EMPATHY)
        if whole is not None and whole.n_read:
            told = [one for one in _SHARES if one in is_read]
            found += [_share(measure, known.get(measure), whole, as_of, reader) for measure in told]
        if replies is not None and replies.n_read:
            found.append(_empathy(replies, as_of, reader))
    return found


def _share(measure: str, told: Sum | None, whole: Sum, as_of: datetime, reader: ReaderRules) -> Measure:
    value = min(told.n_negative / whole.n_read, 1.0) if told is not None else 0.0
    return _measure(
        whole, as_of, measure=_SHARES[measure], value=value, n=whole.n_read, sd=sqrt(value * (1 - value)),
        higher_is_better=False, unit="share", span=1.0, reader_sd=reader.spread_positive, dilution=reader.dilution,
    )  # fmt: skip


def _empathy(one: Sum, as_of: datetime, reader: ReaderRules) -> Measure:
    return _measure(
        one, as_of, measure=REPLIES, value=_TEN * one.mean, n=one.n_read, sd=_TEN * one.sd, higher_is_better=True,
        unit="score", span=_TEN, reader_sd=_TEN / 2 * reader.spread_sentiment, dilution=reader.dilution,
    )  # fmt: skip


def _measure(one: Sum, as_of: datetime, **values: object) -> Measure:
    day = datetime.fromisoformat(one.last_day).replace(tzinfo=UTC) if one.last_day else as_of
    shared: dict[str, object] = {
        "brand": one.brand, "voice": one.voice, "basis": "text", "as_of": min(day, as_of), "provenance": HEARD,
    }  # fmt: skip
    return Measure.model_validate(shared | values)
