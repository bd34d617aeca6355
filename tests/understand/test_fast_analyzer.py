"""What the fast tier says about single texts, and what it refuses to say."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from pydantic import ValidationError
from short_texts import read

from flywheel.understand.fast import FastAnalyzer


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The crew was wonderful, thank you!", "positive"),
        ("not good at all", "negative"),
        ("Thanks for nothing.", "negative"),
        ("no problems, can't fault them", "positive"),
        ("worst. service. EVER!!!", "negative"),
        ("sooooo happy with this", "positive"),
        ("#TerribleService again", "negative"),
        ("nie polecam nikomu", "negative"),
        ("Bardzo miła obsługa, polecam!", "positive"),
        ("wszystko było nie tak, tragedia", "negative"),
        ("😡😡", "negative"),
        ("❤️❤️", "positive"),
        ("Oh great, another delay #sarcasm", "negative"),
        ("Das Personal war sehr freundlich, vielen Dank!", "positive"),
        ("Schon wieder verspätet und niemand ist erreichbar.", "negative"),
        ("L'accueil était parfait, je recommande vivement.", "positive"),
        ("Service nul, personne ne répond, plus jamais !", "negative"),
        ("Una atención pésima, no lo recomiendo", "negative"),
        ("Todo perfecto, muchas gracias", "positive"),
        ("Il servizio fa schifo, mai più", "negative"),
        ("Personale gentilissimo, ottimo servizio", "positive"),
        ("Produto chegou antes do prazo, adorei!", "positive"),
        ("Não recomendo, ainda não recebi o produto", "negative"),
        ("Heel vriendelijk geholpen, een aanrader", "positive"),
        ("Werkt niet en niemand neemt op, waardeloos", "negative"),
    ],
)
def test_what_is_said_plainly_is_read_plainly(text: str, label: str) -> None:
    assert read([text]).label == [label]


def test_sentiment_lies_between_its_label_and_the_opposite() -> None:
    readings = read(["awful", "the flight is at nine", "excellent"])

    assert readings.sentiment[0] < -0.3 < readings.sentiment[1] < readings.sentiment[2]
    assert np.all((readings.confidence > 1 / 3 - 1e-9) & (readings.confidence <= 1))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("このアプリは本当に最悪です。返金してください。", "ja"),
        ("Palvelu oli erittäin huonoa ja lento myöhästyi kolme tuntia.", "fi"),
        ("الخدمة سيئة جدا ولن أعود مرة أخرى", "ar"),
        ("Сервис ужасный, больше никогда не приду", "ru"),
        ("Flyet var tre timer forsinket og ingen ville hjelpe oss.", "no"),
    ],
)
@pytest.mark.parametrize("declared", [None, "en"])
def test_a_language_without_words_is_unsupported_and_never_neutral(
    text: str, language: str, declared: str | None
) -> None:
    readings = read([text], declared)

    assert readings.status == ["unsupported"]
    assert readings.language == [language]
    assert (readings.label, readings.intent, readings.urgency) == ([None], [None], [None])
    assert np.isnan(readings.sentiment).all()
    assert np.isnan(readings.confidence).all()
    assert readings.mentions.row == []


def test_the_declared_language_wins_where_it_is_possible() -> None:
    assert read(["super"], "pl").language == ["pl"]
    assert read(["super, thanks a lot"], "en-GB").language == ["en"]
    assert read(["Ich warte seit drei Stunden auf eine Antwort von Ihnen."], "en").language == ["de"]


def test_a_text_in_two_languages_is_mixed_and_each_part_is_read_in_its_own() -> None:
    text = "The crew was lovely and very helpful today. Ale bagaż był opóźniony o trzy godziny, utknęliśmy na lotnisku!"
    readings = read([text, "The crew was lovely. Merci!"])

    assert readings.language == ["mixed", "en"]
    assert readings.urgency == ["high", "none"]
    assert readings.mentions.topic == ["delay", "baggage", "staff", "staff"]
    sentiment = dict(zip(readings.mentions.topic[:3], readings.mentions.sentiment[:3], strict=True))
    assert cast("float", sentiment["staff"]) > 0 > cast("float", sentiment["delay"])


@pytest.mark.parametrize(
    ("own", "added"),
    [
        ("Vielen Dank, alles bestens!", "Am 3. Mai 2026 um 10:12 schrieb Service:\nIhr Zug war furchtbar verspätet."),
        ("Merci, tout était parfait !", "Le 3 mai 2026 à 10:12, Service a écrit :\nservice nul, plus jamais"),
        ("¡Todo perfecto, gracias!", "-----Mensaje original-----\nUn servicio horrible"),
        ("Tutto perfetto, grazie!", "Inviato da iPhone"),
        ("Thank you, lovely crew!", "This e-mail is confidential. Misuse is a terrible crime."),
    ],
)
def test_what_others_wrote_and_what_programs_add_is_not_read(own: str, added: str) -> None:
    alone, together = read([own]), read([f"{own}\n\n{added}"])

    assert alone.label == together.label == ["positive"]
    assert alone.confidence[0] == pytest.approx(together.confidence[0], abs=0.1)


def test_without_a_letter_or_a_sign_there_is_no_text() -> None:
    readings = read(["", "   \n\t", "...", "12345", "\0\0", "@handle", "https://example.org/x"])

    assert set(readings.status) == {"no text"}
    assert set(readings.label) == {None}


def test_topics_are_whole_words_with_their_evidence() -> None:
    readings = read(["The CREW was lovely. My lost bag was delayed!", "A baggy jumper, translated later"])
    found = list(zip(readings.mentions.topic, readings.mentions.evidence, readings.mentions.row, strict=True))

    assert found == [("delay", "delayed", 0), ("staff", "CREW", 0), ("baggage", "lost bag", 0)]


def test_a_mention_is_judged_by_its_own_clause_and_has_a_touchpoint() -> None:
    mentions = read(["The crew was lovely and kind. My bag was lost and nobody cared, horrible."]).mentions
    sentiment = dict(zip(mentions.topic, mentions.sentiment, strict=True))

    assert cast("float", sentiment["staff"]) > 0.3 > -0.3 > cast("float", sentiment["baggage"])
    assert mentions.touchpoint == ["app", "app"]
    assert read(["late again"]).mentions.touchpoint == ["journey"]


def test_the_words_a_topic_rests_on_stand_in_the_text(data_dir: Path) -> None:
    with (data_dir / "01_multibrand_feedback" / "us_airline_tweets.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)][:3000]
    mentions = read(texts).mentions

    assert len(mentions.row) > 500
    assert all(words in texts[row] for row, words in zip(mentions.row, mentions.evidence, strict=True))
    assert len(set(zip(mentions.row, mentions.topic, strict=True))) == len(mentions.row)


def test_what_others_wrote_is_not_the_authors_opinion() -> None:
    texts = [
        "Lovely, thank you!\n> this is the worst and most horrible service",
        "Great work! RT @someone: the worst, most horrible service",
        "Thanks, all good now.\n-----Original Message-----\nhorrible, terrible, awful",
    ]

    assert read(texts).label == ["positive"] * 3


def test_readings_do_not_depend_on_how_texts_are_batched(data_dir: Path) -> None:
    with (data_dir / "01_multibrand_feedback" / "us_airline_tweets.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)][:700]
    whole = read(texts)
    for size in (1, 37, 333):
        parts = [read(texts[start : start + size]) for start in range(0, len(texts), size)]
        assert [label for part in parts for label in part.label] == whole.label
        assert [intent for part in parts for intent in part.intent] == whole.intent
        assert [words for part in parts for words in part.mentions.evidence] == whole.mentions.evidence
        np.testing.assert_array_equal(np.concatenate([part.sentiment for part in parts]), whole.sentiment)


def test_naughty_strings_are_read_or_marked(data_dir: Path) -> None:
    texts = json.loads((data_dir / "11_nasty_input" / "blns.json").read_text("utf-8"))
    readings = read(texts)

    assert len(readings) == len(texts) > 400
    assert "unscored" not in readings.status
    assert all(
        (label is not None) == (state == "read") for label, state in zip(readings.label, readings.status, strict=True)
    )


def test_no_text_is_slow_or_breaks_the_batch() -> None:
    texts = [
        "a" * 65_536, "A" * 100_000, "a" + "\u0301" * 10_000, "\u05b0\u0591" * 5_000, "\ud800 help \udfff", "good\0bad",
        "\u202e terrible \u202d", "&#" + "9" * 60_000 + ";", "> " * 30_000, "RT @a: " * 9_000, '"@a:' * 15_000,
        "call " * 13_000, "waited " * 9_000, "!" * 65_000, "'a" * 32_000, "-" * 65_000, "On " * 20_000, "😡" * 65_000,
        "I waited 1 " * 6_000, "İ" * 5_000 + " late", "İstanbul bag late",
    ]  # fmt: skip
    readings = read(texts)

    assert "unscored" not in readings.status
    assert len(readings) == len(texts)
    assert readings.mentions.evidence[-2:] == ["late", "bag"]


def test_a_text_that_raises_is_unscored_and_stops_no_other() -> None:
    readings = read(["lovely", cast("str", None), "awful", "late"])

    assert readings.status == ["read", "unscored", "read", "read"]
    assert readings.label[::2] == ["positive", "negative"]
    assert readings.mentions.row == [3]


def test_what_reading_raised_is_told_by_its_kind_and_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    read(["lovely", cast("str", None), cast("str", None)])

    assert [record.getMessage() for record in caplog.records] == [
        "2 texts are left unscored: reading them raised TypeError."
    ]


def test_an_unsure_text_can_be_left_to_a_deeper_tier() -> None:
    readings = read(["the flight is late", "absolutely terrible, worst ever"], abstain_below=0.75)

    assert readings.status == ["unscored", "read"]
    assert readings.label == [None, "negative"]
    assert readings.mentions.row == []


def test_an_empty_batch_has_no_readings() -> None:
    assert len(read([])) == 0


def test_a_language_without_a_word_list_is_refused_as_a_setting() -> None:
    with pytest.raises(ValidationError, match="no word list for 'ja'"):
        FastAnalyzer(languages=("en", "ja"))


def test_the_model_is_named_with_the_fingerprint_of_its_data_and_settings() -> None:
    names = {FastAnalyzer().model_name, FastAnalyzer(abstain_below=0.5).model_name}

    assert len(names) == 2
    assert read(["x"]).model == FastAnalyzer().model_name
    assert FastAnalyzer().model_name.startswith("fast-1.")
