"""A trial whose rows are not people: several rows of one person, or people of one shop, are one unit of chance."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from flywheel.learn.means import Floats
from flywheel.learn.trial_facts import Ints, Labels, Metric, Repeated, TrialData

_PERSON = re.compile(
    r"(?:user|customer|client|person|people|visitor|member|subject|patient|household|account|participant|respondent"
    r"|employee|kunden?|klient)(?:[ _.-]?(?:id|ids|no|nr|num|number|key|uuid|hash))",
    re.IGNORECASE,
)
_FEWEST = 20


def person_column(header: Sequence[str], taken: Sequence[str]) -> str | None:
    """Return the column that is probably the number of a person, by its name."""
    return next((name for name in header if name not in taken and _PERSON.fullmatch(name.strip())), None)


def repeated(name: str, cells: Sequence[str]) -> Repeated | None:
    """Return how many rows have the number of an earlier one; None where hardly anybody is numbered."""
    numbers = [cell.strip() for cell in cells if cell.strip()]
    distinct = len(set(numbers))
    again = len(numbers) - distinct
    return Repeated(name, again) if again and distinct >= _FEWEST else None


def by_unit(data: TrialData, name: str, cells: Sequence[str]) -> TrialData:
    """Return one row for each unit: its arm, and the mean of what its rows say.

    A unit without a name, or in two arms, cannot be analysed; its rows are counted in `left_out`.
    """
    stripped = np.array([cell.strip() for cell in cells])
    named = (stripped != "") & (data.arms.codes >= 0)
    names, unit = np.unique(stripped[named], return_inverse=True)
    n = len(names)
    arms = _one(data.arms.codes[named], unit, n)
    lost = {
        f"their {name!r} is empty": int(((stripped == "") & (data.arms.codes >= 0)).sum()),
        f"their {name!r} is in more than one arm": int((arms[unit] < 0).sum()),
    }
    return data._replace(
        arms=Labels(arms, data.arms.names),
        metrics=[_metric(one, named, unit, n) for one in data.metrics],
        segments={
            segment: Labels(_one(labels.codes[named], unit, n), labels.names)
            for segment, labels in data.segments.items()
        },
        propensity=None if data.propensity is None else _means(data.propensity[named], unit, n),
        before=None if data.before is None else _means(data.before[named], unit, n),
        left_out={**data.left_out, **{reason: count for reason, count in lost.items() if count}}, unit=name,
    )  # fmt: skip


def _metric(metric: Metric, named: np.ndarray[tuple[int], np.dtype[np.bool_]], unit: Ints, n: int) -> Metric:
    values = _means(metric.values[named], unit, n)
    whole = np.isin(values[~np.isnan(values)], (0.0, 1.0)).all()
    return metric._replace(values=values, kind=metric.kind if whole else "mean")


def _means(values: Floats, unit: Ints, n: int) -> Floats:
    """Return the mean of each unit's known values; nan where none is known."""
    known = ~np.isnan(values)
    count = np.bincount(unit[known], minlength=n)
    total = np.bincount(unit[known], values[known], n)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _one(codes: Ints, unit: Ints, n: int) -> Ints:
    """Return each unit's code; -1 where its rows have several."""
    low, high = np.full(n, np.iinfo(np.int64).max), np.full(n, -1)
    np.minimum.at(low, unit, codes)
    np.maximum.at(high, unit, codes)
    return np.where(low == high, low, -1)
