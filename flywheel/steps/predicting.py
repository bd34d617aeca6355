"""Predict: foresee for those of whom something new was read; learn from outcomes once there are enough of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.prediction import PersonHistory
from flywheel.learn.warnings import SUBJECT as WARNING
from flywheel.ports import Predictor
from flywheel.predict.churn import Churn, learn
from flywheel.predict.churn_rule import ChurnRule
from flywheel.predict.lifetime import Lifetime
from flywheel.predict.need import Need, learn_needs
from flywheel.predict.satisfaction import Satisfaction, learn_satisfaction
from flywheel.store.codec import moment, parts
from flywheel.store.history import HISTORY_DAYS
from flywheel.wheel import Flywheel

_CHURN, _SATISFACTION, _NEED = "churn", "satisfaction", "need"
_PEOPLE = 5_000
_MOMENTS = 12
"""Past moments that are learned from, one horizon apart."""
_MORE = 1.25
"""Learning costs what was ever said, so it waits for a quarter more outcomes: then it costs little a cycle."""


def predict(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Foresee for our own customers of whom this cycle read something, part by part."""
    model, done = wheel.settings.analyzer.model_name, 0
    warnings = _learn(wheel, cycle) if cycle.flow == "cycle" else []
    predictors = _taught(wheel, wheel.settings.predictors)
    with wheel.store.read() as shelves:
        people = shelves.people.heard(cycle, model, wheel.settings.brand.name)
    for part in parts(people, _PEOPLE):
        with wheel.store.read() as shelves:
            histories = shelves.people.histories(part, cycle, model)
        made = [one for predictor in predictors for one in predictor.predict(histories)]
        with wheel.store.write(cycle.fence) as shelves:
            shelves.people.add_predictions(cycle, made)
        done += len(made)
    return Tally(step="predict", done=done, warnings=tuple(warnings))


def _taught(wheel: Flywheel, predictors: Sequence[Predictor]) -> list[Predictor]:
    """Return the predictors with what was learned, where it may be used."""
    analyzer = wheel.settings.analyzer.model_name
    with wheel.store.read() as shelves:
        warned = {"warnings": shelves.learning.warnings(WARNING)}
        newest = {kind: shelves.foreseeing.newest(kind, analyzer) for kind in (_CHURN, _SATISFACTION, _NEED)}
    learned = {kind: None if one is None else one.content for kind, one in newest.items()}
    found: list[Predictor] = []

    def of_churn(churn: Churn) -> Churn:
        return churn.model_copy(update={"learned": learned[_CHURN], "rule": churn.rule.model_copy(update=warned)})

    for one in predictors:
        if isinstance(one, Churn):
            found.append(of_churn(one))
        elif isinstance(one, ChurnRule):
            found.append(one.model_copy(update=warned))
        elif isinstance(one, Lifetime):
            found.append(one.model_copy(update={"churn": of_churn(one.churn)}))
        elif isinstance(one, Satisfaction):
            found.append(one.model_copy(update={"learned": learned[_SATISFACTION]}))
        elif isinstance(one, Need):
            found.append(one.model_copy(update={"learned": learned[_NEED]}))
        else:
            found.append(one)
    return found


def _learn(wheel: Flywheel, cycle: Cycle) -> list[str]:
    """Learn what there is enough to learn from; say what came of it."""
    told: list[str] = []
    for one in wheel.settings.predictors:
        if isinstance(one, Churn):
            told += _learn_churn(wheel, cycle, one)
        elif isinstance(one, Satisfaction):
            told += _learn_satisfaction(wheel, cycle, one)
        elif isinstance(one, Need):
            told += _learn_needs(wheel, cycle, one)
    return told


def _learn_churn(wheel: Flywheel, cycle: Cycle, churn: Churn) -> list[str]:
    with wheel.store.read() as shelves:
        known = shelves.foreseeing.happened(churn.outcome, cycle.as_of)
    if not _is_due(wheel, _CHURN, known, churn.fewest_left):
        return []
    histories, left = _examples(wheel, cycle, churn.outcome, churn.horizon_days)
    if sum(left) < churn.fewest_left:
        return []
    lesson = learn(histories, np.array(left), churn.rule, wheel.settings.seed)
    _keep(wheel, cycle, _CHURN, (lesson.n, lesson.left, known), (lesson.says, lesson.learned))
    return [f"Who leaves was learned anew from {lesson.left:,} who left: {lesson.says}."]


def _learn_satisfaction(wheel: Flywheel, cycle: Cycle, satisfaction: Satisfaction) -> list[str]:
    with wheel.store.read() as shelves:
        known = shelves.foreseeing.answers(wheel.settings.brand.name)
    if not _is_due(wheel, _SATISFACTION, known, satisfaction.fewest_answers):
        return []
    histories, _ = _examples(wheel, cycle, "", HISTORY_DAYS)
    if sum(one.score_90d is not None for one in histories) < satisfaction.fewest_answers:
        return []
    lesson = learn_satisfaction(histories, wheel.settings.seed)
    _keep(wheel, cycle, _SATISFACTION, (lesson.n, lesson.n, known), (lesson.says, lesson.learned))
    return [f"How satisfied the silent are was learned anew from {lesson.n:,} who answered: {lesson.says}."]


def _learn_needs(wheel: Flywheel, cycle: Cycle, need: Need) -> list[str]:
    brand, model = wheel.settings.brand.name, wheel.settings.analyzer.model_name
    with wheel.store.read() as shelves:
        known = shelves.foreseeing.mentions(brand, model)
    if not _is_due(wheel, _NEED, known, need.fewest):
        return []
    with wheel.store.read() as shelves:
        lesson = learn_needs(shelves.foreseeing.turns(brand, model, cycle.as_of), need.fewest)
    _keep(wheel, cycle, _NEED, (lesson.n, lesson.n, known), (lesson.says, lesson.learned))
    told = f"What people need next was learned anew from {lesson.n:,} turns: {lesson.says}."
    return [] if lesson.learned is None else [told]  # most stores are small: what is not foretold is no news


def _is_due(wheel: Flywheel, kind: str, known: int, fewest: int) -> bool:
    """Return whether there is enough to learn from, and a quarter more than last time."""
    with wheel.store.read() as shelves:
        last = shelves.foreseeing.newest(kind, wheel.settings.analyzer.model_name)
    return known >= fewest and (last is None or known >= _MORE * last.outcomes)


def _examples(
    wheel: Flywheel, cycle: Cycle, outcome: str, horizon_days: int
) -> tuple[list[PersonHistory], list[float]]:
    model, brand, horizon = wheel.settings.analyzer.model_name, wheel.settings.brand.name, timedelta(days=horizon_days)
    histories: list[PersonHistory] = []
    left: list[float] = []
    with wheel.store.read() as shelves:
        for at in _moments(cycle.as_of, horizon, shelves.foreseeing.first_said(brand)):
            some, gone = shelves.foreseeing.examples(brand, model, outcome, at, horizon)
            histories += some
            left += gone
    return histories, left


def _keep(wheel: Flywheel, cycle: Cycle, kind: str, counts: tuple[int, int, int], told: tuple[str, str | None]) -> None:
    with wheel.store.write(cycle.fence) as shelves:
        shelves.foreseeing.add(kind, wheel.settings.analyzer.model_name, cycle.as_of, counts, told)


def _moments(as_of: datetime, horizon: timedelta, first: str | None) -> list[datetime]:
    """Return past moments whose horizon is over, the oldest first."""
    begin = moment(first) if first is not None else as_of
    every = [as_of - horizon * (k + 1) for k in range(_MOMENTS)]
    return [at for at in reversed(every) if at > begin]
