"""Which topics moved since the periods before, ours and the competitors': that is how a rival's move is noticed."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from flywheel.domain.distributions import normal_tail
from flywheel.domain.feedback import Voice
from flywheel.domain.finding import Finding
from flywheel.domain.ids import content_id
from flywheel.domain.intervals import newcombe, z_for
from flywheel.domain.multiple import holm
from flywheel.domain.record import Record
from flywheel.domain.summary import GroupCount

TOPIC = "topic"
"""What stands in `part` of a finding that tells how a topic moved."""
UNNOTICED = "unnoticed"
"""What stands there where a finding tells how far topics could have moved without being noticed."""
_ALPHA = 0.05
_POWER_Z = 0.8416
"""Four in five moves of that size are noticed."""
_NAMED = 3


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
    moved = _moves(now, before, floor)
    sure = holm([one.p for one in moved])
    return [_finding(one, cycle_id) for one, p in zip(moved, sure, strict=True) if p <= _ALPHA]


def unnoticed(now: Sequence[Heard], before: Sequence[Heard], floor: int, cycle_id: str) -> list[Finding]:
    """Return of every brand and voice how far its topics could have moved without being noticed: silence is no proof.

    A move of that size is noticed four times in five, over all topics together (Bonferroni). The finding is about the
    topic of which the smallest move is noticed.
    """
    moved = _moves(now, before, floor)
    reach = z_for(len(moved)) + _POWER_Z
    sizes: dict[tuple[str, Voice], list[tuple[float, _Move]]] = {}
    for one in moved:
        sizes.setdefault((one.heard.brand, one.heard.voice), []).append(
            (reach * _spread(one.topic, one.before, more=1), one)
        )
    return [_least(sorted(told, key=lambda one: (one[0], one[1].topic.name)), cycle_id) for told in sizes.values()]


def _moves(now: Sequence[Heard], before: Sequence[Heard], floor: int) -> list[_Move]:
    return [
        _move(heard, topic, then)
        for heard in now
        for earlier in before
        if (earlier.brand, earlier.voice) == (heard.brand, heard.voice)
        for topic in heard.topics
        for then in earlier.topics
        if then.name == topic.name and min(topic.n_read, then.n_read) >= floor
    ]


def _move(heard: Heard, now: GroupCount, before: GroupCount) -> _Move:
    change = newcombe(now.n_negative, now.n_read, before.n_negative, before.n_read)
    return _Move(heard, now, before, change, _p(now, before))


def _p(now: GroupCount, before: GroupCount) -> float:
    spread = _spread(now, before)
    change = now.n_negative / now.n_read - before.n_negative / before.n_read
    return normal_tail(change / spread) if spread else 1.0


def _spread(now: GroupCount, before: GroupCount, *, more: int = 0) -> float:
    """Return the standard error of the change of a share that did not change, after `more` mentions of each kind."""
    pooled = (now.n_negative + before.n_negative + more) / (now.n_read + before.n_read + 2 * more)
    return sqrt(pooled * (1 - pooled) * (1 / now.n_read + 1 / before.n_read))


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


def _least(told: Sequence[tuple[float, _Move]], cycle_id: str) -> Finding:
    size, one = told[0]
    heard, named = one.heard, ", ".join(f"{100 * size:.0f} ({each.topic.name})" for size, each in told[:_NAMED])
    return Finding(
        id=content_id("finding", cycle_id, "move", heard.voice, heard.brand, UNNOTICED), cycle_id=cycle_id, kind="move",
        voice=heard.voice, brand=heard.brand, subject=one.topic.name, part=UNNOTICED, basis="text", unit="share",
        value=size, n=one.topic.n_read,
        statement=(
            f"{heard.brand}: what {heard.voice}s say of a topic must move by about so many points to be noticed four "
            f"times in five: {named}."
        ),
    )  # fmt: skip
