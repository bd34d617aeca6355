"""Fair care: who is helped, held out or kept waiting more often than others; and what those spoke of who left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from flywheel.domain.intervals import odds_ratio, rate_ratio, z_for
from flywheel.domain.record import Record

LEAST, MOST = 0.5, 2.0
"""Outside of these rate ratios one must look (docs-previous.pega.com, bias measurement); a setting may be tighter."""


class Counted(NamedTuple):
    """Of `n` people it happened to so many."""

    happened: int
    n: int


class GroupCare(Record):
    """One group beside everybody else; the interval holds for all groups together (Bonferroni).

    `past`: surely unequal, and past the limit; `watch`: past the limit, but it may be chance; `fair`: neither.
    """

    group: str
    n: int
    rate: float
    ratio: float
    low: float
    high: float
    finding: Literal["past", "watch", "fair"]


class TopicOdds(Record):
    """How much more often those who left had spoken of a topic than matched people who stayed."""

    topic: str
    leavers: int
    stayers: int
    ratio: float
    low: float
    high: float


def fair_care(groups: Mapping[str, Counted], *, least: float = LEAST, most: float = MOST) -> list[GroupCare]:
    """Return each group's rate over that of everybody else, in the order given; empty groups are left out."""
    some = {name: one for name, one in groups.items() if one.n}
    happened, n = sum(one.happened for one in some.values()), sum(one.n for one in some.values())
    found = []
    for name, one in some.items():
        if one.n == n:
            continue
        ratio, low, high = rate_ratio(one.happened, one.n, happened - one.happened, n - one.n, z_for(len(some)))
        outside = not least <= ratio <= most
        sure = low > 1 or high < 1
        finding: Literal["past", "watch", "fair"] = ("past" if sure else "watch") if outside else "fair"
        rate = one.happened / one.n
        found.append(GroupCare(group=name, n=one.n, rate=rate, ratio=ratio, low=low, high=high, finding=finding))
    return found


def topic_odds(
    leavers: Mapping[str, int], n_leavers: int, stayers: Mapping[str, int], n_stayers: int
) -> list[TopicOdds]:
    """Return each topic's odds among leavers over those among stayers, intervals for all topics together."""
    topics = sorted(set(leavers) | set(stayers))
    found = []
    for topic in topics:
        left, stayed = leavers.get(topic, 0), stayers.get(topic, 0)
        ratio, low, high = odds_ratio(left, n_leavers, stayed, n_stayers, z_for(len(topics)))
        found.append(TopicOdds(topic=topic, leavers=left, stayers=stayed, ratio=ratio, low=low, high=high))
    return found
