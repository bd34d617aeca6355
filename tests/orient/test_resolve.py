"""What OODA changes: causes by their weight, one owner each, and settings that name what moved them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from flywheel.domain.finding import Finding
from flywheel.domain.initiative import Expectation, Initiative, Setting
from flywheel.domain.loop import LoopRules
from flywheel.domain.outcome import Lift
from flywheel.domain.play import Play
from flywheel.domain.standing import Standing
from flywheel.domain.summary import GroupCount
from flywheel.orient.causes import Cause, Sign, TopicMap, behind_signs, causes, finding_signs
from flywheel.orient.expect import NO_PAST, PlayLift, expectation
from flywheel.orient.resolve import Register, Turn, ask_setting, focus_setting, new_initiatives, play_settings
from flywheel.orient.topic_moves import TOPIC, Heard, topic_moves, unnoticed

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TURN = Turn(cycle_id="ooda1", now=NOW)
RULES = LoopRules()
MAP = TopicMap(
    touchpoints={"delay": "punctuality", "app": "app", "crew": "on board", "wifi": "on board"},
    moments_of_truth=frozenset({"punctuality"}),
)
NOTHING_YET = Register(initiatives=(), lifts=(), costs={}, voices={})


def topic(name: str, n_negative: int, n_read: int) -> GroupCount:
    return GroupCount(name=name, n=n_read + 1, n_read=n_read, n_negative=n_negative, n_positive=n_read - n_negative)


def heard(*topics: GroupCount, brand: str = "Own", n_read: int = 300) -> Heard:
    return Heard(brand=brand, voice="customer", n_read=n_read, topics=topics)


def found(*topics: GroupCount, signs: tuple[Sign, ...] = ()) -> list[Cause]:
    return causes([heard(*topics)], signs, MAP, RULES)


def initiative(topic: str, **values: Any) -> Initiative:
    given = {
        "id": f"i-{topic}", "cycle_id": "before", "voice": "customer", "topic": topic, "touchpoint": "", "cause": topic,
        "owner": "o", "evidence_count": 1, "evidence": (), "opened_at": NOW, "due": NOW + timedelta(days=9), "score": 1,
        "expected": Expectation(words=NO_PAST), "doubt": "",
    }  # fmt: skip
    return Initiative.model_validate(given | values)


def lift(verdict: str, play: str = "guide", **values: Any) -> Lift:
    given = {
        "id": f"l-{play}-{verdict}", "cycle_id": "c", "play": play, "variant": "a", "segment": "all",
        "metric": "returned", "n_treated": 90, "n_control": 90, "treated": 0.2, "control": 0.3, "effect": -0.1,
        "low": -0.2, "high": -0.01, "anytime_low": -0.22, "anytime_high": -0.01, "verdict": verdict, "reason": "r",
    }  # fmt: skip
    return Lift.model_validate(given | values)


def finding(kind: str, **values: Any) -> Finding:
    given = {
        "id": f"f-{kind}", "cycle_id": "c", "kind": kind, "voice": "customer", "brand": "Own", "subject": "wifi",
        "basis": "text", "unit": "share", "value": 1.0, "statement": f"{kind} it is.",
    }  # fmt: skip
    return Finding.model_validate(given | values)


def standing(verdict: str) -> Standing:
    return Standing.model_validate({
        "id": "s1", "cycle_id": "c", "voice": "customer", "measure": "m", "basis": "text", "brand": "Own",
        "peer": "Peer", "own": 0.6, "theirs": 0.3, "gap": 0.3, "low": 0.2, "high": 0.4, "n_own": 300, "n_peer": 300,
        "as_of": NOW, "verdict": verdict, "reason": "r",
    })  # fmt: skip


def test_the_weightiest_cause_makes_most_people_unhappy_and_few_unhappy_people_are_no_cause_yet() -> None:
    told = found(topic("crew", 30, 90), topic("wifi", 9, 10), topic("delay", 20, 30), topic("app", 24, 40))
    assert [(one.topic, one.score) for one in told] == [("delay", 25.0), ("app", 24.0)]  # a moment of truth: a quarter
    assert told[1].share_low < 0.6 < told[1].share_high
    assert found(topic("delay", 9, 9)) == []


def test_a_finding_makes_a_cause_of_what_most_are_happy_with() -> None:
    rising = Sign(kind="rising", voice="customer", topic="crew", words="crew rises", id="w1")
    [one] = found(topic("crew", 30, 90), signs=(rising, rising))
    assert (one.topic, one.score, one.evidence) == ("crew", 45.0, ("w1",))


def test_what_puts_us_behind_is_what_more_of_our_texts_complain_of_beyond_chance() -> None:
    ours = heard(topic("delay", 120, 140), topic("crew", 20, 60), topic("wifi", 16, 20))
    theirs = heard(topic("delay", 30, 90), topic("crew", 18, 60), topic("wifi", 10, 20), brand="Peer")
    [sign] = behind_signs([ours], [theirs], [standing("behind")])
    assert (sign.topic, sign.kind, sign.id) == ("delay", "behind", "s1")
    assert "behind Peer: 40% of our texts complain of it, 10% of theirs" in sign.words
    for verdict in ("ahead", "level", "cannot tell"):
        assert behind_signs([ours], [theirs], [standing(verdict)]) == []


def test_findings_speak_of_topics_and_a_touchpoint_of_all_that_belong_to_it() -> None:
    told = [
        finding("warning", verdict="sure"), finding("warning", id="perhaps", verdict="perhaps"),
        finding("cx gap", subject="on board", verdict="more"), finding("cx gap", id="kept", verdict="less"),
        finding("move", brand="Peer", subject="app", part=TOPIC, verdict="less"),
        finding("move", id="ours", part=TOPIC, verdict="less"), finding("elsewhere", part="Peer", verdict="less"),
    ]  # fmt: skip
    signs = finding_signs(told, "Own", MAP)
    assert [(one.kind, one.topic) for one in signs] == [
        ("rising", "wifi"), ("disappoints", "crew"), ("disappoints", "wifi"), ("rival", "app"), ("behind", "wifi"),
    ]  # fmt: skip


def test_a_rivals_move_is_what_surely_changed_among_all_that_could_have() -> None:
    before = [heard(topic("app", 30, 40), topic("crew", 10, 40), topic("wifi", 9, 9), brand="Peer")]
    now = [heard(topic("app", 10, 40), topic("crew", 16, 40), topic("wifi", 0, 9), brand="Peer")]
    [move] = topic_moves(now, before, floor=10, cycle_id="c")
    assert (move.brand, move.subject, move.part, move.verdict) == ("Peer", "app", "topic", "less")
    assert (move.value, move.before) == (-0.5, 0.75)
    assert move.statement.startswith("Peer: 25% of 40 customers' mentions of app are unhappy, 75% of 40 before")
    assert topic_moves(now, [], floor=10, cycle_id="c") == []


def test_a_move_of_the_size_that_is_said_to_be_noticed_is_noticed_four_times_in_five() -> None:
    before = [heard(topic("app", 400, 1_000), topic("crew", 10, 40), brand="Peer")]
    calm = [heard(topic("app", 410, 1_000), topic("crew", 9, 40), brand="Peer")]
    [told] = unnoticed(calm, before, floor=10, cycle_id="c")
    assert (told.subject, told.part, told.verdict) == ("app", "unnoticed", "")
    assert told.value == pytest.approx((2.2414 + 0.8416) * (0.405 * 0.595 / 500) ** 0.5, abs=1e-3)
    assert told.statement.endswith("to be noticed four times in five: 7 (app), 30 (crew).")
    dice, seen = np.random.default_rng(3), 0
    for low, high in zip(dice.binomial(1_000, 0.4, 400), dice.binomial(1_000, 0.4 + told.value, 400), strict=True):
        then, now = (heard(topic("app", int(one), 1_000), topic("crew", 10, 40), brand="Peer") for one in (low, high))
        seen += any(one.subject == "app" for one in topic_moves([now], [then], floor=10, cycle_id="c"))
    assert 0.74 <= seen / 400 <= 0.9  # Holm notices a little more than Bonferroni
    assert unnoticed(calm, [], floor=10, cycle_id="c") == []


def test_a_cause_gets_its_owner_its_due_date_and_what_would_change_our_mind() -> None:
    told = found(topic("delay", 20, 30))
    known = NOTHING_YET.model_copy(update={"costs": {"punctuality": 9_000.0}, "voices": {"delay": ("q1", "q2")}})
    [one] = new_initiatives(told, known, lambda point: f"owner of {point}", TURN, RULES)
    assert (one.owner, one.due, one.cost) == ("owner of punctuality", NOW + timedelta(days=60), 9_000)
    assert one.evidence == ("q1", "q2")
    assert one.expected.words == NO_PAST
    assert "fewer than 10 mentions" in one.doubt
    assert "less than 10%" in one.doubt


def test_attention_is_scarce_and_what_is_worked_on_is_not_opened_again() -> None:
    told = found(*(topic(name, 20, 25) for name in ("delay", "app", "crew", "wifi")))

    def opened(*register: Initiative) -> list[str]:
        known = NOTHING_YET.model_copy(update={"initiatives": register})
        return [one.topic for one in new_initiatives(told, known, str, TURN, RULES)]

    assert opened() == ["delay", "app", "crew"]
    assert opened(initiative("delay"), initiative("crew", status="done")) == ["app", "wifi"]
    assert opened(*(initiative(name) for name in ("a", "b", "c"))) == []
    assert opened(initiative("delay", status="abandoned")) == ["app", "crew", "wifi"]
    assert opened(initiative("delay", status="verified")) == ["app", "crew", "wifi"]
    for ended in ("abandoned", "verified"):
        assert opened(initiative("delay", status=ended, due=NOW - timedelta(days=1)))[0] == "delay"


def test_a_cause_that_comes_back_is_another_initiative_and_names_the_first() -> None:
    told = found(topic("delay", 20, 25))
    [first] = new_initiatives(told, NOTHING_YET, str, TURN, RULES)
    ended = first.model_copy(update={"status": "refuted", "effect": 0.05, "low": -0.02, "high": 0.2})
    [second] = new_initiatives(told, NOTHING_YET.model_copy(update={"initiatives": (ended,)}), str, TURN, RULES)
    assert second.id != first.id
    assert first.id in second.evidence
    assert second.expected.words == "0 of 1 earlier initiatives about delay were verified"


def test_what_to_expect_is_what_earlier_ones_did_on_the_same_topic_before_any_other() -> None:
    def ended(topic: str, effect: float) -> Initiative:
        return initiative(topic, id=f"{topic}{effect}", status="verified", effect=effect, low=-0.9, high=-0.1)

    assert expectation("delay", [initiative("delay")], []).words == NO_PAST
    one = expectation("delay", [ended("app", -0.5), ended("delay", -0.4)], [])
    assert (one.effect, one.low, one.high) == (-0.4, -0.9, -0.1)
    other = expectation("crew", [ended("app", -0.5), ended("delay", -0.5), ended("delay", -0.5)], [])
    assert (other.effect, other.low, other.high) == pytest.approx((-0.5, -0.5, -0.5))
    assert "of any topic" in other.words
    spread = expectation("crew", [ended("app", -0.5), ended("delay", -0.2), ended("delay", -0.3)], [])
    assert spread.low is not None
    assert spread.high is not None
    assert spread.low < -0.5
    assert spread.high > -0.2


def test_plays_about_the_topic_are_part_of_what_is_known() -> None:
    about = PlayLift(lift=lift("works"), addresses=("delay",))
    others = [
        PlayLift(lift=lift("harms", "other"), addresses=("app",)),
        PlayLift(lift=lift("cannot tell", "third"), addresses=("delay",)),
    ]
    told = expectation("delay", [], [about, *others])
    assert told.evidence == ("l-guide-works",)
    assert told.effect is None
    assert "the play guide about it changes 'returned'" in told.words


def test_the_next_cycle_looks_out_for_open_causes_and_for_what_rises() -> None:
    rising = Sign(kind="rising", voice="customer", topic="crew", words="crew rises", id="w1")
    told = found(topic("delay", 20, 25), topic("crew", 15, 60), signs=(rising,))
    going = [initiative("delay", score=25), initiative("app", status="verified"), initiative("pay", voice="employee")]
    setting = focus_setting(told, going, TURN, RULES)
    assert setting is not None
    assert (setting.name, setting.value) == ("focus.topics", ["delay", "crew"])
    assert setting.evidence == ("i-delay", "w1")
    assert setting.expires == NOW + timedelta(days=60)
    assert focus_setting([], [initiative("app", status="verified")], TURN, RULES) is None


PLAY = Play(name="guide", tier="friction", when="sentiment < 0", channel="mail", template="t", metric="returned")


def switched(*lifts: Lift, before: bool | None = None) -> list[tuple[str, object, tuple[str, ...]]]:
    name = "plays.guide.enabled"
    row = Setting(id="x", cycle_id="c", name=name, value=before, reason="", evidence=(), decided_at=NOW, expires=NOW)
    found = play_settings({"guide": lifts}, [PLAY], {} if before is None else {name: row}, TURN, RULES)
    return [(one.name, one.value, one.evidence) for one in found]


def test_a_play_that_harms_or_changes_nothing_goes_off_and_comes_back_when_it_works() -> None:
    off = [("plays.guide.enabled", False, ("l-guide-harms",))]
    assert switched(lift("harms")) == off
    assert switched(lift("no difference"))[0][1] is False
    assert switched(lift("cannot tell")) == switched(lift("works")) == switched() == []
    assert switched(lift("harms"), lift("works", variant="b")) == []  # another variant of it may help
    assert switched(lift("harms", segment="leisure"), lift("works")) == []
    assert switched(lift("harms", metric="opened")) == []
    assert switched(lift("harms"), before=False) == []
    assert switched(lift("works"), before=False) == [("plays.guide.enabled", True, ("l-guide-works",))]
    assert switched(lift("cannot tell"), before=False) == []


def test_who_is_heard_least_is_asked_next() -> None:
    spots = [finding("blind spot", subject="language", part=part, id=part) for part in ("pl", "de", "fr", "it")]
    setting = ask_setting(spots, TURN, RULES)
    assert setting is not None
    assert (setting.name, setting.value) == ("ask.next", [f"customers: language {part}" for part in ("pl", "de", "fr")])
    assert setting.evidence == ("pl", "de", "fr")
    assert ask_setting([], TURN, RULES) is None
