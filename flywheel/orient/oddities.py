"""What is odd about figures that others publish: impossible values, twins, and benchmarks that disagree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby, pairwise

from flywheel.domain.finding import Finding
from flywheel.domain.ids import content_id
from flywheel.domain.standing import Measure
from flywheel.orient.gap import gap_of
from flywheel.orient.words import listed

_TWIN_FIGURES = 3
"""From so many equal figures on, two organisations are rather one row copied than alike by chance."""
_MOST_NAMED = 8
_ENDS = {"share": (0.0, 1.0), "points": (-100.0, 100.0)}


def oddities(
    measures: Sequence[Measure], brand: str, owns: Sequence[str], cycle_id: str, as_of: datetime
) -> list[Finding]:
    """Return what no honest table holds, and tables that do not know us; `owns` is what tables call us."""
    told = [one for one in measures if one.source]
    return [
        Finding(
            id=content_id("finding", cycle_id, "oddity", one.voice, subject, statement), cycle_id=cycle_id,
            kind="oddity", voice=one.voice, brand=brand, subject=subject, basis=one.basis, unit=one.unit,
            value=one.value, n=one.n, statement=statement,
        )
        for one, subject, statement in (
            *_impossible(told), *_twins(told, as_of), *_disagreeing(measures), *_apart(told, brand, owns),
        )
    ]  # fmt: skip


Odd = tuple[Measure, str, str]


def _impossible(told: Sequence[Measure]) -> list[Odd]:
    found = []
    for one in told:
        low, high = _ENDS.get(one.unit, (float("-inf"), float("inf")))
        if not low <= one.value <= high:
            why = f"{one.value:g} lies outside {low:g} to {high:g}"
        elif one.n is not None and one.n <= 0:
            why = f"it rests on {one.n} answers"
        elif one.sd is not None and (one.sd < 0 or (one.span is not None and one.sd > one.span / 2 + 1e-9)):
            why = f"a spread of {one.sd:g} is more than its scale allows"
        else:
            continue
        found.append((one, one.measure, f"{one.brand}, {one.measure} ({one.provenance}): impossible, {why}."))
    return found


def _twins(told: Sequence[Measure], as_of: datetime) -> list[Odd]:
    """Return organisations of one table whose figures are all the same: one may be a copy of the other."""
    rows: dict[tuple[str, str], list[Measure]] = {}
    for one in told:
        if one.as_of <= as_of:
            rows.setdefault((one.source, one.brand), []).append(one)
    alike: dict[tuple[object, ...], list[Measure]] = {}
    for (source, _), figures in rows.items():
        figures.sort(key=lambda one: (one.measure, one.as_of))
        key = (source, *((one.measure, one.as_of, one.value, one.n) for one in figures))
        alike.setdefault(key, []).append(figures[0])
    twins = [group for group in alike.values() if len(group) > 1]
    whole = [group for group in twins if len(rows[group[0].source, group[0].brand]) >= _TWIN_FIGURES or group[0].n]
    found = [(first, "same figures", _copied(first, *others)) for first, *others in whole]
    few: dict[str, list[list[Measure]]] = {}
    for group in twins:
        if group not in whole:
            few.setdefault(group[0].source, []).append(group)
    return found + [(groups[0][0], "same figures", _shared(groups)) for groups in few.values()]


def _shared(groups: Sequence[Sequence[Measure]]) -> str:
    """Return one sentence for all organisations of a table that have one figure only, and share it."""
    told = "; ".join(f"{_names(*group)} ({group[0].value:g})" for group in groups[:_MOST_NAMED])
    more = f"; and {len(groups) - _MOST_NAMED} more" if len(groups) > _MOST_NAMED else ""
    return f"Different organisations have the same figure in {groups[0][0].provenance}: {told}{more}. It may be chance."


def _copied(*measures: Measure) -> str:
    return f"{_names(*measures)} have exactly the same figures in {measures[0].provenance}: one may be a copy."


def _names(*measures: Measure) -> str:
    return listed([one.brand for one in measures])


def _disagreeing(measures: Sequence[Measure]) -> list[Odd]:
    """Return pairs of sources that tell different things of one organisation and measure, beyond their errors."""
    found = []
    for (brand, _, measure), group in groupby(sorted(measures, key=lambda one: (*_about(one), one.source)), _about):
        for one, other in pairwise(group):
            if one.source == other.source or not _differ(one, other):
                continue
            statement = (
                f"Two benchmarks disagree on {measure} of {brand}: {one.value:g} ({one.provenance}, "
                f"{one.as_of:%Y-%m-%d}), {other.value:g} ({other.provenance}, {other.as_of:%Y-%m-%d}). "
                "Both are shown; neither is taken for the truth."
            )
            found.append((one, measure, statement))
    return found


def _apart(told: Sequence[Measure], brand: str, owns: Sequence[str]) -> list[Odd]:
    """Return the tables in which we stand under another name, or under none that we know."""
    tables: dict[str, list[Measure]] = {}
    for one in told:
        tables.setdefault(one.source, []).append(one)
    found = []
    for source, figures in tables.items():
        names = {one.brand for one in figures}
        if brand in names:
            continue
        ours = sorted(names & set(owns))
        statement = (
            f"{source} calls us {ours[0]}, not {brand}: the two stand side by side and are not joined."
            if ours
            else f"{source} has {len(names):,} organisations, and none is called {brand}: say `own:` to be compared."
        )
        found.append((figures[0], source, statement))
    return found


def _about(one: Measure) -> tuple[str, str, str]:
    return one.brand, one.voice, one.measure


def _differ(one: Measure, other: Measure) -> bool:
    gap = gap_of(one, other)
    return one.value != other.value if gap is None else gap.low > 0 or gap.high < 0
