"""Heads on an analyzer, and the challenge that a new one has to win."""

from __future__ import annotations

from base64 import b64encode

import pytest

from flywheel.checks import check_analyzer
from flywheel.domain.reading import Texts
from flywheel.understand.challenge import compared, part_of
from flywheel.understand.fast import FastAnalyzer
from flywheel.understand.head import chances, trained
from flywheel.understand.headed import Headed

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


def test_it_is_an_analyzer_like_any_other(headed: Headed) -> None:
    check_analyzer(headed)


def test_a_challenger_must_be_better_by_enough_and_surely() -> None:
    truth = ["a", "b"] * 100
    good, bad = truth, ["a"] * 200
    assert compared(truth, good, bad).won
    assert not compared(truth, bad, good).won
    assert not compared(truth, good, good).won
    assert not compared(truth, [*truth[:-2], "b", "a"], [*truth[:-4], "b", "a", "b", "a"]).won  # a point better
    assert not compared(["a", "b"] * 4, ["a", "b"] * 4, ["a", "b", "a", "b", "a", "b", "b", "b"]).won  # on eight texts


def test_a_text_is_held_out_for_ever_or_never() -> None:
    parts = [part_of(f"{k:08x}ffff") for k in range(1000)]
    assert {parts.count(part) for part in range(5)} == {200}
