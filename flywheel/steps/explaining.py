"""Explaining: from an id to what it says, its formula, and the ids and rows behind it; any of them in turn."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta

from flywheel.domain.explanation import Explanation, Fact, Link, RowsBehind
from flywheel.errors import ConfigError
from flywheel.report.cycle_report import CycleReport, Figure, figures
from flywheel.report.explained import formula, sentence
from flywheel.report.words import shown, with_n
from flywheel.store import Shelves
from flywheel.wheel import Flywheel

_LEAST = 6
_ID = re.compile(r"\b[0-9a-f]{32}\b")
_START = re.compile(rf"[0-9a-f]{{{_LEAST},32}}")


def explain(wheel: Flywheel, start: str) -> Explanation:
    """Return where the thing comes from whose id begins so; raises ConfigError unless exactly one does.

    A figure is found in the reports as they were frozen; everything else in the store as it is now.
    """
    start = start.strip().lower()
    if not _START.fullmatch(start):
        raise ConfigError(f"{start!r} is no id: give the {_LEAST} to 32 hex digits that an id begins with.")
    with wheel.store.read() as shelves:
        found = shelves.lineage.find(start)
        drawn = {one.id: one for one in _figures(shelves, start)}
        if len(found) + len(drawn) > 1:
            raise ConfigError(f"Several ids begin with {start!r}: {_listed(found, drawn)}. Give more of it.")
        if drawn:
            return _of_figure(shelves, *drawn.values())
        if not found:
            raise ConfigError(f"Nothing has an id that begins with {start!r}: it may be another project's.")
        return _of_row(wheel, shelves, *found[0])


def _figures(shelves: Shelves, start: str) -> list[Figure]:
    reports = (CycleReport.model_validate_json(data) for data in shelves.lineage.reports_with(start))
    return [one for report in reports for one in figures(report) if one.id.startswith(start)]


def _listed(found: Iterable[tuple[str, str]], drawn: Iterable[str]) -> str:
    return ", ".join([*(f"{kind} {id_[:12]}" for kind, id_ in found), *(f"figure {one[:12]}" for one in drawn)])


def _of_figure(shelves: Shelves, figure: Figure) -> Explanation:
    facts = tuple(Fact(name=f"input {at}", value=one) for at, one in enumerate(figure.inputs, start=1))
    said = ", ".join(part for part in (shown(figure), with_n(figure)) if part)
    return Explanation(
        id=figure.id, kind="figure", says=f"{figure.label}: {said}.", formula=figure.formula, facts=facts,
        links=_links(shelves, figure.id, facts), behind=(),
    )  # fmt: skip


def _of_row(wheel: Flywheel, shelves: Shelves, kind: str, id_: str) -> Explanation:
    facts = shelves.lineage.facts(kind, id_)
    values = {one.name: one.value for one in facts}
    behind = [*shelves.lineage.behind(kind, values), *(_people(wheel, shelves, values) if kind == "lift" else ())]
    return Explanation(
        id=id_, kind=kind, says=sentence(kind, values), formula=formula(kind), facts=facts,
        links=_links(shelves, id_, facts), behind=tuple(behind),
    )  # fmt: skip


def _people(wheel: Flywheel, shelves: Shelves, lift: dict[str, str | int | float | None]) -> list[RowsBehind]:
    cycle = shelves.cycles.find(str(lift["cycle_id"]))
    play = next((one for one in wheel.settings.plays if one.name == lift["play"]), None)
    if cycle is None or play is None:  # a play that is not in the configuration any more has no window
        return []
    return shelves.lineage.behind_lift(lift, cycle.cycle.as_of, timedelta(days=play.metric_days))


def _links(shelves: Shelves, own: str, facts: Iterable[Fact]) -> tuple[Link, ...]:
    """Return a link to everything with an id that the facts name, in their order, each once."""
    named: dict[str, str] = {}
    for fact in facts:
        for id_ in _ID.findall(str(fact.value)):
            named.setdefault(id_, fact.name)
    named.pop(own, None)
    return tuple(Link(id=id_, kind=kind, named_in=name) for id_, name in named.items() for kind in _kinds(shelves, id_))


def _kinds(shelves: Shelves, id_: str) -> list[str]:
    kinds = [kind for kind, _ in shelves.lineage.find(id_)]
    return kinds or (["figure"] if _figures(shelves, id_) else [])
