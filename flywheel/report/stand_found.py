"""What orienting found beside standings, as blocks: sentences to read, and the figures behind them to unfold."""

from __future__ import annotations

from collections.abc import Sequence

from flywheel.domain.finding import Finding, FindingKind
from flywheel.report.cycle_report import Block, Cell, Column, Figure, Sentences, Table, Unit
from flywheel.report.view import VOICES, View
from flywheel.report.words import name_of, sentence

_MOST_TOLD = 6
_MOST_ROWS = 40
_PILLAR = "pillar: "
_KINDS: dict[FindingKind, str] = {
    "warning": "Early warnings", "move": "What moved", "cx gap": "Expected and delivered",
    "perception gap": "What we believe and what customers say", "elsewhere": "Better elsewhere",
    "blind spot": "Whom we do not hear", "oddity": "About these figures",
}  # fmt: skip
_DIFFERENCES: tuple[FindingKind, ...] = ("cx gap", "perception gap", "move", "elsewhere")
_WHO = {"customer": "customers", "employee": "employees"}


def found_blocks(view: View) -> list[Block]:
    """Return own measures and pillars, then what was found, the most urgent first."""
    blocks = _own_measures(view)
    for kind, title in _KINDS.items():
        blocks += _block(view, title, [one for one in _of(view, kind) if _is_news(one)])
    return blocks


def _is_news(one: Finding) -> bool:
    if one.kind == "move":
        return one.part == "" and one.verdict in ("more", "less", "level")
    if one.kind == "elsewhere":
        return one.verdict == "less"
    return one.kind != "blind spot" or one.verdict == "less" or one.part == ""


def _of(view: View, kind: FindingKind) -> list[Finding]:
    """Return the findings of a kind, the weightiest first; none that fewer people than may be told of stand behind."""
    least = view.facts.min_group
    found = [one for one in view.facts.findings if one.kind == kind and _is_told(one, least)]
    ours = view.facts.brand
    return sorted(
        found,
        key=lambda one: (one.brand != ours, one.verdict == "perhaps", -one.weight, one.subject, one.part, one.id),
    )


def _is_told(one: Finding, least: int) -> bool:
    return one.kind in ("oddity", "blind spot") or one.n is None or one.n >= least


def _own_measures(view: View) -> list[Block]:
    weights = {(one.voice, one.subject): one for one in _of(view, "pillar weight")}
    found = [one for one in _of(view, "measure") if one.brand == view.facts.brand]
    found.sort(key=lambda one: (VOICES.index(one.voice), one.subject.startswith(_PILLAR), one.subject, one.basis))
    if not found:
        return []
    rows = tuple(
        (
            sentence(name_of(one.subject.removeprefix(_PILLAR))), _WHO[one.voice], _from(one), _figure(view, one),
            _weight(view, weights.get((one.voice, one.subject.removeprefix(_PILLAR)))),
        )
        for one in found[:_MOST_ROWS]
    )  # fmt: skip
    columns = (
        Column(name="Measure"), Column(name="Who"), Column(name="From"), Column(name="Value", numeric=True),
        Column(name="Weight", numeric=True),
    )  # fmt: skip
    caption = "Our own experience: pillars are 0 to 10, and what was asked is not mixed with what was read"
    return [Table(id="stand-own", caption=caption, columns=columns, rows=rows, folded=True)]


def _from(one: Finding) -> str:
    return {"survey": "asked", "text": "read in texts", "table": "a table"}[one.basis]


def _weight(view: View, one: Finding | None) -> Cell:
    return None if one is None else _figure(view, one)


def _block(view: View, title: str, found: Sequence[Finding]) -> list[Block]:
    if not found:
        return []
    slug = title.lower().replace(" ", "-")
    items = tuple((one.statement,) for one in found[:_MOST_TOLD])
    rows = tuple(
        (
            sentence(name_of(one.subject)), name_of(one.part) if one.part else "all", _WHO[one.voice],
            _figure(view, one), one.verdict,
        )
        for one in found[:_MOST_ROWS]
        if one.value is not None
    )  # fmt: skip
    columns = (
        Column(name="About"), Column(name="For"), Column(name="Who"), Column(name="Value", numeric=True),
        Column(name="Verdict"),
    )  # fmt: skip
    table = Table(id=f"stand-{slug}", caption=f"{title}: the figures", columns=columns, rows=rows, folded=True)
    return [Sentences(title=title, items=items, listed=True), *([table] if rows else [])]


def _figure(view: View, one: Finding) -> Figure:
    return Figure(
        id=view.make.id(f"stand/finding/{one.id}"), label=f"{one.subject} {one.part}".strip(), value=one.value,
        unit=_unit(one), n=one.n, low=one.low, high=one.high, formula=f"{one.kind}, as Orient found it",
        inputs=(f"finding {one.id}",),
    )  # fmt: skip


def _unit(one: Finding) -> Unit:
    if one.unit != "share":
        return "number"
    return "points" if one.kind in _DIFFERENCES else "share"
