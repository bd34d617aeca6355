"""Communities: who helps whom there, how soon, and how much of it a few voices do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from math import ceil, sqrt
from statistics import median

from flywheel.domain.experience import ReaderRules
from flywheel.domain.finding import Finding
from flywheel.domain.hearing import Post
from flywheel.domain.ids import content_id
from flywheel.domain.intervals import wilson
from flywheel.domain.standing import Measure
from flywheel.orient.measures import HEARD

BY_CUSTOMERS = "questions that other customers answered"
BY_COMPANY = "questions that the company answered"
BY_NOBODY = "questions that nobody answered"
_HOUR = 3600
_FEW = 0.05
_LEAST_FEW = 3
_NAMED = 8
"""Signs of a pseudonym that are shown: enough to tell people apart."""


@dataclass(slots=True)
class Community:
    """What was asked in a brand's threads, and by whom it was answered; hours to the first answer, by who gave it."""

    asked: int = 0
    by_customers: int = 0
    by_company: int = 0
    by_nobody: int = 0
    customers_took: list[float] = field(default_factory=list)
    company_took: list[float] = field(default_factory=list)
    helpers: Counter[str] = field(default_factory=Counter)
    media: set[str] = field(default_factory=set)
    last: datetime | None = None


def communities(posts: Sequence[Post]) -> dict[str, Community]:
    """Return what was asked and answered, by brand; `posts` come thread by thread, the oldest first.

    A question is the first post of a thread, by a customer who wants something. Whoever else speaks after it answers;
    a customer whom nobody can tell from the asker does not.
    """
    found: dict[str, Community] = {}
    for _, thread in groupby(posts, key=lambda one: one.thread):
        first, *rest = thread
        if first.asks and first.speaker == "customer":
            _count(found.setdefault(first.brand, Community()), first, rest)
    return found


def community_measures(posts: Sequence[Post], as_of: datetime, reader: ReaderRules) -> list[Measure]:
    """Return the shares of questions that other customers, the company, and nobody answered, of every brand.

    What a question is was read from texts, with the reader's errors; who answered it was not.
    """
    return [one for brand, each in communities(posts).items() for one in _measures(brand, each, as_of, reader)]


def community_findings(posts: Sequence[Post], brand: str, cycle_id: str) -> list[Finding]:
    """Return who helps whom in every brand's threads, ours first, and how much of our customers' help a few give."""
    found = communities(posts)
    ordered = sorted(found, key=lambda one: (one != brand, one))
    told = [_who_helps(name, found[name], cycle_id) for name in ordered]
    return told + (_voices(brand, found[brand].helpers, cycle_id) if brand in found else [])


def _count(community: Community, first: Post, rest: Sequence[Post]) -> None:
    ours = [one for one in rest if one.speaker == "company"]
    strangers = [one for one in rest if one.person and first.person and one.person != first.person]
    others = [one for one in strangers if one.speaker == "customer"]
    community.asked += 1
    community.by_customers += bool(others)
    community.by_company += bool(ours)
    community.by_nobody += not others and not ours
    community.media.add(first.medium)
    community.last = first.at if community.last is None else max(community.last, first.at)
    community.helpers.update(one.person for one in others if one.person)
    if ours or others:
        answer = min((*ours, *others), key=lambda one: one.at)
        took = community.company_took if answer.speaker == "company" else community.customers_took
        took.append(max((answer.at - first.at).total_seconds(), 0) / _HOUR)


def _measures(brand: str, one: Community, as_of: datetime, reader: ReaderRules) -> Iterator[Measure]:
    counts = ((BY_CUSTOMERS, one.by_customers), (BY_COMPANY, one.by_company), (BY_NOBODY, one.by_nobody))
    for name, n in counts:
        share = n / one.asked
        yield Measure(
            brand=brand, voice="customer", measure=name, value=share, n=one.asked, sd=sqrt(share * (1 - share)),
            basis="text", higher_is_better=name != BY_NOBODY, as_of=min(one.last or as_of, as_of), provenance=HEARD,
            unit="share", span=1.0, reader_sd=reader.spread_positive, heard_on=tuple(sorted(one.media)),
        )  # fmt: skip


def _who_helps(brand: str, one: Community, cycle_id: str) -> Finding:
    low, high = wilson(one.by_customers, one.asked)
    by = (one.by_customers, one.by_company, one.by_nobody)
    parts = "{:.0%} were answered by other customers, {:.0%} by the company, {:.0%} by nobody".format(
        *(n / one.asked for n in by)
    )
    took = [
        f"from {who} after {median(hours):.1f} hours (median of {len(hours):,})"
        for hours, who in ((one.customers_took, "a customer"), (one.company_took, "the company"))
        if hours
    ]
    return Finding(
        id=content_id("finding", cycle_id, "community", brand), cycle_id=cycle_id, kind="community", voice="customer",
        brand=brand, subject="who helps whom", basis="text", unit="share", value=one.by_customers / one.asked, low=low,
        high=high, n=one.asked, weight=float(one.by_nobody),
        statement=(
            f"{brand}: of {one.asked:,} questions in threads {parts}"
            + (f"; the first answer came {' and '.join(took)}." if took else ".")
        ),
    )  # fmt: skip


def _voices(brand: str, helpers: Counter[str], cycle_id: str) -> list[Finding]:
    """Return how much of the help the most helpful twentieth gives (at least three); nothing where few help at all."""
    if len(helpers) <= _LEAST_FEW:
        return []
    few = max(ceil(_FEW * len(helpers)), _LEAST_FEW)
    ranked = sorted(helpers.items(), key=lambda one: (-one[1], one[0]))
    whole, theirs = helpers.total(), sum(n for _, n in ranked[:few])
    low, high = wilson(theirs, whole)
    named = ", ".join(f"{person[:_NAMED]} {n:,}" for person, n in ranked[:_LEAST_FEW])
    return [
        Finding(
            id=content_id("finding", cycle_id, "community", brand, "voices"), cycle_id=cycle_id, kind="community",
            voice="customer", brand=brand, subject="the most helpful voices", basis="text", unit="share",
            value=theirs / whole, low=low, high=high, n=len(helpers),
            statement=(
                f"{len(helpers):,} customers gave {whole:,} answers to others; the {few:,} most helpful gave "
                f"{theirs / whole:.0%} of them (most: {named})."
            ),
        )
    ]  # fmt: skip
