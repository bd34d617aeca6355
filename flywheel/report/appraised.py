"""How the wheel itself is doing: what was paused, what can never be known, predictions, warnings, care, momentum."""

from __future__ import annotations

from collections.abc import Iterable

from flywheel.domain.outcome import Appraisal
from flywheel.report.cycle_report import Block, Figure, Phrase, Sentences, Unit
from flywheel.report.view import View
from flywheel.report.words import sentence

_TITLES = {
    "paused": "Paused because it harms",
    "play:": "What can never be known like this",
    "prediction:": "What we foresaw, held against what happened",
    "warning:": "Earlier warnings",
    "care:": "Are all cared for alike?",
    "momentum": "Is the wheel gaining momentum?",
}
_TOLD = {"play:": ("past",), "care:": ("past", "watch"), "momentum": ("said",)}
"""Which verdicts are worth a sentence; of the others, all."""


def appraised_blocks(view: View) -> list[Block]:
    """Return the parts of the report that judge the wheel itself, each only where there is something to say."""
    blocks: list[Block] = _listed(_TITLES["paused"], _paused(view))
    for prefix in ("play:", "prediction:", "warning:", "care:", "momentum"):
        blocks += _listed(_TITLES[prefix], (_told(view, one) for one in _of(view, prefix)))
    return blocks


def _paused(view: View) -> Iterable[Phrase]:
    for one in view.facts.settings:
        if one.cycle_id == view.facts.cycle.id and one.name.endswith(".enabled") and one.value is False:
            yield (f"{sentence(one.reason)}. It can be switched on again with `flywheel plays resume`.",)


def _of(view: View, prefix: str) -> list[Appraisal]:
    told = _TOLD.get(prefix)
    found = [one for one in view.facts.appraisals if one.subject.startswith(prefix)]
    if prefix == "momentum":
        return [one for one in found if one.measure == "momentum"]
    return [one for one in found if told is None or one.verdict in told]


def _told(view: View, one: Appraisal) -> Phrase:
    unit: Unit = "number"
    figure = Figure(
        id=view.make.id(f"learned/appraisal/{one.id}"), label=f"{one.subject}: {one.measure}", value=one.value,
        unit=unit, n=one.n, low=one.low, high=one.high, formula=one.measure, inputs=(f"appraisal {one.id}",),
    )  # fmt: skip
    return (f"{sentence(one.statement)} (", figure, ").")


def _listed(title: str, items: Iterable[Phrase]) -> list[Block]:
    given = tuple(items)
    return [Sentences(title=title, items=given, listed=True)] if given else []
