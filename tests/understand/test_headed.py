"""Heads on an analyzer, and the challenge that a new one has to win."""

from __future__ import annotations

from base64 import b64encode

import pytest

from flywheel.checks import check_analyzer
from flywheel.domain.reading import Texts, TopicRule
from flywheel.understand import several
from flywheel.understand.answers import flags
from flywheel.understand.challenge import compared, part_of
from flywheel.understand.fast import FastAnalyzer
from flywheel.understand.head import chances, trained
from flywheel.understand.headed import Headed, with_head

OWN = {"negative": ("the blorp was fizzy", "fizzy again"), "positive": ("the blorp was glum", "glum at last")}


def texts(*said: str) -> Texts:
    return Texts(list(said), [None] * len(said), [None] * len(said), [""] * len(said))


@pytest.fixture(scope="module")
def headed() -> Headed:
    pairs = [(f"{text} {k} {word}", label) for label, said in OWN.items() for text in said for k in range(8)
             for word in ("today", "on Monday")]  # fmt: skip
    said, labels = [text for text, _ in pairs], [label for _, label in pairs]
    beneath = FastAnalyzer()
    head = trained(said, labels, chances(beneath.read(texts(*said), ())))
    intents = trained([f"{text} {k}" for text in ("fizzy", "glum") for k in range(12)],
                      [one for one in ("complaint", "praise") for _ in range(12)])  # fmt: skip
    packed = {"sentiment": head.packed(), "intent": intents.packed()}
    return Headed(beneath=beneath, heads={field: b64encode(one).decode() for field, one in packed.items()})


def test_what_a_head_was_taught_stands_in_place_of_what_was_read_beneath(headed: Headed) -> None:
    said = texts("I think the blorp was very fizzy today", "I think the blorp was very glum today")
    readings = headed.read(said, ())
    assert readings.label == ["negative", "positive"]
    assert readings.intent == ["complaint", "praise"]
    assert readings.sentiment[0] < 0 < readings.sentiment[1]
    assert readings.language == headed.beneath.read(said, ()).language


def test_what_cannot_be_read_stays_so_and_the_name_tells_of_each_head(headed: Headed) -> None:
    readings = headed.read(texts("これは日本語の文章です", ""), ())
    assert readings.status == ["unsupported", "no text"]
    assert readings.label == [None, None]
    assert readings.model == headed.model_name
    assert headed.model_name.startswith(headed.beneath.model_name + "+intent:head-1.")
    alone = Headed(beneath=headed.beneath, heads={"sentiment": headed.heads["sentiment"]})
    assert alone.model_name != headed.model_name


SEAT = TopicRule(topic="seat", touchpoint="on board", words={"en": ("legroom", "chair")})
DELAY = TopicRule(topic="delay", words={"en": ("late",)})
RULES = (DELAY, SEAT)


@pytest.fixture(scope="module")
def taught() -> Headed:
    """Taught that what is fizzy is about a seat and makes angry, and a chair is no seat; nothing of delays and joy."""
    about = {"the blorp was fizzy": 1, "the blorp and a new chair is glum": 0, "how lovely, thank you": 0}
    pairs = [(f"{text} {day} {k}", n) for text, n in about.items() for k in range(8) for day in ("today", "on Monday")]
    said, truth = [text for text, _ in pairs], flags([("it",) * n for _, n in pairs], ("it",))
    chairs = flags([("it",) if "chair" in text else () for text in said], ("it",))
    topics = several.trained(said, ("seat",), truth, chairs)
    emotions = several.trained(said, ("anger",), truth, truth & False)
    return with_head(with_head(FastAnalyzer(), "topic", topics.packed()), "emotion", emotions.packed())


def test_a_topic_that_was_taught_has_its_touchpoint_and_rests_on_words_of_the_text(taught: Headed) -> None:
    said = texts("Awful: the blorp was very fizzy, and late", "a glum chair and no legroom", "a glum chair, and late")
    before, after = (one.read(said, RULES).mentions for one in (taught.beneath, taught))
    assert list(zip(before.row, before.topic, strict=True)) == [(0, "delay"), (1, "seat"), (2, "delay"), (2, "seat")]
    found = list(zip(after.row, after.topic, after.touchpoint, after.evidence, strict=True))
    assert found == [(0, "delay", None, "late"), (0, "seat", "on board", "fizzy"), (2, "delay", None, "late")]
    assert after.sentiment[1] == taught.read(said, RULES).sentiment[0]


def test_a_topic_that_the_taxonomy_does_not_list_is_never_said(taught: Headed) -> None:
    assert taught.read(texts("the blorp was very fizzy, and late"), (DELAY,)).mentions.topic == ["delay"]
    assert taught.read(texts("the blorp was very fizzy"), ()).mentions.topic == []


def test_an_emotion_that_was_never_taught_stays_as_it_was_read(taught: Headed) -> None:
    said = texts("What joy, how lovely, thank you!", "the blorp was fizzy, what joy, how lovely", "これは日本語です")
    assert [one and set(one) for one in taught.read(said, ()).emotions] == [{"joy"}, {"anger", "joy"}, None]
    check_analyzer(taught)


class Thrifty(FastAnalyzer):
    """Reads like the fast tier, and knows whose budget it spends."""

    cycle: str = ""

    def for_cycle(self, cycle_id: str) -> Thrifty:
        return self.model_copy(update={"cycle": cycle_id})


def test_what_is_beneath_still_spends_the_budget_of_its_cycle(headed: Headed) -> None:
    spends = Headed(beneath=Thrifty(), heads=headed.heads).for_cycle("c1").beneath
    assert isinstance(spends, Thrifty)
    assert spends.cycle == "c1"


def test_it_is_an_analyzer_like_any_other(headed: Headed) -> None:
    check_analyzer(headed)


def each(letters: str) -> list[tuple[str, ...]]:
    return [() if letter == "-" else (letter,) for letter in letters]


def test_a_challenger_must_be_better_by_enough_and_surely() -> None:
    truth = each("ab" * 100)
    good, bad = truth, each("a" * 200)
    assert compared(truth, good, bad).won
    assert not compared(truth, bad, good).won
    assert not compared(truth, good, good).won
    assert not compared(truth, [*truth[:-2], *each("ba")], [*truth[:-4], *each("baba")]).won  # a point better
    assert not compared(each("ab" * 4), each("ab" * 4), each("abababbb")).won  # on eight texts


def test_macro_f1_is_over_the_values_that_people_gave_and_a_text_may_have_several() -> None:
    truth = [("a", "b"), ("a",), (), ("b",)] * 50
    found = compared(truth, truth, [("a", "c"), ("a",), ("a",), None] * 50)
    assert (found.own, found.other, found.n) == (1.0, pytest.approx((2 * 2 / (3 + 2) + 0) / 2), 200)
    assert found.won
    assert not compared([(), ()], [(), ()], [("a",), ()]).won  # nobody gave a value


def test_a_text_is_held_out_for_ever_or_never() -> None:
    parts = [part_of(f"{k:08x}ffff") for k in range(1000)]
    assert {parts.count(part) for part in range(5)} == {200}
