"""Choosing: need before sale, silence before harm, and every reason kept."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pytest

from flywheel.decide.choose import choose
from flywheel.domain.play import MERCY_TIERS, TIERS, PersonView, Play, Ruling, Verdict
from flywheel.learn.assignment import draw, season
from flywheel.ports import Policy

KEY = b"k" * 32


class Says(Policy):
    """A policy that says the same of some plays, and allows the rest."""

    name: str = "says"
    ruling: Ruling = "block"
    plays: tuple[str, ...] = ()
    not_before: datetime | None = None

    def judge(self, play: Play, view: PersonView, now: datetime) -> Verdict:
        ruling = self.ruling if not self.plays or play.name in self.plays else "allow"
        return Verdict(policy=self.name, ruling=ruling, reason=f"{self.name} says {ruling}", not_before=self.not_before)


def chosen(choice: Any) -> list[str]:
    return [one.play for one in choice.decisions]


@pytest.mark.parametrize("weight", [1.0, 1e6])
def test_an_upset_customer_is_not_sold_to_at_any_weight(play: Any, fits: Any, ground: Any, weight: float) -> None:
    plays = (
        play("offer", "offer", weight=weight, value=weight, expected_effect=1),
        play("sorry", expected_effect=0.001),
    )
    choice = choose([fits("offer", "sorry")], ground(*plays))
    assert chosen(choice) == ["sorry"]
    assert choice.withheld["offer withheld: help comes first"] == 1


@pytest.mark.parametrize(("higher", "lower"), list(itertools.pairwise(TIERS)))
def test_a_lower_tier_never_goes_before_a_higher_one(
    play: Any, fits: Any, ground: Any, higher: str, lower: str
) -> None:
    plays = (play("low", lower, weight=100), play("high", higher))
    assert chosen(choose([fits("low", "high")], ground(*plays))) == ["high"]


def test_inside_a_tier_the_highest_priority_wins_and_equals_go_by_name(play: Any, fits: Any, ground: Any) -> None:
    plays = (play("b"), play("a"), play("c", value=2))
    assert chosen(choose([fits("a", "b", "c")], ground(*plays))) == ["c"]
    assert chosen(choose([fits("b", "a")], ground(*plays))) == ["a"]


@pytest.mark.parametrize("effect", [0.0, -0.1])
def test_what_is_believed_to_do_no_good_is_not_done(play: Any, fits: Any, ground: Any, effect: float) -> None:
    choice = choose([fits("help")], ground(play(expected_effect=effect)))
    assert choice.decisions == []
    assert choice.settled == ["p1"]
    assert choice.withheld["silence: what fits is believed to do no good"] == 1


def test_a_harmful_help_is_no_reason_to_sell(play: Any, fits: Any, ground: Any) -> None:
    plays = (play(expected_effect=-0.1), play("offer", "offer"))
    assert choose([fits("help", "offer")], ground(*plays)).decisions == []


def test_old_news_is_never_decided(play: Any, fits: Any, ground: Any) -> None:
    choice = choose([fits("help", days_ago=14.01)], ground(play(not_after_days=14)))
    assert (choice.decisions, choice.settled, choice.withheld["old news"]) == ([], ["p1"], 1)
    assert chosen(choose([fits("help", days_ago=13.99)], ground(play(not_after_days=14)))) == ["help"]


def test_a_need_that_is_past_is_no_occasion_to_sell(play: Any, fits: Any, ground: Any) -> None:
    plays = (play("sorry", "complaint", not_after_days=5), play("offer", "offer", not_after_days=30))
    assert choose([fits("sorry", "offer", days_ago=9)], ground(*plays)).decisions == []
    assert chosen(choose([fits("offer", days_ago=9)], ground(*plays))) == ["offer"]


@pytest.mark.parametrize("tier", TIERS)
def test_people_in_need_are_never_held_out(play: Any, fits: Any, ground: Any, tier: str) -> None:
    [one] = choose([fits("help")], ground(play(tier=tier, holdout=0.9), draw=lambda person, play: 0.0)).decisions
    if tier in MERCY_TIERS:
        assert (one.arm, one.propensity, one.status) == ("exempt", 1.0, "decided")
    else:
        assert (one.arm, one.propensity, one.status) == ("holdout", 0.9, "held out")


def test_the_share_held_out_is_what_was_asked_for_and_the_draw_is_stable() -> None:
    n, share = 20_000, 0.3
    first = [draw(KEY, f"p{at}", "help", "2026Q1") for at in range(n)]
    held = sum(number < share for number in first)
    assert abs(held - n * share) < 3 * (n * share * (1 - share)) ** 0.5
    assert min(first) >= 0
    assert max(first) < 1
    assert first == [draw(KEY, f"p{at}", "help", "2026Q1") for at in range(n)]


@pytest.mark.parametrize("other", [(KEY, "thank", "2026Q1"), (KEY, "help", "2026Q2"), (b"l" * 32, "help", "2026Q1")])
def test_who_is_held_out_of_one_play_says_nothing_about_another(other: tuple[bytes, str, str]) -> None:
    n, (key, play_name, quarter) = 20_000, other
    one = [draw(KEY, f"p{at}", "help", "2026Q1") < 0.5 for at in range(n)]
    two = [draw(key, f"p{at}", play_name, quarter) < 0.5 for at in range(n)]
    both = sum(a and b for a, b in zip(one, two, strict=True))
    assert abs(both - sum(one) * sum(two) / n) < 3 * (n / 16) ** 0.5  # given both shares, each cell has n p q p q


def test_a_season_is_a_quarter(noon: datetime) -> None:
    assert [season(noon.replace(month=month)) for month in (1, 3, 4, 12)] == ["2026Q1", "2026Q1", "2026Q2", "2026Q4"]


def test_the_strictest_ruling_wins_in_any_order(play: Any, fits: Any, ground: Any) -> None:
    policies = [Says(name=ruling, ruling=ruling) for ruling in ("allow", "review", "block")]
    for some in (policies[:1], policies[:2], policies):
        told = set()
        for order in itertools.permutations(some):
            [one] = choose([fits("help")], ground(play(), policies=tuple(order))).decisions
            told.add((one.ruling, one.status, frozenset(one.verdicts)))
        [(ruling, status, verdicts)] = told
        assert ruling == some[-1].name
        assert status == {"allow": "decided", "review": "waiting", "block": "blocked"}[ruling]
        assert len(verdicts) == len(some)


def test_approval_that_a_play_asks_for_is_a_verdict_of_its_own(play: Any, fits: Any, ground: Any) -> None:
    [one] = choose([fits("help")], ground(play(approval="required"), policies=(Says(ruling="allow"),))).decisions
    assert (one.status, [verdict.policy for verdict in one.verdicts]) == ("waiting", ["says", "approval"])


def test_the_latest_hour_of_all_policies_is_waited_for(play: Any, fits: Any, ground: Any, noon: datetime) -> None:
    late = noon.replace(hour=20)
    policies = tuple(Says(name=f"p{at}", ruling="allow", not_before=when) for at, when in enumerate([noon, late, None]))
    [one] = choose([fits("help")], ground(play(), policies=policies)).decisions
    assert (one.status, one.not_before) == ("decided", late)


def test_a_blocked_play_gives_way_to_the_next_of_its_tier_and_says_so(play: Any, fits: Any, ground: Any) -> None:
    plays = (play("first", value=3), play("second", value=2), play("third"), play("offer", "offer"))
    names = tuple(one.name for one in plays)
    [one] = choose([fits(*names)], ground(*plays, policies=(Says(plays=("first", "second")),))).decisions
    assert (one.play, one.ruling) == ("third", "allow")
    assert "first came first and was blocked: says says block" in one.reasons


def test_a_blocked_help_never_gives_way_to_a_sale(play: Any, fits: Any, ground: Any) -> None:
    plays = (play("first", value=3), play("second"), play("offer", "offer"))
    policy = Says(plays=("first", "second"))
    choice = choose([fits("first", "second", "offer")], ground(*plays, policies=(policy,)))
    [one] = choice.decisions
    assert (one.play, one.status) == ("first", "blocked")
    assert [verdict.ruling for verdict in one.verdicts] == ["block"]
    assert choice.withheld["says says block"] == 1
    assert choice.settled == ["p1"]


def test_each_person_is_judged_for_themselves(play: Any, fits: Any, ground: Any) -> None:
    class NotTwo(Says):
        def judge_batch(self, plays: Sequence[Play], views: Sequence[PersonView], now: datetime) -> list[Verdict]:
            rulings = ("block" if view.person.id == "p2" else "allow" for view in views)
            return [Verdict(policy="not two", ruling=ruling, reason="r") for ruling in rulings]  # type: ignore[arg-type]

    people = [fits("help", person=f"p{at}") for at in range(4)]
    choice = choose(people, ground(play(), policies=(NotTwo(),)))
    assert {one.person_id: one.status for one in choice.decisions} == {
        "p0": "decided", "p1": "decided", "p2": "blocked", "p3": "decided",
    }  # fmt: skip
    again = choose(people[::-1], ground(play(), policies=(NotTwo(),)))
    assert again.decisions == choice.decisions


def test_a_decisions_id_hangs_on_person_occasion_and_play_and_never_on_the_cycle(
    play: Any, fits: Any, ground: Any
) -> None:
    def decided(candidate: Any, **values: Any) -> str:
        [one] = choose([candidate], ground(play(), play("other"), **values)).decisions
        return str(one.id)

    one = decided(fits("help"))
    assert decided(fits("help"), cycle_id="c2") == one
    others = [
        decided(fits("other")), decided(fits("help", person="p2")), decided(fits("help", feedback_id="f-new")),
        decided(fits("help"), mode="shadow"),
    ]  # fmt: skip
    assert len({one, *others}) == 5


def test_a_rehearsal_decides_the_same_and_says_that_it_is_one(play: Any, fits: Any, ground: Any) -> None:
    [one] = choose([fits("help")], ground(play(), mode="shadow")).decisions
    assert one.status == "shadow"


def test_a_learning_that_changed_the_choice_is_named_and_no_other(play: Any, fits: Any, ground: Any) -> None:
    plays = (play("a", expected_effect=0.1), play("b", expected_effect=0.09), play("c", expected_effect=0.01),
             play("offer", "offer"))  # fmt: skip
    effects = {"a": (0.02, "L-a"), "c": (0.015, "L-c"), "offer": (0.5, "L-offer")}
    [one] = choose([fits("a", "b", "c", "offer")], ground(*plays, effects=effects)).decisions
    assert (one.play, one.changed_by, one.learnings) == ("b", ("L-a",), ())
    assert any(reason.startswith("without what was learned: a ") and "L-a" in reason for reason in one.reasons)


def test_a_learning_that_changed_nothing_is_read_and_not_blamed(play: Any, fits: Any, ground: Any) -> None:
    plays = (play("a", expected_effect=0.1), play("b", expected_effect=0.05))
    [one] = choose([fits("a", "b")], ground(*plays, effects={"a": (0.2, "L-a")})).decisions
    assert (one.play, one.changed_by, one.learnings) == ("a", (), ("L-a",))


def test_two_learnings_that_only_together_changed_the_choice_are_both_named(play: Any, fits: Any, ground: Any) -> None:
    plays = (play("a", expected_effect=0.3), play("b", expected_effect=0.2), play("c", expected_effect=0.1))
    effects = {"a": (0.05, "L-a"), "b": (0.06, "L-b")}
    [one] = choose([fits("a", "b", "c")], ground(*plays, effects=effects)).decisions
    assert (one.play, set(one.changed_by)) == ("c", {"L-a", "L-b"})


def test_a_switch_that_changed_the_choice_is_named_and_one_that_did_not_is_not(
    play: Any, fits: Any, ground: Any
) -> None:
    strong, weak = play("strong", expected_effect=0.3), play("weak", expected_effect=0.1)
    [one] = choose([fits("strong", "weak")], ground(weak, off=(strong,))).decisions
    assert (one.play, one.changed_by) == ("weak", ("off-strong",))
    assert "were nothing switched off: strong (setting off-strong)" in one.reasons
    [other] = choose([fits("strong", "weak")], ground(strong, off=(weak,))).decisions
    assert (other.play, other.changed_by) == ("strong", ())
    sale = play("sale", "offer", expected_effect=0.9)
    [third] = choose([fits("sale", "weak")], ground(weak, off=(sale,))).decisions
    assert third.changed_by == ()  # need comes before sale, also before one that is switched off
    rescue = play("rescue", "safety", expected_effect=0.01)
    [fourth] = choose([fits("rescue", "weak")], ground(weak, off=(rescue,))).decisions
    assert fourth.changed_by == ("off-rescue",)


def test_nobody_gets_what_is_switched_off(play: Any, fits: Any, ground: Any) -> None:
    choice = choose([fits("a")], ground(play("b"), off=(play("a"),)))
    assert choice.decisions == []
    assert choice.withheld == {"what fits is switched off": 1}
    assert choice.settled == ["p1"]


def test_a_focus_that_changed_the_choice_is_named(play: Any, fits: Any, ground: Any) -> None:
    plays = (play("a", expected_effect=0.1), play("b", expected_effect=0.09, addresses=("delay",)))
    [one] = choose([fits("a", "b")], ground(*plays, focus="delay")).decisions
    assert (one.play, one.changed_by, one.settings) == ("b", ("set1",), ("set1",))
    [other] = choose([fits("a", "b", topics=("price",))], ground(*plays, focus="delay")).decisions
    assert (other.play, other.changed_by, other.settings) == ("a", (), ())


def test_the_fast_lane_leaves_to_the_cycle_what_is_not_urgent(play: Any, fits: Any, ground: Any) -> None:
    plays = (play("sorry", "complaint"), play("thanks", "relationship"))
    people = [fits("sorry", "thanks"), fits("thanks", person="p2"), fits(person="p3")]
    choice = choose(people, ground(*plays, tiers=("safety", "complaint")))
    assert (chosen(choice), choice.settled) == (["sorry"], ["p1"])
    assert choice.withheld["waits for the cycle"] == 2
