"""What makes people unhappy, topic by topic, and which of it matters most: reach, and the signs that it is more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from flywheel.domain.feedback import Voice
from flywheel.domain.finding import Finding, FindingKind, FindingVerdict
from flywheel.domain.intervals import newcombe, wilson
from flywheel.domain.loop import LoopRules
from flywheel.domain.record import Record
from flywheel.domain.standing import Standing
from flywheel.domain.summary import GroupCount
from flywheel.orient.topic_moves import TOPIC, Heard

SignKind = Literal["behind", "rising", "disappoints", "rival", "moment_of_truth"]
"""Why a cause counts more than its reach: each is a weight of `LoopRules`."""

_SAYS: dict[tuple[FindingKind, FindingVerdict, bool], SignKind] = {
    ("warning", "sure", True): "rising", ("move", "more", True): "rising", ("move", "less", False): "rival",
    ("cx gap", "more", True): "disappoints", ("elsewhere", "less", True): "behind",
}  # fmt: skip
"""What a finding says of a topic, by its kind, its verdict, and whether it is about our own brand."""


class TopicMap(Record):
    """Where topics belong: the touchpoint of each, and which touchpoints are moments of truth."""

    touchpoints: dict[str, str]
    moments_of_truth: frozenset[str] = frozenset()


class Sign(Record):
    """A finding that makes a topic matter more: its id (of a standing or another finding) and what it says."""

    kind: SignKind
    voice: Voice
    topic: str
    words: str
    id: str | None = None


class Cause(Record):
    """A topic that makes our customers or employees unhappy; the interval is Wilson's, of the unhappy share."""

    voice: Voice
    topic: str
    touchpoint: str
    n_negative: int
    n: int
    share_low: float
    share_high: float
    score: float
    signs: tuple[Sign, ...] = ()

    @property
    def evidence(self) -> tuple[str, ...]:
        """Return the ids of the findings behind it, each once."""
        return tuple(dict.fromkeys(sign.id for sign in self.signs if sign.id))


def causes(own: Sequence[Heard], signs: Sequence[Sign], map_: TopicMap, rules: LoopRules) -> list[Cause]:
    """Return the causes of unhappiness, the weightiest first.

    A cause has enough unhappy mentions, and most of them are unhappy or a finding speaks of it. Its score is its
    unhappy mentions x (1 + the sum of its signs' weights / 100), each kind counted once (weights in percent, as in
    Pega's arbitration); equal scores go by name, so that equal input gives equal causes.
    """
    found = [
        _cause(heard.voice, topic, signs, map_, rules)
        for heard in own
        for topic in heard.topics
        if topic.n_negative >= rules.cause_floor
    ]
    told = [one for one in found if 2 * one.n_negative > one.n or any(s.kind != "moment_of_truth" for s in one.signs)]
    return sorted(told, key=lambda one: (-one.score, one.voice, one.topic))


def finding_signs(findings: Sequence[Finding], brand: str, map_: TopicMap) -> list[Sign]:
    """Return what findings say of topics: ours that rise, disappoint, or are better elsewhere; a peer's move.

    A finding about a touchpoint speaks of every topic that belongs there.
    """
    found: list[Sign] = []
    for one in findings:
        kind = _kind(one, brand)
        if kind is not None:
            about = [topic for topic, point in map_.touchpoints.items() if one.subject in (topic, point)]
            found += [Sign(kind=kind, voice=one.voice, topic=topic, words=one.statement, id=one.id) for topic in about]
    return found


def behind_signs(own: Sequence[Heard], peers: Sequence[Heard], standings: Sequence[Standing]) -> list[Sign]:
    """Return which topics put us behind a peer: those of which more of our texts complain than of theirs.

    That we are behind is sure already; of each topic, the 95 % interval of the difference (Newcombe) lies above zero.
    """
    found: list[Sign] = []
    for standing in standings:
        ours = next((one for one in own if one.voice == standing.voice), None)
        theirs = next((one for one in peers if (one.voice, one.brand) == (standing.voice, standing.peer)), None)
        if standing.verdict == "behind" and ours and theirs and ours.n_read and theirs.n_read:
            found += _complained_of_more(ours, theirs, standing)
    return found


def _complained_of_more(ours: Heard, theirs: Heard, standing: Standing) -> list[Sign]:
    complaints = {topic.name: topic.n_negative for topic in theirs.topics}
    found: list[Sign] = []
    for topic in ours.topics:
        n = complaints.get(topic.name, 0)
        _, low, _ = newcombe(topic.n_negative, ours.n_read, n, theirs.n_read)
        if low > 0:
            words = (
                f"behind {standing.peer}: {topic.n_negative / ours.n_read:.0%} of our texts complain of it, "
                f"{n / theirs.n_read:.0%} of theirs"
            )
            found.append(Sign(kind="behind", voice=ours.voice, topic=topic.name, words=words, id=standing.id))
    return found


def _kind(one: Finding, brand: str) -> SignKind | None:
    if one.kind == "move" and one.part != TOPIC:
        return None
    return _SAYS.get((one.kind, one.verdict, one.brand == brand))


def _cause(voice: Voice, topic: GroupCount, signs: Sequence[Sign], map_: TopicMap, rules: LoopRules) -> Cause:
    touchpoint = map_.touchpoints.get(topic.name, "")
    its = [sign for sign in signs if (sign.voice, sign.topic) == (voice, topic.name)]
    if touchpoint in map_.moments_of_truth:
        words = f"{touchpoint} is a moment of truth"
        its.append(Sign(kind="moment_of_truth", voice=voice, topic=topic.name, words=words))
    weight = sum(getattr(rules, kind) for kind in {sign.kind for sign in its})
    low, high = wilson(topic.n_negative, topic.n_read)
    return Cause(
        voice=voice, topic=topic.name, touchpoint=touchpoint, n_negative=topic.n_negative, n=topic.n_read,
        share_low=low, share_high=high, score=topic.n_negative * (1 + weight / 100), signs=tuple(its),
    )  # fmt: skip
