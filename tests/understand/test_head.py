"""The organisation's own head: learns from few labels, keeps no words, gives the same again, and can be fused."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel.domain.reading import Texts
from flywheel.understand.fast import FastAnalyzer
from flywheel.understand.grams import counted
from flywheel.understand.head import Head, apart, chances, trained, unpacked

ABOUT = {
    "refund": ["I want my money back", "please refund the ticket", "when do I get the refund", "give me my money"],
    "seat": ["my seat was broken", "no legroom at this seat", "the seats are too narrow", "a broken seat again"],
    "delay": ["the train was two hours late", "delayed again today", "late for the third time", "another long delay"],
}
ENDINGS = ("", " please", " thanks", " !!", " at Kraków", " 😡", " on Monday", " with my kids")


@pytest.fixture(scope="module")
def labelled() -> tuple[list[str], list[str]]:
    pairs = [(text + end, label) for label, texts in ABOUT.items() for text in texts for end in ENDINGS]
    return [text for text, _ in pairs], [label for _, label in pairs]


@pytest.fixture(scope="module")
def head(labelled: tuple[list[str], list[str]]) -> Head:
    return trained(*labelled)


def test_what_was_learned_is_found_in_words_that_were_not(head: Head) -> None:
    said = head.probabilities(["Refund my money, now", "such a narrow seat", "hours and hours of delay"])
    assert [head.labels[k] for k in said.argmax(axis=1)] == ["refund", "seat", "delay"]
    assert said.sum(axis=1) == pytest.approx(1.0)


def test_it_is_packed_without_a_word_and_the_same_when_unpacked(head: Head, labelled) -> None:
    packed = head.packed()
    again = unpacked(packed)
    assert b"refund the" not in packed
    assert again.packed() == packed
    assert again.name() == head.name()
    assert again.probabilities(labelled[0]).tolist() == head.probabilities(labelled[0]).tolist()


def test_equal_labels_and_seed_give_equal_bytes_and_another_seed_another_head(head: Head, labelled) -> None:
    assert trained(*labelled).packed() == head.packed()
    assert trained(*labelled, seed=2).name() != head.name()


def test_a_text_is_read_alike_whatever_stands_beside_it(head: Head, labelled) -> None:
    texts = labelled[0]
    together = head.probabilities(texts)
    alone = np.concatenate([head.probabilities([text]) for text in texts[:7]])
    assert together[:7].tolist() == alone.tolist()


@pytest.mark.parametrize("odd", ["", "\ud800\0", "\u202e" * 50, "a" * 100_000, "e" + "\u0301" * 10_000, "İ" * 9])
def test_odd_texts_get_a_probability_too(head: Head, odd: str) -> None:
    [said] = head.probabilities([odd])
    assert said.sum() == pytest.approx(1.0)


def test_nothing_to_read_is_read_as_nothing(head: Head) -> None:
    assert head.probabilities([]).shape == (0, 3)


def test_equal_texts_are_never_on_both_sides() -> None:
    texts = ["Same ", "same", "other", "third", "fourth", "fifth"] * 3
    fold = apart(texts, ["a", "a", "b", "b", "a", "b"] * 3, 3, 1)
    for text in {one.strip().casefold() for one in texts}:
        assert len({fold[k] for k, one in enumerate(texts) if one.strip().casefold() == text}) == 1
    assert set(fold.tolist()) == {0, 1, 2}


def test_what_another_model_says_is_used_where_it_is_right(labelled) -> None:
    texts, labels = labelled
    names = sorted(set(labels))
    beside = np.full((len(texts), 3), 0.05)
    beside[np.arange(len(texts)), [names.index(one) for one in labels]] = 0.9
    fused = trained(texts, labels, beside)
    unknown = fused.probabilities(["xyzzy", "xyzzy", "xyzzy"], np.where(np.eye(3) > 0, 0.9, 0.05))
    assert unknown.argmax(axis=1).tolist() == [0, 1, 2]


def test_the_fast_tiers_chances_follow_from_its_readings() -> None:
    texts = ["wonderful, thank you", "terrible, rude, the worst", "the train leaves at nine", "これは日本語です"]
    readings = FastAnalyzer().read(Texts(texts, [None] * 4, [None] * 4, [""] * 4), ())
    said = chances(readings)
    assert said[:3].max(axis=1) == pytest.approx(readings.confidence[:3], abs=1e-3)
    assert (said[:3, 2] - said[:3, 0]) == pytest.approx(readings.sentiment[:3], abs=1e-3)
    assert said[3].tolist() == [1 / 3] * 3


def test_words_are_hashed_alike_wherever_they_stand() -> None:
    words, pairs, _ = counted(["late train", "train late", "a train"])
    of = [set(words.hash[words.row == k].tolist()) for k in range(3)]
    assert len(of[0] & of[1]) == 2  # both words; the pairs of neighbours differ
    assert set(pairs.hash[pairs.row == 0].tolist()) == set(pairs.hash[pairs.row == 1].tolist())
    assert len(of[0] & of[2]) == 1
