"""What is scarce goes to need first, then to worth; nobody is counted twice, and experiments stay comparable."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flywheel.decide.choose import choose
from flywheel.decide.ground import in_parts
from flywheel.decide.scarce import is_limited, scarce
from flywheel.decide.within import keep_within
from flywheel.domain.limits import ChannelLimit, Limits, Taken
from flywheel.learn.assignment import draw


def weighed(candidates: Any, ground: Any, limits: Limits, taken: tuple[Taken, ...] = ()) -> Any:
    choice = choose(candidates, ground)
    keep_within(choice, ground, scarce(ground.plays, limits, taken), limits)
    return choice


def people(fits: Any, n: int, *plays: str, first: int = 0, **values: Any) -> list[Any]:
    return [fits(*plays, person=f"p{first + at:03}", days_ago=(first + at) / 100, **values) for at in range(n)]


def test_where_nothing_is_scarce_nothing_changes(play: Any, fits: Any, ground: Any) -> None:
    given, meant = ground(play(), scarce=True), people(fits, 5, "help")
    assert weighed(meant, given, Limits(per_cycle=5)).decisions == choose(meant, given).decisions
    assert not is_limited((play(),), Limits())
    assert is_limited((play(capacity=9),), Limits())


def test_help_goes_before_offers_and_who_found_no_room_waits_for_the_next_turn(
    play: Any, fits: Any, ground: Any
) -> None:
    plays = (play("sell", "offer", value=99), play("help"))
    glad = {"label": "positive", "complaints_90d": 0, "intent": None}
    meant = [*people(fits, 4, "sell", **glad), *people(fits, 3, "help", first=50)]
    choice = weighed(meant, ground(*plays, scarce=True), Limits(per_cycle=5))
    assert Counter(one.play for one in choice.decisions) == {"help": 3, "sell": 2}
    assert choice.withheld["no room: the cycle reaches no more people"] == 2
    assert {one.person_id for one in choice.decisions if one.play == "sell"} == {"p003", "p002"}  # who waits longest
    [part] = in_parts(choice, 99)
    assert set(part.settled) == {one.person_id for one in choice.decisions}
    assert choice.unsettled == {"p000", "p001"}


def test_what_is_full_gives_way_to_the_next_best(play: Any, fits: Any, ground: Any) -> None:
    plays = (play("best", capacity=2, expected_effect=0.3), play("good", expected_effect=0.2))
    choice = weighed(people(fits, 5, "best", "good"), ground(*plays, scarce=True), Limits())
    assert Counter(one.play for one in choice.decisions) == {"best": 2, "good": 3}
    moved = [one for one in choice.decisions if one.play == "good"]
    assert all("best found no room at first; this goes out of what others left" in one.reasons for one in moved)
    assert len({one.id for one in choice.decisions}) == 5


def test_money_is_spent_where_it_does_most_good(play: Any, fits: Any, ground: Any) -> None:
    plays = (play("dear", cost=10, expected_effect=0.3), play("cheap", cost=1, expected_effect=0.25))
    choice = weighed(people(fits, 8, "dear", "cheap"), ground(*plays, scarce=True), Limits(budget=17))
    assert Counter(one.play for one in choice.decisions) == {"cheap": 7, "dear": 1}


def test_what_was_decided_before_counts_today_and_in_this_cycle(play: Any, fits: Any, ground: Any) -> None:
    limits = Limits(channels={"mail": ChannelLimit(per_day=4)}, per_cycle=9)
    taken = (Taken("help", "mail", 1, 3), Taken("gone", "mail", 0, 0), Taken("help", "post", 2, 2))
    choice = weighed(people(fits, 5, "help"), ground(play(), scarce=True), limits, taken)
    assert len(choice.decisions) == 1
    assert choice.withheld["no room: mail takes no more today"] == 4


def test_beyond_the_blast_radius_a_person_may_be_asked_instead(play: Any, fits: Any, ground: Any) -> None:
    limits = Limits(per_cycle=2, beyond="wait")
    choice = weighed(people(fits, 5, "help"), ground(play(), scarce=True), limits)
    waiting = [one for one in choice.decisions if one.status == "waiting"]
    assert (len(choice.decisions), len(waiting), choice.unsettled) == (5, 3, set())
    assert {(one.ruling, one.approvals, one.arm, one.verdicts[-1].policy) for one in waiting} == {
        ("review", 1, "exempt", "limits")
    }


class Coin:
    """An allocator that gives both plays the same chance."""

    def shares(self, options: Any, known: Any, unlearned: Any = frozenset()) -> tuple[float, ...]:
        return (*(1 / len(options) for _ in options), 0.0)


def test_of_those_picked_by_lot_arms_find_room_alike_and_what_is_left_goes_to_others(
    play: Any, fits: Any, ground: Any
) -> None:
    plays = (play("one", holdout=0.5, capacity=4), play("two", holdout=0.5, capacity=4))
    given = ground(
        *plays, scarce=True, allocator=Coin(), draw=lambda person, what: draw(b"k" * 32, person, what, "2026Q1")
    )
    choice = weighed(people(fits, 40, "one", "two", intent="question", complaints_90d=0), given, Limits())
    drawn = [one for one in choice.decisions if one.arm != "exempt"]
    assert all(len([one for one in drawn if one.play == name]) <= 4 for name in ("one", "two"))
    filled = [one for one in choice.decisions if one.status == "decided"]
    assert Counter(one.play for one in filled) == {"one": 4, "two": 4}  # what was held out took nobody's place
    held = [one for one in drawn if one.status == "held out"]
    assert held
    assert {one.arm for one in drawn} == {"default", "holdout"}
