"""The organisation's own head for what a text has several of, or none: learned beside another model's answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from flywheel.understand.answers import flags
from flywheel.understand.grounds import grounds
from flywheel.understand.several import SeveralHead, seen, trained, unpacked

SAYS = {
    "refund": ("I want my money back", "please refund the ticket", "give me my money"),
    "seat": ("my seat was broken", "no legroom at this seat", "such narrow seats"),
    "": ("the weather was grey", "my aunt lives in Leeds", "it is Monday today"),
}
NAMES = ("refund", "seat")


def texts_of(*names: str) -> list[str]:
    first, second = (SAYS[name] for name in names)
    return [f"{one}, {other}" for one in first for other in second] + [f"{one} and {other}" for one in first
                                                                      for other in second]  # fmt: skip


LABELLED = [
    (text, tuple(name for name in NAMES if name in both))
    for both in (("refund", "seat"), ("refund", ""), ("", "seat"), ("", ""))
    for text in texts_of(*both)
]
TEXTS, TRUTH = [text for text, _ in LABELLED], flags([names for _, names in LABELLED], NAMES)
NOTHING = np.zeros(TRUTH.shape, np.bool_)


@pytest.fixture(scope="module")
def head() -> SeveralHead:
    return trained(TEXTS, NAMES, TRUTH, NOTHING)


def test_a_text_has_several_values_one_or_none(head: SeveralHead) -> None:
    texts = seen(["refund my money for the broken seat", "what a narrow seat", "it is grey in Leeds"])
    assert head.said(texts, NOTHING[:3]).tolist() == [[True, True], [False, True], [False, False]]


def test_it_is_packed_without_a_word_and_the_same_when_unpacked(head: SeveralHead) -> None:
    packed = head.packed()
    again = unpacked(packed)
    assert b"refund the" not in packed
    assert (again.packed(), again.name()) == (packed, head.name())
    here = seen(TEXTS)
    assert again.probabilities(here, NOTHING).tolist() == head.probabilities(here, NOTHING).tolist()
    with pytest.raises(ValueError, match="train it again"):
        unpacked(packed.replace(b"several-1", b"several-0"))


def test_equal_labels_and_seed_give_equal_bytes(head: SeveralHead) -> None:
    assert trained(TEXTS, NAMES, TRUTH, NOTHING).packed() == head.packed()


def test_a_text_is_read_alike_whatever_stands_beside_it(head: SeveralHead) -> None:
    together = head.probabilities(seen(TEXTS), NOTHING)
    alone = np.concatenate([head.probabilities(seen([text]), NOTHING[:1]) for text in TEXTS[:5]])
    assert together[:5].tolist() == alone.tolist()
    assert head.probabilities(seen([]), NOTHING[:0]).shape == (0, 2)


def test_what_another_model_says_is_used_where_it_is_right() -> None:
    fused = trained(TEXTS, NAMES, TRUTH, TRUTH)
    alone = np.array([[True, False], [False, True], [False, False]])
    assert fused.said(seen(["xyzzy"] * 3), alone).tolist() == alone.tolist()


def test_the_words_are_those_of_the_text_that_speak_most_for_the_value(head: SeveralHead) -> None:
    texts = ["On Monday, my SEAT in İstanbul", "Refund me!", "by us, and we have", "", "ĦẞŁ \U0001f621 42"]
    found = grounds(head, texts, ["en"] * len(texts), np.array([1, 0, 1, 0, 0]))
    assert found == ["my SEAT", "Refund", None, None, None]


def test_words_that_speak_against_a_value_are_no_ground_for_it(head: SeveralHead) -> None:
    against = replace(head, weights=-np.abs(head.weights))
    assert grounds(against, ["my seat was broken"], ["en"], np.array([1])) == [None]
