"""The pillars of experience, 0 to 10, for customers and employees: from survey items, or from texts, never mixed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flywheel.domain.experience import Pillar, ReaderRules
from flywheel.domain.standing import Measure
from flywheel.domain.sums import EMPATHY, SENTIMENT, Sum
from flywheel.orient.measures import HEARD, bounds

PREFIX = "pillar: "
_TEN = 10.0
_HALF_SPAN = 5.0
"""Sentiment is -1 to 1; on 0 to 10 each of its units is five."""


def pillar_measures(
    sums: Sequence[Sum], pillars: Sequence[Pillar], as_of: datetime, reader: ReaderRules
) -> list[Measure]:
    """Return each pillar of each brand and voice: one figure from items, one from texts where topics are named.

    Items are put on 0 to 10 and count alike (methods: mean of items rescaled). Answers of one person to several items
    go together, so the standard error of their mean is taken as the mean of their standard errors, which is its upper
    bound. From texts: the mean sentiment of the mentions, and of what texts tell of (easy or hard, more or less than
    expected, the empathy of replies), on 0 to 10.
    """
    groups: dict[tuple[str, str], list[Sum]] = {}
    for one in sums:
        groups.setdefault((one.brand, one.voice), []).append(one)
    found: list[Measure] = []
    for members in groups.values():
        for pillar in pillars:
            items = [one for one in _merged(members, "survey") if one.measure in pillar.items]
            mentions = [spoken for one in _merged(members, "text") if (spoken := _spoken(one, pillar)) is not None]
            found += [
                measure
                for measure in (_of_items(pillar, items, as_of), _of_mentions(pillar, mentions, as_of, reader))
                if measure is not None
            ]
    return found


def _merged(sums: Sequence[Sum], basis: str) -> list[Sum]:
    """Return the sums of all media together, by kind, scale and topic."""
    found: dict[tuple[str, ...], Sum] = {}
    for one in sums:
        if one.basis == basis and one.n_read:
            key = (one.measure, one.scale, one.topic)
            found[key] = found[key].add(one) if key in found else one
    return list(found.values())


def _spoken(one: Sum, pillar: Pillar) -> Sum | None:
    """Return what tells of a pillar, on -1 to 1."""
    if one.measure == SENTIMENT:
        return one if one.topic in pillar.topics else None
    if one.topic or one.measure not in pillar.told:
        return None
    if one.measure != EMPATHY:
        return one
    return one._replace(total=2 * one.total - one.n_read, squares=4 * one.squares - 4 * one.total + one.n_read)


def _of_items(pillar: Pillar, items: Sequence[Sum], as_of: datetime) -> Measure | None:
    if not items:
        return None
    means, errors = [], []
    for one in items:
        low, high = bounds(one.scale)
        means.append(_TEN * (one.mean - low) / (high - low))
        errors.append(_TEN * one.sd / (high - low) / one.n_read**0.5)
    n = min(one.n_read for one in items)
    sd = sum(errors) / len(errors) * n**0.5
    return _measure(pillar, items[0], as_of, value=sum(means) / len(means), n=n, sd=sd)


def _of_mentions(pillar: Pillar, mentions: Sequence[Sum], as_of: datetime, reader: ReaderRules) -> Measure | None:
    if not mentions:
        return None
    whole = mentions[0]
    for one in mentions[1:]:
        whole = whole.add(one)
    return _measure(
        pillar, whole, as_of, value=_HALF_SPAN * (1 + whole.mean), n=whole.n_read, sd=_HALF_SPAN * whole.sd,
        reader_sd=_HALF_SPAN * reader.spread_sentiment, dilution=reader.dilution,
    )  # fmt: skip


def _measure(pillar: Pillar, one: Sum, as_of: datetime, **values: object) -> Measure:
    day = datetime.fromisoformat(one.last_day).replace(tzinfo=UTC) if one.last_day else as_of
    shared: dict[str, object] = {
        "brand": one.brand, "voice": one.voice, "measure": f"{PREFIX}{pillar.pillar}", "basis": one.basis,
        "higher_is_better": True, "as_of": min(day, as_of), "provenance": HEARD, "unit": "score", "span": _TEN,
    }  # fmt: skip
    return Measure.model_validate(shared | values)
