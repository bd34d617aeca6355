"""Part of the room "They said": what moved, and whether other people were heard or the same ones said other things."""

from __future__ import annotations

from collections.abc import Sequence

from flywheel.domain.finding import Finding
from flywheel.report.cycle_report import Block, Phrase, Sentences
from flywheel.report.stand_found import finding_figure, findings_of, sums_up
from flywheel.report.view import View
from flywheel.report.words import name_of

_MIX, _RATE, _BOTH = ": mix", ": rate", ": interaction"
_DOUBT = {"level": ", as good as nothing", "cannot tell": ", which may be chance"}
_SURE = ("more", "less")
_MOST = 3


def split_block(view: View) -> list[Block]:
    """Return how much of what moved among our customers was mix and how much rate, by the cut that tells most.

    Where nothing moved surely, only the first of the measures is told of.
    """
    moves = [one for one in findings_of(view, "move") if one.brand == view.facts.brand and one.voice == "customer"]
    whole = sorted((one for one in moves if one.part == "" and one.value is not None), key=_by_importance)
    sure = [one for one in whole if one.verdict in _SURE]
    items = [phrase for one in (sure or whole) if (phrase := _split(view, one, moves))][: _MOST if sure else 1]
    return [Sentences(title="Other people, or other words?", items=tuple(items))] if items else []


def _by_importance(one: Finding) -> tuple[bool, bool, int, str]:
    return (one.verdict not in _SURE, one.basis != "text", sums_up(one), one.subject)


def _split(view: View, whole: Finding, moves: Sequence[Finding]) -> Phrase:
    parts = {one.part: one for one in moves if (one.subject, one.basis) == (whole.subject, whole.basis) and one.value}
    mixes = sorted((one for name, one in parts.items() if name.endswith(_MIX)), key=lambda one: -abs(one.value or 0))
    for mix in mixes:
        cut = mix.part.removesuffix(_MIX)
        rate, both = parts.get(cut + _RATE), parts.get(cut + _BOTH)
        if rate is not None:
            chance = _DOUBT.get(whole.verdict, "")
            together: Phrase = () if both is None else (", ", finding_figure(view, both), " because of both together")
            return (
                f"Our customers' {name_of(whole.subject)} moved by ", finding_figure(view, whole), f"{chance}: ",
                finding_figure(view, mix), f" because other people were heard (by {name_of(cut)}), ",
                finding_figure(view, rate), " because people of the same kind said other things", *together, ".",
            )  # fmt: skip
    return ()
