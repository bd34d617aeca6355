"""The prior rule beside a model, on a file that has any of the signs that the rule knows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np

from flywheel.cli.labelled_table import Labelled
from flywheel.domain.prediction import PersonHistory
from flywheel.domain.record import Record
from flywheel.domain.scoring import Figure
from flywheel.predict.churn_rule import MODEL, ChurnRule
from flywheel.predict.design import Category, Column, Number
from flywheel.predict.judged import judged
from flywheel.predict.logistic import Floats, Rows

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAYS = {"day": 1.0, "week": 7.0, "month": 30.44, "year": 365.25}
_SIGNS = ("feedback_90d", "negative_90d", "complaints_90d", "threats_90d")
_YES = frozenset({"yes", "true", "t", "y", "1", "tak"})


class RuleBeside(Record):
    """How the stated rule does on the same rows; without a sign it knows it says nothing, and `says` tells why."""

    speaks: bool
    says: str
    model: str = MODEL
    signs: tuple[str, ...] = ()
    auc: Figure | None = None
    brier: Figure | None = None
    ece: Figure | None = None


def rule_beside(data: Labelled, asked: Rows, seed: int) -> RuleBeside:
    """Return what the prior rule says of the rows that the model was asked about."""
    found = _signs(data.columns)
    if not found:
        return RuleBeside(
            speaks=False,
            says="The prior rule cannot speak on this file: no column tells of complaints, threats to leave, unhappy "
            f"words or tenure (columns called {', '.join(_SIGNS)} or tenure would).",
        )
    signs = {name: values[asked] for name, (values, _) in found.items()}
    risk = _risks(signs, len(asked))
    verdict = judged(data.truth[asked], risk, seed, None if data.same is None else data.same[asked])
    told = "; ".join(words for _, words in found.values())
    return RuleBeside(
        speaks=True, says=f"The prior rule ({MODEL}, its numbers are stated and not fitted) looks at: {told}.",
        signs=tuple(found), auc=verdict.auc, brier=verdict.brier, ece=verdict.ece,
    )  # fmt: skip


def _signs(columns: tuple[Column, ...]) -> dict[str, tuple[Floats, str]]:
    """Return the rule's signs that columns have: by the rule's own names, else what is called tenure or complaint."""
    found: dict[str, tuple[Floats, str]] = {}
    for one in columns:
        plain = re.sub(r"[^a-z0-9]+", "_", one.name.lower()).strip("_")
        values = _numbers(one)
        if values is None:
            continue
        if plain in _SIGNS:
            found[plain] = values, one.name
        elif "tenure" in plain and isinstance(one, Number):
            unit = next((unit for unit in _DAYS if unit in plain), "month")
            found.setdefault("tenure_days", (values * _DAYS[unit], f"{one.name} (taken as {unit}s)"))
        elif "complain" in plain:
            found.setdefault("complaints_90d", (values, f"{one.name} (taken as complaints)"))
    return found


def _numbers(column: Column) -> Floats | None:
    if isinstance(column, Number):
        return column.values
    assert isinstance(column, Category)
    if len(column.levels) > 2:
        return None
    yes = np.array([float(level.casefold() in _YES) for level in column.levels])
    return np.where(column.codes >= 0, yes[column.codes], np.nan)


def _risks(signs: dict[str, Floats], n: int) -> Floats:
    count: Callable[[str], list[int]] = lambda name: _whole(signs.get(name), n)  # noqa: E731
    tenure = signs.get("tenure_days")
    known = [None] * n if tenure is None else [None if np.isnan(one) else int(one) for one in tenure.tolist()]
    feedback, negative, complaints, threats = map(count, _SIGNS)
    histories = [
        PersonHistory(
            person_id=str(row), as_of=_EPOCH, feedback_90d=max(feedback[row], complaints[row], negative[row]),
            negative_90d=negative[row], complaints_90d=complaints[row], threats_90d=threats[row],
            tenure_days=known[row], value=None,
        )
        for row in range(n)
    ]  # fmt: skip
    return np.array([one.value for one in ChurnRule().predict(histories)])


def _whole(values: Floats | None, n: int) -> list[int]:
    return [0] * n if values is None else [int(one) for one in np.nan_to_num(values).tolist()]
