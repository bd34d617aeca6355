"""How the wheel itself is doing: what was paused, what can never be known, predictions, warnings, care, momentum."""

from __future__ import annotations

from collections.abc import Iterable

from flywheel.domain.outcome import Appraisal
from flywheel.report.cycle_report import Block, Cell, Column, Figure, Phrase, Sentences, Table, Unit, Words
from flywheel.report.view import View
from flywheel.report.words import listed, play_name, sentence

_TITLES = {
    "paused": "Paused because it harms",
    "prediction:": "What we foresaw, held against what happened",
    "warning:": "Earlier warnings",
    "care:": "Are all cared for alike?",
}
_TOLD = {"care:": ("past", "watch")}
"""Which verdicts are worth a sentence; of the others, all."""
_PLAY = "play:"
_PARTS = {
    "coverage": "Of what was heard, what could be read",
    "speed": "Speed: one over one and the mean days from what happened to what was done",
    "proven": "Of what was done, what is proven to work",
    "standing": "Of our standings, those that are not behind",
    "friction": "Of the signals that a play fitted, what died on the way",
}


def appraised_blocks(view: View) -> list[Block]:
    """Return the parts of the report that judge the wheel itself, each only where there is something to say."""
    blocks: list[Block] = _listed(_TITLES["paused"], _paused(view))
    blocks += _never_known(view)
    for prefix in ("prediction:", "warning:", "care:"):
        blocks += _listed(_TITLES[prefix], (_told(one) for one in _of(view, prefix)))
    return [*blocks, *_momentum(view)]


def _paused(view: View) -> Iterable[Phrase]:
    for one in view.facts.settings:
        if one.cycle_id == view.facts.cycle.id and one.name.endswith(".enabled") and one.value is False:
            reason = Words(text=sentence(one.reason.rstrip(".")), id=one.id, kind="setting")
            yield (reason, ". Its owner can switch it on again.")


def _never_known(view: View) -> list[Block]:
    """Return which plays reach too few people ever to know what they change, without those of which it is known."""
    known = {lift.play for lift in view.facts.lifts if lift.verdict != "cannot tell" and lift.segment in ("", "all")}
    of = (one.subject.removeprefix(_PLAY) for one in view.facts.appraisals if _is_past(one))
    names = listed(list(dict.fromkeys(play_name(one) for one in of if one not in known)))
    if not names:
        return []
    what = f"{sentence(names)}: so few people get it that nobody will know in the foreseeable future whether it works."
    return [Sentences(title="What can never be known like this", items=(
        (f"{what} Hold out more, pool plays, or look for a larger effect.",),))]  # fmt: skip


def _is_past(one: Appraisal) -> bool:
    return one.subject.startswith(_PLAY) and one.verdict == "past"


def _of(view: View, prefix: str) -> list[Appraisal]:
    told = _TOLD.get(prefix)
    found = [one for one in view.facts.appraisals if one.subject.startswith(prefix)]
    return [one for one in found if told is None or one.verdict in told]


def _told(one: Appraisal) -> Phrase:
    return (Words(text=sentence(one.statement), id=one.id, kind="appraisal"),)


def _momentum(view: View) -> list[Block]:
    found = {one.measure: one for one in view.facts.appraisals if one.subject == "momentum"}
    whole = found.get("momentum")
    if whole is None or len(found) < 2:
        return []
    turn = "gains a little" if whole.value > 0 else "loses a little" if whole.value < 0 else "neither gains nor loses"
    said: Phrase = (f"The wheel {turn} momentum (", _figure(view, whole, "Momentum", "number"), ").")
    rows = tuple(_part(view, found[name], words) for name, words in _PARTS.items() if name in found)
    columns = (Column(name="Part"), Column(name="Now", numeric=True))
    table = Table(id="learned-momentum", caption="What momentum is made of", columns=columns, rows=rows, folded=True)
    return [Sentences(title="Is the wheel gaining momentum?", items=(said,)), table]


def _part(view: View, one: Appraisal, words: str) -> tuple[Cell, ...]:
    return words, _figure(view, one, words, "number" if one.measure == "speed" else "share")


def _figure(view: View, one: Appraisal, label: str, unit: Unit) -> Figure:
    return Figure(
        id=view.make.id(f"learned/appraisal/{one.id}"), label=label, value=one.value, unit=unit, low=one.low,
        high=one.high, formula=one.statement, inputs=(f"appraisal {one.id}",),
    )  # fmt: skip


def _listed(title: str, items: Iterable[Phrase]) -> list[Block]:
    given = tuple(items)
    return [Sentences(title=title, items=given, listed=True)] if given else []
