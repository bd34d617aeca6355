"""Early warnings: what leavers spoke of last, beside people like them who stayed; and which warnings were wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import log
from typing import NamedTuple

from flywheel.domain.ids import content_id
from flywheel.domain.outcome import Appraisal, AppraisalVerdict, Learning
from flywheel.learn.appraising import appraisal
from flywheel.learn.care import TopicOdds, topic_odds

SUBJECT = "warning:"
STAYERS = 4
"""Matched people for each leaver: more hardly narrow the interval (Ury 1975, Biometrics 31)."""
FEWEST_LEAVERS = 20
_NEAR = timedelta(days=14)


class LastWord(NamedTuple):
    """What somebody said last: when, in which stratum (segment, language, tenure) they are matched, on what topics."""

    person: str
    at: datetime
    stratum: tuple[str, ...]
    topics: tuple[str, ...]


class Matched(NamedTuple):
    """Leavers and the stayers matched to them."""

    leavers: list[LastWord]
    stayers: list[LastWord]


def match(leavers: Sequence[LastWord], stayers: Sequence[LastWord]) -> Matched:
    """Match each leaver with up to STAYERS people of the same stratum whose last word was said nearest in time.

    Nobody stays twice; a leaver whom nobody matches is left out, so that both sides are alike.
    """
    pools: dict[tuple[str, ...], list[LastWord]] = {}
    for one in sorted(stayers):
        pools.setdefault(one.stratum, []).append(one)
    found = Matched([], [])
    for leaver in sorted(leavers):
        pool = pools.get(leaver.stratum, [])
        near = sorted((one for one in pool if abs(one.at - leaver.at) <= _NEAR), key=lambda one: _apart(one, leaver))
        if near:
            found.leavers.append(leaver)
            found.stayers.extend(near[:STAYERS])
            taken = {one.person for one in near[:STAYERS]}
            pools[leaver.stratum] = [one for one in pool if one.person not in taken]
    return found


def warnings(matched: Matched) -> list[TopicOdds]:
    """Return the odds ratio of each topic; none of fewer than FEWEST_LEAVERS leavers."""
    leavers, stayers = matched
    if len(leavers) < FEWEST_LEAVERS:
        return []
    counts = [Counter(topic for one in side for topic in one.topics) for side in matched]
    return topic_odds(counts[0], len(leavers), counts[1], len(stayers))


def weights(odds: Sequence[TopicOdds], before: Mapping[str, float], cycle_id: str) -> list[Learning]:
    """Return a learning for each topic whose odds are surely not 1: its weight is the log of the odds ratio.

    A weight that was believed and is not borne out any more goes back to 0.
    """
    found = []
    for one in odds:
        weight = log(one.ratio) if one.low > 1 or one.high < 1 else 0.0
        earlier = before.get(one.topic, 0.0)
        if abs(weight - earlier) < 0.01:
            continue
        found.append(_learning(one, earlier, weight, cycle_id))
    return found


def judged_warnings(odds: Sequence[TopicOdds], before: Mapping[str, float], cycle_id: str) -> list[Appraisal]:
    """Return how each earlier warning has fared: borne out again, in doubt, or wrong."""
    found = []
    for one in odds:
        if before.get(one.topic, 0.0) <= 0:
            continue
        borne_out, refuted = one.low > 1, one.high < 1 or one.ratio <= 1
        said = "is borne out again" if borne_out else "was wrong" if refuted else "may have been chance"
        statement = (
            f"The warning that people who speak of {one.topic} leave {said}: "
            f"odds ratio {one.ratio:.2f} ({one.low:.2f} to {one.high:.2f})"
        )
        verdict: AppraisalVerdict = "good" if borne_out else "wrong" if refuted else "watch"
        found.append(
            appraisal(
                cycle_id, (f"{SUBJECT}{one.topic}", "odds ratio"), one.ratio, one.leavers + one.stayers,
                (verdict, statement), (one.low, one.high),
            )
        )  # fmt: skip
    return found


def _learning(one: TopicOdds, before: float, after: float, cycle_id: str) -> Learning:
    more = "more" if one.ratio > 1 else "less"
    change = f"counts {more} as an early warning" if after else "is no early warning any more"
    sure = "" if after else ", which may be chance"
    return Learning(
        id=content_id("learning", cycle_id, f"{SUBJECT}{one.topic}"), cycle_id=cycle_id,
        subject=f"{SUBJECT}{one.topic}",
        statement=(
            f"{one.leavers} people who left spoke of {one.topic} last, {one.ratio:.1f} times the odds of matched "
            f"people who stayed (95 % {one.low:.1f} to {one.high:.1f}, all topics together){sure}."
        ),
        effect=one.ratio, low=one.low, high=one.high, n=one.leavers + one.stayers,
        change=f"{one.topic} {change}", before=before, after=after,
    )  # fmt: skip


def _apart(one: LastWord, leaver: LastWord) -> tuple[timedelta, str]:
    return abs(one.at - leaver.at), one.person
