"""Who helps whom in threads: customers each other, the company, or nobody; counted by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from said_sums import NOW

from flywheel.domain.experience import ReaderRules
from flywheel.domain.feedback import Speaker
from flywheel.domain.hearing import Post
from flywheel.orient.community import (
    BY_COMPANY,
    BY_CUSTOMERS,
    BY_NOBODY,
    communities,
    community_findings,
    community_measures,
)
from flywheel.orient.gap import gap_of


def thread(name: str, *said: tuple[str | None, float], asks: bool = True, brand: str = "Own") -> list[Post]:
    """Return a thread: who spoke (None: the company), and how many hours after its beginning."""
    return [
        Post(f"s/{name}", brand, speaker, "community", who, NOW + timedelta(hours=hours), asks and hours == 0)
        for who, hours in said
        for speaker in [_speaker(who)]
    ]


def _speaker(who: str | None) -> Speaker:
    return "company" if who is None else "customer"


def test_a_question_is_answered_by_other_customers_by_the_company_by_both_or_by_nobody() -> None:
    posts = [
        *thread("1", ("ann", 0), ("ben", 2), (None, 5)), *thread("2", ("ann", 0), (None, 3)),
        *thread("3", ("cem", 0), ("cem", 1)),  # to remind is not to answer
        *thread("4", ("dee", 0), ("ben", 4), asks=False),  # thanks were no question
        *thread("5", (None, 0), ("ann", 1)),  # the company told some news
    ]  # fmt: skip
    own = communities(posts)["Own"]
    assert (own.asked, own.by_customers, own.by_company, own.by_nobody) == (3, 1, 2, 1)
    assert (own.customers_took, own.company_took) == ([2.0], [3.0])
    assert own.helpers == {"ben": 1}
    shares = {one.measure: (one.value, one.n) for one in community_measures(posts, NOW, ReaderRules())}
    assert shares == {
        name: (pytest.approx(n / 3), 3) for name, n in ((BY_CUSTOMERS, 1), (BY_COMPANY, 2), (BY_NOBODY, 1))
    }


def test_communities_of_others_stand_beside_ours_and_fewer_left_alone_is_better() -> None:
    ours = [post for at in range(200) for post in thread(f"o{at}", ("ann", 0), *[("ben", 1)] * (at % 4 > 0))]
    theirs = [post for at in range(200) for post in thread(f"t{at}", ("ann", 0), *[(None, 1)] * (at % 2), brand="Peer")]
    found = {(one.brand, one.measure): one for one in community_measures(ours + theirs, NOW, ReaderRules())}
    alone = found["Own", BY_NOBODY], found["Peer", BY_NOBODY]
    assert not alone[0].higher_is_better
    gap = gap_of(*alone)
    assert gap is not None
    assert (gap.value, gap.high < 0) == (-0.25, True)
    first, second = community_findings(ours + theirs, "Own", "c")
    assert first.statement == (
        "Own: of 200 questions in threads 75% were answered by other customers, 0% by the company, 25% by nobody; the "
        "first answer came from a customer after 1.0 hours (median of 150)."
    )
    assert second.brand == "Peer"


def test_a_few_voices_give_most_of_the_help_and_are_named_by_pseudonym_only() -> None:
    helpers = ["pseudonym-of-ben-1"] * 12 + [f"person-{at}" for at in range(8)]
    posts = [post for at, who in enumerate(helpers) for post in thread(str(at), ("ann", 0), (who, 1))]
    voices = community_findings(posts, "Own", "c")[1]
    assert (voices.value, voices.n) == (14 / 20, 9)
    assert "the 3 most helpful gave 70% of them (most: pseudony 12, person-0 1, person-1 1)" in voices.statement
    assert len(community_findings(posts[:24], "Own", "c")) == 1  # one helper is no crowd
