"""Which topics moved since the periods before, ours and the competitors': that is how a rival's move is noticed."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from flywheel.domain.distributions import normal_tail
from flywheel.domain.feedback import Voice
from flywheel.domain.finding import Finding
from flywheel.domain.ids import content_id
from flywheel.domain.intervals import newcombe
from flywheel.domain.multiple import holm
from flywheel.domain.record import Record
from flywheel.domain.summary import GroupCount

TOPIC = "topic"
"""What stands in `part` of a finding that tells how a topic moved."""
_ALPHA = 0.05


class Heard(Record):
    """What one brand's voice said in some periods; `n_read` counts texts, topics count mentions."""

    brand: str
    voice: Voice
    n_read: int
    topics: tuple[GroupCount, ...]


class _Move(NamedTuple):
    heard: Heard
    topic: GroupCount
    before: GroupCount
    change: tuple[float, float, float]
    p: float


def topic_moves(now: Sequence[Heard], before: Sequence[Heard], floor: int, cycle_id: str) -> list[Finding]:
    """Return the topics whose unhappy share surely moved, in both periods mentioned at least `floor` times.

    Intervals are Newcombe's, 95 %; "surely" holds over all brands, voices and topics together (Holm on the score test
    for two shares). The same reader read both periods, so its errors are the same before and after.
    """
    moved = [
        _Move(
            heard, topic, then, newcombe(topic.n_negative, topic.n_read, then.n_negative, then.n_read), _p(topic, then)
        )
        for heard in now
        for earlier in before
        if (earlier.brand, earlier.voice) == (heard.brand, heard.voice)
        for topic in heard.topics
        for then in earlier.topics
        if then.name == topic.name and min(topic.n_read, then.n_read) >= floor
    ]
    sure = holm([one.p for one in moved])
    return [_finding(one, cycle_id) for one, p in zip(moved, sure, strict=True) if p <= _ALPHA]


def _move(heard: Heard, now: GroupCount, before: GroupCount) -> _Move:
    change = newcombe(now.n_negative, now.n_read, before.n_negative, before.n_read)
    return _Move(heard, now, before, change, _p(now, before))


def _p(now: GroupCount, before: GroupCount) -> float:
    pooled = (now.n_negative + before.n_negative) / (now.n_read + before.n_read)
    spread = sqrt(pooled * (1 - pooled) * (1 / now.n_read + 1 / before.n_read))
    change = now.n_negative / now.n_read - before.n_negative / before.n_read
    return normal_tail(change / spread) if spread else 1.0


def _finding(one: _Move, cycle_id: str) -> Finding:
    heard, topic, (value, low, high) = one.heard, one.topic, one.change
    then, share = one.before.n_negative / one.before.n_read, topic.n_negative / topic.n_read
    return Finding(
        id=content_id("finding", cycle_id, "move", heard.voice, heard.brand, TOPIC, topic.name), cycle_id=cycle_id,
        kind="move", voice=heard.voice, brand=heard.brand, subject=topic.name, part=TOPIC, basis="text", unit="share",
        value=value, low=low, high=high, n=topic.n_read, before=then, verdict="more" if value > 0 else "less",
        weight=abs(value) * topic.n_read,
        statement=(
            f"{heard.brand}: {share:.0%} of {topic.n_read} {heard.voice}s' mentions of {topic.name} are unhappy, "
            f"{then:.0%} of {one.before.n_read} before ({100 * value:+.0f} points, {100 * low:+.0f} to "
            f"{100 * high:+.0f})."
        ),
    )  # fmt: skip
