"""Word of mouth: which topics and moments people speak better of elsewhere, and which of ours they praise more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flywheel.domain.experience import Pillar, ReaderRules
from flywheel.domain.finding import Finding
from flywheel.domain.ids import content_id
from flywheel.domain.standing import Standing
from flywheel.domain.sums import Sum
from flywheel.orient.pillars import PREFIX, pillar_measures
from flywheel.orient.standings import StandingRules, compare
from flywheel.orient.words import figure

_VERDICTS = {"ahead": "more", "behind": "less", "level": "level", "cannot tell": "cannot tell"}
_WORDS = {
    "ahead": "better here", "behind": "better there", "level": "the same here and there", "cannot tell": "may be chance"
}  # fmt: skip


def elsewhere(
    sums: Sequence[Sum], brand: str, rules: StandingRules, reader: ReaderRules, cycle_id: str, as_of: datetime
) -> list[Finding]:
    """Return how people speak of each topic here and at each peer, on 0 to 10, where it is better there first.

    Each topic is held against each peer's mentions of it as standings are (the reader's errors, Holm over all of it).
    """
    topics = sorted({one.topic for one in sums if one.topic})
    each = [Pillar(pillar=topic, topics=(topic,)) for topic in topics]
    spoken = pillar_measures([one for one in sums if one.basis == "text"], each, as_of, reader)
    ours = [one for one in spoken if one.brand == brand]
    theirs = [one for one in spoken if one.brand != brand]
    found = [_finding(one) for one in compare(ours, theirs, rules, cycle_id, as_of)]
    return sorted(found, key=lambda one: (-one.weight, one.subject, one.part))


def _finding(one: Standing) -> Finding:
    topic = one.measure.removeprefix(PREFIX)
    return Finding.model_validate(
        {
            "id": content_id("finding", one.cycle_id, "elsewhere", one.voice, topic, one.peer),
            "cycle_id": one.cycle_id, "kind": "elsewhere", "voice": one.voice, "brand": one.brand, "subject": topic,
            "part": one.peer, "basis": "text", "unit": "score", "value": one.gap, "low": one.low, "high": one.high,
            "n": (one.n_own or 0) + (one.n_peer or 0), "before": one.theirs, "verdict": _VERDICTS[one.verdict],
            "weight": max(-one.gap, 0.0) if one.verdict == "behind" else 0.0,
            "statement": (
                f"{topic}: {figure(one.own, 'score')} of 10 here, {figure(one.theirs, 'score')} at {one.peer}: "
                f"{_WORDS[one.verdict]}."
            ),
        }
    )  # fmt: skip
