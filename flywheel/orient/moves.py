"""What moved since the period before: by how much, whether that is more than noise, and why, in one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from flywheel.domain.feedback import Voice
from flywheel.domain.finding import Finding, FindingVerdict
from flywheel.domain.ids import content_id
from flywheel.domain.multiple import holm
from flywheel.domain.standing import Basis, MeasureUnit
from flywheel.domain.sums import Sum
from flywheel.orient.measures import NEGATIVE_SHARE, bounds, nps
from flywheel.orient.mix import Part, Piece, Split, split
from flywheel.orient.standings import StandingRules, margin_of
from flywheel.orient.words import amount, figure

_ALPHA = 0.05
_NPS_KINDS = {"nps": "NPS", "enps": "eNPS"}
_PIECES = ("rate", "mix", "interaction")


class _About(NamedTuple):
    """What moved: a measure of a brand's voice."""

    brand: str
    voice: Voice
    basis: Basis
    measure: str
    unit: MeasureUnit
    span: float


class _Told(NamedTuple):
    """A change as one cut parts it."""

    about: _About
    cut: str
    parted: Split
    cycle_id: str


def moves(
    cuts: Mapping[str, Sequence[Sum]], now: int, before: int, rules: StandingRules, cycle_id: str
) -> list[Finding]:
    """Return what moved between two periods; `cuts` are the sums by "medium", "language" or the name of a segment.

    For each measure: the whole change (part '', told by the cut whose mix explains most of it), then its pieces cut
    by cut as parts "CUT: rate", "CUT: mix", "CUT: interaction". Verdicts hold over all measures together (Holm). Texts
    carry no reader's error here, for the same reader read both periods.
    """
    found: dict[_About, dict[str, Split]] = {}
    for cut, sums in cuts.items():
        for about, parted in _splits(sums, now, before):
            if parted.n >= rules.floor:
                found.setdefault(about, {})[cut] = parted
    told = [(about, _telling(by), by) for about, by in found.items()]
    sure = holm([by[cut].change.p for _, cut, by in told])
    findings: list[Finding] = []
    for (about, cut, by), p in zip(told, sure, strict=True):
        findings.append(_change(_Told(about, cut, by[cut], cycle_id), rules, significant=p <= _ALPHA))
        findings += [piece for name, parted in by.items() for piece in _pieces(_Told(about, name, parted, cycle_id))]
    return findings


def _splits(sums: Sequence[Sum], now: int, before: int) -> Iterable[tuple[_About, Split]]:
    groups: dict[_About, dict[int, dict[str, Part]]] = {}
    for one in sums:
        if one.n_read == 0:
            continue
        for measure, unit, span, part in _parts(one):
            about = _About(one.brand, one.voice, one.basis, measure, unit, span)
            groups.setdefault(about, {}).setdefault(one.period, {})[one.part] = part
    for about, periods in groups.items():
        parted = split(periods.get(before, {}), periods.get(now, {}))
        if parted is not None:
            yield about, parted


def _parts(one: Sum) -> list[tuple[str, MeasureUnit, float, Part]]:
    if one.basis == "text":
        share = one.n_negative / one.n_read
        return [(NEGATIVE_SHARE, "share", 1.0, Part(one.n_read, share, share * (1 - share)))]
    low, high = bounds(one.scale)
    if one.measure in _NPS_KINDS and (low, high) == (0, 10):
        value, sd = nps(one)
        return [(_NPS_KINDS[one.measure], "points", 200.0, Part(one.n_read, value, sd**2))]
    return [(f"{one.measure} {one.scale}", "score", high - low, Part(one.n_read, one.mean, one.sd**2))]


def _telling(by: Mapping[str, Split]) -> str:
    """Return the cut whose mix explains most of a change."""
    return max(by, key=lambda cut: (abs(by[cut].mix.value), cut))


def _change(told: _Told, rules: StandingRules, *, significant: bool) -> Finding:
    about, change = told.about, told.parted.change
    verdict = _verdict(change, margin_of(about.unit, about.span, rules), significant=significant)
    return _finding(told, "", change).model_copy(
        update={
            "verdict": verdict, "weight": abs(change.value) / about.span, "statement": _sentence(told, verdict),
        }
    )  # fmt: skip


def _pieces(told: _Told) -> Iterable[Finding]:
    for name in _PIECES:
        piece: Piece = getattr(told.parted, name)
        yield _finding(told, f"{told.cut}: {name}", piece)


def _finding(told: _Told, part: str, piece: Piece) -> Finding:
    about = told.about
    return Finding(
        id=content_id("finding", told.cycle_id, "move", about.voice, about.brand, about.basis, about.measure, part),
        cycle_id=told.cycle_id, kind="move", voice=about.voice, brand=about.brand, subject=about.measure, part=part,
        basis=about.basis, unit=about.unit, value=piece.value, low=piece.low, high=piece.high, n=told.parted.n,
        before=told.parted.before, verdict="more" if piece.low > 0 else "less" if piece.high < 0 else "cannot tell",
        statement=f"{_subject(about)}, {part}: {figure(piece.value, about.unit, signed=True)}.",
    )  # fmt: skip


def _verdict(change: Piece, margin: float | None, *, significant: bool) -> FindingVerdict:
    if margin is not None and -margin < change.low and change.high < margin:
        return "level"
    if significant and not change.low <= 0 <= change.high:
        return "more" if change.value > 0 else "less"
    return "cannot tell"


def _subject(about: _About) -> str:
    return f"{about.measure} of {about.brand}'s {about.voice}s"


def _sentence(told: _Told, verdict: FindingVerdict) -> str:
    about, parted = told.about, told.parted
    then, now = figure(parted.before, about.unit), figure(parted.now, about.unit)
    words = {"level": "as good as unchanged", "cannot tell": "which may be noise"}.get(verdict, "more than noise")
    why = ""
    if verdict in ("more", "less"):
        same, others, both = (
            figure(piece.value, about.unit, signed=True) for piece in (parted.rate, parted.mix, parted.interaction)
        )
        why = f": {same} because the same groups ({told.cut}) said something else, {others} because others were heard"
        why += "" if round(parted.interaction.value / about.span, 3) == 0 else f", {both} by both at once"
    return f"{_subject(about)} went from {then} to {now}, {amount(parted.change.value, about.unit)}, {words}{why}."
