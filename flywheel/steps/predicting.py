"""Predict: foresee for those of whom something new was read; learn from outcomes once there are enough of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.prediction import PersonHistory
from flywheel.ports import Predictor
from flywheel.predict.churn import Churn, learn
from flywheel.predict.lifetime import Lifetime
from flywheel.store.codec import moment, parts
from flywheel.wheel import Flywheel

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
    with wheel.store.read() as shelves:
        learned = shelves.foreseeing.newest("churn", wheel.settings.analyzer.model_name)
    if learned is None or learned.content is None:
        return list(predictors)
    change = {"learned": learned.content}
    found: list[Predictor] = []
    for one in predictors:
        if isinstance(one, Churn):
            found.append(one.model_copy(update=change))
        elif isinstance(one, Lifetime):
            found.append(one.model_copy(update={"churn": one.churn.model_copy(update=change)}))
        else:
            found.append(one)
    return found


def _learn(wheel: Flywheel, cycle: Cycle) -> list[str]:
    """Learn who leaves, when there are enough outcomes and a quarter more than last time; say what came of it."""
    churn = next((one for one in wheel.settings.predictors if isinstance(one, Churn)), None)
    if churn is None:
        return []
    model, brand = wheel.settings.analyzer.model_name, wheel.settings.brand.name
    with wheel.store.read() as shelves:
        known = shelves.foreseeing.happened(churn.outcome, cycle.as_of)
        last = shelves.foreseeing.newest("churn", model)
        if known < churn.fewest_left or (last is not None and known < _MORE * last.outcomes):
            return []
        first = shelves.foreseeing.first_said(brand)
        histories: list[PersonHistory] = []
        left: list[float] = []
        horizon = timedelta(days=churn.horizon_days)
        for at in _moments(cycle.as_of, horizon, first):
            some, gone = shelves.foreseeing.examples(brand, model, churn.outcome, at, horizon)
            histories += some
            left += gone
    if sum(left) < churn.fewest_left:
        return []
    lesson = learn(histories, np.array(left), churn.rule, wheel.settings.seed)
    with wheel.store.write(cycle.fence) as shelves:
        counts = (lesson.n, lesson.left, known)
        shelves.foreseeing.add("churn", model, cycle.as_of, counts, (lesson.says, lesson.learned))
    return [f"Who leaves was learned anew from {lesson.left:,} who left: {lesson.says}."]


def _moments(as_of: datetime, horizon: timedelta, first: str | None) -> list[datetime]:
    """Return past moments whose horizon is over, the oldest first."""
    begin = moment(first) if first is not None else as_of
    every = [as_of - horizon * (k + 1) for k in range(_MOMENTS)]
    return [at for at in reversed(every) if at > begin]
