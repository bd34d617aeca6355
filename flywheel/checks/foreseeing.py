"""The suites of predictors and of benchmarks: honest ranges, nothing invented, nothing from the future."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from flywheel.checks.settings import check_settings, require
from flywheel.domain.prediction import LATELY, PersonHistory, Prediction, Utterance
from flywheel.domain.standing import Measure
from flywheel.ports import BenchmarkProvider, Predictor

_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
_PROBABILITIES = ("churn",)


def check_predictor(predictor: Predictor, histories: Sequence[PersonHistory] | None = None) -> None:
    """Check a predictor on the given histories, or on some of the suite: quiet, upset, leaving, new, unknown."""
    check_settings(predictor, Predictor)
    known = list(histories) if histories is not None else _histories()
    made = predictor.predict(known)
    require(made, f"{type(predictor).__name__} foresees nothing: hand the suite histories it can use.")
    people = {one.person_id: one for one in known}
    for one in made:
        _check_prediction(one, people)
    keys = [(one.person_id, one.kind) for one in made]
    require(len(keys) == len(set(keys)), f"{type(predictor).__name__} foresees the same thing twice for one person.")
    require(predictor.predict(known) == made, f"{type(predictor).__name__} foresees something else the second time.")
    turned = predictor.predict(known[::-1])
    require(
        sorted(map(repr, turned)) == sorted(map(repr, made)),
        f"What {type(predictor).__name__} foresees of one person hangs on who stands beside them: it must not.",
    )
    require(predictor.predict([]) == [], f"{type(predictor).__name__} foresees something for nobody.")


def check_benchmark(provider: BenchmarkProvider, heard: Sequence[Measure] | None = None) -> None:
    """Check a provider of peers' figures: each has a provenance, a date that has come, an n or none, never made up."""
    check_settings(provider, BenchmarkProvider)
    given = list(heard) if heard is not None else _heard()
    found = provider.measures(given, _NOON)
    name = type(provider).__name__
    for one in found:
        where = f"{one.measure!r} of {one.brand!r} from {name}"
        require(isinstance(one, Measure), f"{name} gives {type(one).__name__} where Measure is expected.")
        require(one.provenance.strip(), f"{where} does not say where it comes from.")
        require(one.as_of <= _NOON, f"{where} is dated {one.as_of:%Y-%m-%d}, after the moment it was asked for.")
        require(math.isfinite(one.value), f"{where} is {one.value}: leave out what is not known.")
        require(one.n is None or one.n > 0, f"{where} rests on {one.n} answers: None when nobody published it.")
        require(one.sd is None or one.sd >= 0, f"{where} has a spread of {one.sd}.")
    require(provider.measures(given, _NOON) == found, f"{name} gives other figures when asked again.")
    later = [one for one in provider.measures(given, _NOON - timedelta(days=3650)) if one in found]
    require(
        all(one.as_of <= _NOON - timedelta(days=3650) for one in later), f"{name} tells ten years ago what came later."
    )


def _check_prediction(one: Prediction, people: dict[str, PersonHistory]) -> None:
    where = f"The {one.kind!r} of {one.person_id!r}"
    require(one.person_id in people, f"{where} was foreseen, and nobody asked about that person.")
    require(one.kind.strip() and one.model.strip(), f"{where} does not name its kind and its model.")
    require(
        all(map(math.isfinite, (one.low, one.value, one.high))) and one.low <= one.value <= one.high,
        f"{where} is {one.value} in {one.low}..{one.high}: a value lies inside its range.",
    )
    if one.kind in _PROBABILITIES:
        require(one.low >= 0 and one.high <= 1, f"{where} is a probability; {one.low}..{one.high} is not in 0..1.")
    require(one.as_of == people[one.person_id].as_of, f"{where} is dated otherwise than the history it rests on.")
    require(all(word.strip() for word in one.drivers), f"{where} has a driver without words.")


def _lately(feedback: int, negative: int) -> tuple[Utterance, ...]:
    """Return texts ten days apart, the unhappy ones last; each is about a delay."""
    said = [0.5] * (feedback - negative) + [-0.6] * negative
    days = [10 * ago for ago in reversed(range(len(said)))]
    return tuple(
        Utterance(at=_NOON - timedelta(days=ago), sentiment=value, topics=("delay",))
        for ago, value in list(zip(days, said, strict=True))[-LATELY:]
    )


def _histories() -> list[PersonHistory]:
    def history(name: str, counts: tuple[int, int, int, int], tenure: int | None, value: float | None) -> PersonHistory:
        feedback, negative, complaints, threats = counts
        return PersonHistory(
            person_id=name, as_of=_NOON, feedback_90d=feedback, negative_90d=negative, complaints_90d=complaints,
            threats_90d=threats, tenure_days=tenure, value=value, lately=_lately(feedback, negative),
        )  # fmt: skip

    return [
        history("quiet", (1, 0, 0, 0), 900, 120.0), history("upset", (3, 3, 2, 0), 400, 50.0),
        history("leaving", (2, 2, 1, 1), 20, 0.0), history("new", (1, 1, 0, 0), 0, None),
        history("unknown", (0, 0, 0, 0), None, None), history("loud", (5000, 5000, 5000, 5000), 1, 1e9),
    ]  # fmt: skip


def _heard() -> list[Measure]:
    return [
        Measure(
            brand=brand, voice="customer", measure="share of negative feedback", value=value, n=200,
            sd=math.sqrt(value * (1 - value)), basis="text", higher_is_better=False, as_of=_NOON + timedelta(days=days),
            provenance="heard by ourselves",
        )
        for brand, value, days in (("Own", 0.3, -1), ("Peer", 0.4, -1), ("Peer", 0.5, 30))
    ]  # fmt: skip
