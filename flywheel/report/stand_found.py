"""What orienting found beside standings, as blocks: sentences to read, and the figures behind them to unfold."""

from __future__ import annotations

from collections.abc import Sequence

from flywheel.domain.finding import Finding, FindingKind
from flywheel.report.cycle_report import Block, Cell, Column, Figure, Sentences, Table, Unit, Words
from flywheel.report.view import VOICES, View
from flywheel.report.words import name_of, sentence

_MOST_TOLD = 6
_MOST_ROWS = 40
_PILLAR = "pillar: "
_SUMMING = ("nps", "csat", "ces", "rating")
_SAME = 0.01
_MIX, _RATE = ": mix", ": rate"
_KINDS: dict[FindingKind, str] = {
    "warning": "Early warnings", "move": "What moved", "cx gap": "Expected and delivered",
    "perception gap": "What we believe and what customers say", "elsewhere": "Better elsewhere",
    "blind spot": "Whom we do not hear", "oddity": "About these figures",
}  # fmt: skip
_ABOUT_US: tuple[FindingKind, ...] = ("warning", "move", "cx gap", "perception gap", "blind spot")
_ABOUT_OTHERS: tuple[FindingKind, ...] = ("elsewhere", "oddity")
_DIFFERENCES: tuple[FindingKind, ...] = ("cx gap", "perception gap", "move", "elsewhere")
_WHO = {"customer": "customers", "employee": "employees"}


def found_blocks(view: View) -> list[Block]:
    """Return own measures and pillars, then what is better elsewhere, and what is odd about others' figures."""
    return [*_own_measures(view), *_blocks(view, _ABOUT_OTHERS)]


def moved_blocks(view: View) -> list[Block]:
    """Return what moved, split into mix and rate; what was expected and delivered; whom we do not hear."""
    return _blocks(view, _ABOUT_US)


def scores_moved(view: View) -> list[Words]:
    """Return what is said of our customers' scores since the period before: what sums up their experience first."""
    found = [one for one in findings_of(view, "move") if one.part == "" and one.basis == "survey"]
    ours = [one for one in found if one.brand == view.facts.brand and one.voice == "customer"]
    return [_stated(one) for one in sorted(ours, key=sums_up)]


def sums_up(one: Finding) -> int:
    """Return the place of a score among those that sum up an experience; all others come last."""
    kind = one.subject.casefold()
    return next((at for at, name in enumerate(_SUMMING) if kind.startswith(name)), len(_SUMMING))


def findings_of(view: View, kind: FindingKind) -> list[Finding]:
    """Return the findings of a kind, the weightiest first; none that fewer people than may be told of stand behind."""
    least = view.facts.min_group
    found = [one for one in view.facts.findings if one.kind == kind and _is_told(one, least)]
    ours = view.facts.brand
    return sorted(
        found,
        key=lambda one: (one.brand != ours, one.verdict == "perhaps", -one.weight, one.subject, one.part, one.id),
    )


def finding_figure(view: View, one: Finding) -> Figure:
    """Return the value of a finding as a figure."""
    return Figure(
        id=view.make.id(f"stand/finding/{one.id}"), label=f"{one.subject} {one.part}".strip(), value=one.value,
        unit=_unit(one), n=one.n, low=one.low, high=one.high, formula=f"{one.kind}, as Orient found it",
        inputs=(f"finding {one.id}",),
    )  # fmt: skip


def _blocks(view: View, kinds: Sequence[FindingKind]) -> list[Block]:
    return [block for kind in kinds for block in _block(view, _KINDS[kind], findings_of(view, kind))]


def _stated(one: Finding) -> Words:
    return Words(text=sentence(one.statement), id=one.id, kind="finding")


def _is_news(one: Finding) -> bool:
    if one.kind == "move":
        return one.part == "" and one.verdict in ("more", "less", "level")
    if one.kind == "elsewhere":
        return one.verdict == "less"
    if one.kind in ("cx gap", "perception gap"):
        return one.verdict != "cannot tell"
    if one.kind == "blind spot" and one.unit == "share" and one.value is not None and one.before is not None:
        return abs(one.value - one.before) >= _SAME  # "65 %, not 65 %" is no news
    return one.kind != "blind spot" or one.verdict == "less" or one.part == ""


def _is_told(one: Finding, least: int) -> bool:
    return one.kind in ("oddity", "blind spot") or one.n is None or one.n >= least


def _own_measures(view: View) -> list[Block]:
    weights = {(one.voice, one.subject): one for one in findings_of(view, "pillar weight")}
    found = [one for one in findings_of(view, "measure") if one.brand == view.facts.brand]
    found.sort(key=lambda one: (VOICES.index(one.voice), one.subject.startswith(_PILLAR), one.subject, one.basis))
    if not found:
        return []
    rows: list[tuple[Cell, ...]] = []
    for one in found[:_MOST_ROWS]:
        name, value = one.subject.removeprefix(_PILLAR), finding_figure(view, one)
        weight = _weight(view, weights.get((one.voice, name)))
        rows.append((sentence(name_of(name)), _WHO[one.voice], _from(one), value, weight))
    columns = (
        Column(name="Measure"), Column(name="Who"), Column(name="From"), Column(name="Value", numeric=True),
        Column(name="Weight", numeric=True),
    )  # fmt: skip
    caption = "Our own experience: what was asked is not mixed with what was read"
    return [Table(id="stand-own", caption=caption, columns=columns, rows=tuple(rows), folded=True)]


def _from(one: Finding) -> str:
    return {"survey": "asked", "text": "read in texts", "table": "a table"}[one.basis]


def _weight(view: View, one: Finding | None) -> Cell:
    return None if one is None else finding_figure(view, one)


def _block(view: View, title: str, found: Sequence[Finding]) -> list[Block]:
    told = [one for one in found if _is_news(one)]
    moves = [one for one in found if one.kind == "move" and one.brand == view.facts.brand]
    if not told and not moves:
        return []
    items = tuple((_stated(one),) for one in told[:_MOST_TOLD]) or (("Nothing moved by more than chance.",),)
    rows = tuple(_row(view, one) for one in _rows(told, moves)[:_MOST_ROWS])
    columns = (
        Column(name="About"), Column(name="For"), Column(name="Who"), Column(name="Value", numeric=True),
        Column(name="Verdict"),
    )  # fmt: skip
    slug = title.lower().replace(" ", "-")
    table = Table(id=f"found-{slug}", caption=f"{title}: the figures", columns=columns, rows=rows, folded=True)
    return [Sentences(title=title, items=items, listed=len(items) > 1), *([table] if rows else [])]


def _rows(told: Sequence[Finding], moves: Sequence[Finding]) -> list[Finding]:
    """Return what is told with a value; of moves the whole, and how much of it was mix and how much rate."""
    mixed = {_cut(one) for one in moves if one.part.endswith(_MIX) and one.value}
    cut = [one for one in moves if one.part == "" or (one.part.endswith((_MIX, _RATE)) and _cut(one) in mixed)]
    return [one for one in (cut or told) if one.value is not None]


def _cut(one: Finding) -> tuple[str, str, str]:
    return one.voice, one.subject, one.part.rsplit(": ", maxsplit=1)[0]


def _row(view: View, one: Finding) -> tuple[Cell, ...]:
    whom = name_of(one.part) if one.part else "all"
    return sentence(name_of(one.subject)), whom, _WHO[one.voice], finding_figure(view, one), one.verdict or None


def _unit(one: Finding) -> Unit:
    if one.unit != "share":
        return "number"
    return "points" if one.kind in _DIFFERENCES else "share"
