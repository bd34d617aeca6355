"""Our gaps to others as charts; where there are many others, our place among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flywheel.domain.standing import MeasureUnit, Standing, StandingVerdict
from flywheel.report.cycle_report import Block, Cell, Chart, Column, Figure, Mark, Phrase, Table, Tone, Unit, Words
from flywheel.report.view import VOICES, View
from flywheel.report.words import listed, name_of, sentence

_TONES: dict[StandingVerdict, Tone] = {"ahead": "good", "behind": "bad", "level": "level", "cannot tell": "open"}
_UNITS: tuple[MeasureUnit, ...] = ("share", "points", "score", "number")
_TITLES: dict[MeasureUnit, str] = {
    "share": "Our gap to each competitor: shares", "points": "Our gap to each competitor: points",
    "score": "Our gap to each competitor: scores", "number": "Our gap to each competitor: other figures",
}  # fmt: skip
_SPANS: dict[MeasureUnit, float] = {"share": 1.0, "points": 200.0, "score": 10.0, "number": 100.0}
"""Roughly how long the scale of a unit is, to order gaps of different units by their size."""
_MANY = 12
"""From more peers on a measure than this on, our place is told instead of each gap."""
_MOST_MARKS = 10
_MOST_ROWS = 60
_MOST_OPEN = 3
"""Of comparisons that are open, so many are drawn, and only where none is sure: a picture is for what is known."""


def gap_blocks(view: View, standings: Sequence[Standing]) -> list[Block]:
    """Return a chart of gaps for each unit, and the places among many peers."""
    crowds: dict[tuple[str, ...], list[Standing]] = {}
    for one in standings:
        crowds.setdefault((one.voice, one.measure, one.basis, one.brand), []).append(one)
    many = [crowd for crowd in crowds.values() if len(crowd) > _MANY]
    few = [one for crowd in crowds.values() if len(crowd) <= _MANY for one in crowd]
    charts: list[Block] = []
    for unit in _UNITS:
        told = [one for one in few if one.unit == unit]
        if told:
            told.sort(key=lambda one: (VOICES.index(one.voice), one.measure, one.peer, one.id))
            charts.append(_gap_chart(view, unit, told))
    return [*charts, *([_places(view, many)] if many else [])]


def size_of(one: Standing) -> float:
    """Return how large a gap is as a part of its scale."""
    return abs(one.gap) / _SPANS[one.unit]


def one_of_each_peer(standings: Sequence[Standing]) -> list[Standing]:
    """Return one gap to each peer, the largest first: of shares where there are any, which everybody understands."""
    found: dict[str, Standing] = {}
    for one in sorted(standings, key=lambda one: (one.unit != "share", -size_of(one), one.peer, one.measure, one.id)):
        found.setdefault(one.peer, one)
    return list(found.values())


def gap_figure(view: View, one: Standing) -> Figure:
    """Return the gap of a standing as a figure."""
    label = f"Ours - theirs: {name_of(one.measure)} ({one.voice}s), against {one.peer}"
    return view.make.gap(f"stand/gap/{one.id}", label, one, "points" if one.unit == "share" else "number")


def gap_size(view: View, one: Standing) -> Figure:
    """Return how large a gap is, without its sign: the verdict says whom it favours."""
    return view.make.distance(f"stand/size/{one.id}", gap_figure(view, one))


def toward(verdict: str) -> str:
    """Return the verdict as it stands before a name: "ahead of"."""
    return "ahead of" if verdict == "ahead" else verdict if verdict == "behind" else f"{verdict} with"


def _gap_chart(view: View, unit: MeasureUnit, told: list[Standing]) -> Chart:
    drawn = _worth_drawing(told)
    several = len({one.measure for one in drawn}) > 1
    names = ("Who", "Measure", "Against", "Ours", "Theirs", "Gap", "Verdict", "Why", "From", "Days old")
    columns = tuple(Column(name=name, numeric=name in ("Ours", "Theirs", "Gap", "Days old")) for name in names)
    title = _TITLES[unit] if several else f"Our gap to each competitor: {name_of(drawn[0].measure)}"
    rows = tuple(_standing_row(view, one, gap_figure(view, one)) for one in _most_sure(told))
    data = Table(id=f"stand-gaps-{unit}-data", caption=title, columns=columns, rows=rows, folded=True)
    return Chart(
        id=f"stand-gaps-{unit}", shape="intervals", title=title, description=_how_to_read(told, drawn),
        marks=tuple(_mark(view, one, several=several) for one in drawn), left="ours is lower", right="ours is higher",
        data=data,
    )  # fmt: skip


def _most_sure(told: Sequence[Standing]) -> list[Standing]:
    """Return those that there is room for, those that are open left out first; in the order given."""
    chosen = sorted(told, key=lambda one: (one.verdict == "cannot tell", -size_of(one)))[:_MOST_ROWS]
    return [one for one in told if one in chosen]


def _worth_drawing(told: Sequence[Standing]) -> list[Standing]:
    sure = [one for one in told if one.verdict != "cannot tell"]
    most = sorted(sure or told, key=lambda one: -size_of(one))[: _MOST_MARKS if sure else _MOST_OPEN]
    return [one for one in told if one in most]


def _how_to_read(told: Sequence[Standing], drawn: Sequence[Standing]) -> Phrase:
    sure = [f"{toward(one.verdict)} {one.peer}" for one in told if one.verdict != "cannot tell"]
    verdict = f"{sentence(listed(list(dict.fromkeys(sure))))}." if sure else "No gap is sure."
    rest = " What is not drawn is in the table." if len(drawn) < len(told) else ""
    return (
        f"{verdict} The dot is ours minus theirs, the line its interval; one that crosses the middle is open.{rest}",
    )


def _mark(view: View, one: Standing, *, several: bool) -> Mark:
    what = f", {name_of(one.measure)}" if several else ""
    label = f"{sentence(one.voice)}s against {one.peer}{what}"
    return Mark(label=label, figure=gap_figure(view, one), tone=_TONES[one.verdict], note=one.verdict)


def _standing_row(view: View, one: Standing, gap: Figure) -> tuple[Cell, ...]:
    words = f"{name_of(one.measure)} ({one.voice}s)"
    own = _side(view, one, f"stand/own/{one.id}", f"Ours: {words}", (one.own, one.n_own))
    theirs = _side(view, one, f"stand/theirs/{one.id}", f"{one.peer}: {words}", (one.theirs, one.n_peer))
    return (
        f"{sentence(one.voice)}s", name_of(one.measure), one.peer, own, theirs, gap, one.verdict,
        Words(text=one.reason, id=one.id, kind="standing"), one.provenance,
        view.make.count(f"stand/age/{one.id}", f"Days since the older figure: {words}, {one.peer}", one.age_days),
    )  # fmt: skip


def _side(view: View, one: Standing, key: str, label: str, side: tuple[float, int | None]) -> Figure:
    unit: Unit = "share" if one.unit == "share" else "number"
    return Figure(
        id=view.make.id(key), label=label, value=side[0], unit=unit, n=side[1], formula="as Orient measured it",
        inputs=(f"standing {one.id}",),
    )  # fmt: skip


def _places(view: View, crowds: Sequence[Sequence[Standing]]) -> Table:
    """Return our place on each measure that many peers have, and of how many we can tell."""
    rows = tuple(_place(view, crowd) for crowd in sorted(crowds, key=lambda crowd: (crowd[0].voice, crowd[0].measure)))
    names = ("Measure", "Who", "We stand there as", "Ours", "Place", "Of", "Ahead of", "Behind", "Level with", "Open")
    words = ("Measure", "Who", "We stand there as")
    columns = tuple(Column(name=name, numeric=name not in words) for name in names)
    return Table(id="stand-places", caption="Our place among many others", columns=columns, rows=rows)


def _place(view: View, crowd: Sequence[Standing]) -> tuple[Cell, ...]:
    first, verdicts = crowd[0], Counter(one.verdict for one in crowd)
    better = sum(one.gap < 0 if _higher_is_better(crowd) else one.gap > 0 for one in crowd)
    what = f"{first.measure} ({first.voice}s)"

    def counted(name: str, value: int) -> Figure:
        key = f"stand/place/{first.voice}/{first.measure}/{first.basis}/{name}"
        return view.make.count(key, f"{what}: {name}", value)

    own = _side(view, first, f"stand/place-own/{first.id}", f"Ours: {what}", (first.own, first.n_own))
    told = [counted(name, verdicts[name]) for name in ("ahead", "behind", "level", "cannot tell")]
    place = (counted("place", better + 1), counted("of", len(crowd) + 1))
    return name_of(first.measure), f"{first.voice}s", first.brand, own, *place, *told


def _higher_is_better(crowd: Sequence[Standing]) -> bool:
    """Return which way is better, told by a verdict; where none is sure, higher is taken for better."""
    sure = next((one for one in crowd if one.verdict in ("ahead", "behind")), None)
    return sure is None or (sure.verdict == "ahead") == (sure.gap > 0)
