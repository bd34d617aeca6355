"""A reading depends on its own text alone: not on its neighbours, not on the order, not on what was read before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flywheel.domain.reading import Readings, Texts, TopicRule
from flywheel.understand import vocabulary as words_met
from flywheel.understand.clauses import _clause, clauses
from flywheel.understand.fast import FastAnalyzer
from flywheel.understand.lexicon import Lexicon, load_lexicon
from flywheel.understand.rules import load_rules
from flywheel.understand.tokens import own_words
from flywheel.understand.topics import Found, finder
from flywheel.understand.vocabulary import Vocabulary, vocabulary

TAXONOMY = (
    TopicRule(topic="delay", words={"en": ("late", "delay*", "on time"), "pl": ("opóźni*",)}),
    TopicRule(topic="staff", words={"en": ("customer service", "crew", "-5", "!"), "pl": ("obsług*",)}),
)

_FRAGMENTS = (
    "late", "delayed", "customer", "service", "customer service", "crew", "but", "but ", ", but", ", yet ", "!", "?!",
    ".", ";", ";)", "\n", " ", "  ", "\0", "\ud800", "\u2028", "\x1f", "İ", "ß", "Σ", "not", "can't", "can\u2019t",
    "good", "TERRIBLE", "sooo", "😡", "my flight leaves in", "an hour", "on hold for", "2 hours", "yesterday",
    "I will cancel", "'", "_", "-5", "a" * 50, "\u0301", "&amp;", "@you", "RT @a: ", "https://x.y", "nie", "obsługa",
    "opóźniony", "polecam", "¿", "The crew was lovely and very helpful today. ",
    "Der Zug war furchtbar verspätet und voll. ",
)  # fmt: skip

texts = st.lists(st.sampled_from(_FRAGMENTS) | st.text(max_size=3), max_size=14).map("".join) | st.lists(
    st.sampled_from(_FRAGMENTS), max_size=14
).map(" ".join)


def read(batch: list[str], language: str | None = "en") -> Readings:
    n = len(batch)
    return FastAnalyzer().read(Texts(batch, [language] * n, [None] * n, ["b"] * n), TAXONOMY)


def told(readings: Readings) -> list[tuple[object, ...]]:
    """Return all that is said of each text, so that readings can be compared text by text."""
    mentions: list[list[object]] = [[] for _ in readings.status]
    said = readings.mentions
    for row, *rest in zip(said.row, said.topic, said.touchpoint, said.sentiment, said.evidence, strict=True):
        mentions[row].append(tuple(rest))
    numbers = np.nan_to_num(np.stack((readings.sentiment, readings.confidence)), nan=-9.0).T.tolist()
    columns = (readings.status, readings.language, readings.label, readings.intent, readings.urgency,
               readings.urgency_reason, readings.effort, readings.emotions, numbers, mentions)  # fmt: skip
    return list(zip(*columns, strict=True))


@settings(max_examples=150, deadline=None)
@given(st.lists(texts, max_size=9), st.sampled_from(["en", "pl", "de", None]))
def test_neither_neighbours_nor_order_change_a_reading(batch: list[str], language: str | None) -> None:
    whole = told(read(batch, language))

    assert whole == [told(read([text], language))[0] for text in batch]
    assert whole[::-1] == told(read(batch[::-1], language))
    assert all(said[0] != "unscored" for said in whole)


def test_nothing_is_found_across_the_border_of_two_texts() -> None:
    whole = "My flight leaves in | an hour, help | customer | service was | late, b | ut good crew | not | good ! | ?"
    batch = [*whole.split(" | "), "late\0", "\0late"]
    readings = read(batch)

    assert told(readings) == [told(read([text]))[0] for text in batch]
    assert set(readings.urgency) <= {"none", None}
    assert "customer service" not in readings.mentions.evidence


def test_a_million_empty_texts_are_no_text() -> None:
    readings = read([""] * 1_000_000, None)

    assert len(readings) == 1_000_000
    assert set(readings.status) == {"no text"}
    assert readings.mentions.row == []


def test_texts_are_taken_by_handfuls_whose_size_no_batch_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = ["The crew was late, but kind. ", "awful!", "", "My flight leaves in an hour?"] * 5
    whole = told(read(batch))
    monkeypatch.setattr("flywheel.understand.fast._TEXTS", 3)
    assert told(read(batch)) == whole
    monkeypatch.setattr("flywheel.understand.fast._CHARACTERS", 30)
    assert told(read(batch)) == whole


def test_what_was_met_is_forgotten_in_time_and_readings_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    batch = [f"Booking {number} was late and the crew awful{'!' * (number % 3)}" for number in range(300)]
    whole = told(read(batch))
    monkeypatch.setattr(words_met, "_MOST", 20)
    monkeypatch.setattr("flywheel.understand.fast._TEXTS", 7)

    assert told(read(batch)) == whole
    chunks = vocabulary("en").chunked(["one more"])
    assert len(chunks.known._chunks) <= 40


def test_threads_that_read_at_the_same_time_read_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    batches = [[f"{who} {number} late, the crew was awful! My bag {number * who}" for number in range(60)]
               for who in range(24)]  # fmt: skip
    alone = [told(read(batch)) for batch in batches]
    monkeypatch.setattr(words_met, "_MOST", 300)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda batch: told(read(batch)), batches)) == alone


def test_a_word_that_cannot_be_learnt_leaves_nothing_half_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    words, look_up = Vocabulary(load_lexicon("en"), None), Lexicon.word

    def stumble(self: Lexicon, token: str) -> object:
        if token == "stumble":
            raise RuntimeError
        return look_up(self, token)

    expected = words.chunked(["a good crew"]).words().valence.tolist()
    monkeypatch.setattr(Lexicon, "word", stumble)
    with pytest.raises(RuntimeError):
        words.chunked(["new words that stumble here"])
    assert words.chunked(["a good crew"]).words().valence.tolist() == expected
    assert len(words.chunked(["new words here"]).words().row) == 3


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "it", "nl", "pl", "pt"])
def test_no_pattern_that_occurs_is_screened_out(language: str) -> None:
    rules = load_rules(language)
    assert rules is not None
    said = [_said(phrase.pattern, turn) for phrase in rules._say for turn in range(4)]
    said += [f"{first}. {second}" for first, second in pairwise(said)]
    chunks = vocabulary(language).chunked(said)
    possible = dict(rules.screen.candidates(len(said), *chunks.pieces()))
    occurring = {
        (row, number) for row, text in enumerate(said) for number, phrase in enumerate(rules._say) if phrase.find(text)
    }

    assert len(occurring) > len(rules._say) * 4
    assert all(number in possible.get(row, ()) for row, number in occurring)


@settings(max_examples=200, deadline=None)
@given(st.lists(texts, min_size=1, max_size=5))
def test_clauses_of_a_batch_are_those_of_each_text(batch: list[str]) -> None:
    own = list(map(own_words, batch))
    found = finder(TAXONOMY, "en").find(own)

    assert clauses(own, found) == [
        _clause(own[row], start, end) for row, start, end in zip(found.row, found.start, found.end, strict=True)
    ]


def test_a_clause_without_an_end_is_cut_on_both_sides() -> None:
    own = ["x " * 300 + "late" + " y" * 300, "late" + "!" * 900]
    parts = clauses(own, Found([0, 1], ["delay"] * 2, [None] * 2, [600, 0], [604, 4]))

    assert [len(part) for part in parts] == [804, 404]


def _said(pattern: str, turn: int) -> str:
    """Return words that the pattern stands for; with another turn, others of them."""
    words = []
    for piece in pattern.split():
        choice = piece.removesuffix("?").split("|")
        word = "so very" if piece == "..." else choice[turn % len(choice)]
        words.append("3" if word == "#" else word.replace("*", "s" * (turn % 2)))
    return " ".join(words)
