"""Promises and expectations, and what a company's reply shows."""

from __future__ import annotations

import pytest

from flywheel.domain.reading import Readings, Texts
from flywheel.understand.fast import FastAnalyzer
from flywheel.understand.sayings import answer

ANALYZER = FastAnalyzer()


@pytest.mark.parametrize(
    ("language", "text", "outcome"),
    [
        ("en", "You promised a call within a day but nobody called.", "broken"),
        ("en", "I was told it would arrive on Monday, still nothing", "broken"),
        ("en", "I expected better from a bank of this size.", "unmet"),
        ("en", "Delivered exactly as promised, thank you", "kept"),
        ("en", "The stay exceeded all our expectations", "exceeded"),
        ("pl", "Obiecaliście zwrot w tydzień, ale nic nie dostałem", "broken"),
        ("pl", "Spodziewałem się czegoś lepszego", "unmet"),
        ("pl", "Byliśmy miło zaskoczeni", "exceeded"),
        ("de", "Mir wurde ein Rückruf versprochen, aber niemand meldet sich nicht mal", "broken"),
        ("de", "Unsere Erwartungen wurden übertroffen", "exceeded"),
        ("fr", "On m'a promis un remboursement mais toujours rien", "broken"),
        ("fr", "Pas à la hauteur", "unmet"),
        ("es", "Me prometieron una respuesta pero nunca llegó", "broken"),
        ("es", "Superó mis expectativas", "exceeded"),
        ("it", "Avevano promesso il rimborso ma non è arrivato", "broken"),
        ("it", "Mi aspettavo di meglio", "unmet"),
        ("pt", "Prometeram entregar ontem mas não chegou", "broken"),
        ("pt", "Chegou antes do prazo", "exceeded"),
        ("nl", "Er was een monteur beloofd maar niemand kwam, dus niet", "broken"),
        ("nl", "Onze verwachtingen zijn overtroffen", "exceeded"),
    ],
)
def test_what_became_of_a_promise_is_told_with_its_words(language: str, text: str, outcome: str) -> None:
    found = read(text, language)

    assert found.expectation == [outcome]
    assert str(found.expectation_words[0]) in text.lower()
    assert (found.promised_by[0] is None) == (outcome in ("unmet", "met", "exceeded"))


@pytest.mark.parametrize(
    ("text", "promiser"),
    [
        ("Your agent promised a refund but nothing came.", "staff"),
        ("It was not as advertised.", "advertising"),
        ("The website said it would arrive on Monday but it never did.", "own channel"),
        ("You broke your promise. I saw the website.", "unnamed"),
        ("I expected better from the website.", None),
    ],
)
def test_who_promised_is_looked_for_in_the_sentence_of_the_promise(text: str, promiser: str | None) -> None:
    assert read(text).promised_by == [promiser]


def test_who_is_surely_pleased_tells_of_no_broken_promise() -> None:
    found = read("They promised a lot, still I loved it, wonderful, fantastic, great staff, amazing, thank you!")

    assert (found.label, found.expectation) == (["positive"], [None])


@pytest.mark.parametrize("text", ["The train was blue.", "Terrible, rude staff", "", "no " * 9_000])
def test_where_nothing_was_expected_nothing_is_told(text: str) -> None:
    assert read(text).expectation == [None]


@pytest.mark.parametrize(
    ("language", "good", "hollow"),
    [
        (
            "en",
            "I'm so sorry: I understand how stressful a lost bag is. I've checked and will call you by today.",
            "We apologise for any inconvenience. As per our policy, refunds are not possible.",
        ),
        (
            "pl",
            "Bardzo przepraszam, rozumiem, jak to przykre. Sprawdziłam sprawę i oddzwonię do Pani jutro.",
            "Przepraszamy za wszelkie niedogodności. Zgodnie z regulaminem nie możemy nic zrobić.",
        ),
        (
            "de",
            "Es tut mir leid, ich kann Ihren Ärger verstehen. Wir erstatten den Betrag und melden uns bis morgen.",
            "Wir entschuldigen uns für eventuelle Unannehmlichkeiten. Leider ist das laut unseren AGB nicht möglich.",
        ),
        (
            "fr",
            "Je suis désolée, je comprends votre déception. Nous vous remboursons sous 3 jours, appelez-moi.",
            "Nous nous excusons pour les désagréments occasionnés. Conformément à nos conditions, c'est impossible.",
        ),
        (
            "es",
            "Lo siento mucho, entiendo su frustración. Vamos a devolver el importe en dos días.",
            "Lamentamos las molestias ocasionadas. Según nuestra política no es posible.",
        ),
        (
            "it",
            "Mi dispiace, capisco il suo disagio. Abbiamo verificato e la ricontatteremo entro domani.",
            "Ci scusiamo per eventuali disagi. Purtroppo secondo le nostre condizioni non possiamo.",
        ),
        (
            "pt",
            "Sinto muito, entendo sua frustração. Vamos devolver o valor em dois dias.",
            "Lamentamos quaisquer transtornos. Infelizmente, conforme nossa política, não podemos.",
        ),
        (
            "nl",
            "Het spijt me, ik begrijp uw frustratie. We gaan het bedrag terugbetalen binnen twee dagen.",
            "Excuses voor het ongemak. Helaas kunnen wij volgens onze voorwaarden niets doen.",
        ),
    ],
)
def test_a_reply_that_listens_shows_more_empathy_than_a_hollow_one(language: str, good: str, hollow: str) -> None:
    listens, stock = answer(good, language, went_wrong=True), answer(hollow, language, went_wrong=True)

    assert listens is not None
    assert stock is not None
    assert listens.empathy >= 0.75
    assert stock.empathy <= 0.4
    assert all(words in good.lower() for words in listens.evidence.values())


def test_a_thank_you_needs_no_apology() -> None:
    reply = answer("Thank you, we will pass this on to the crew, they will be delighted!", "en", went_wrong=False)

    assert reply is not None
    assert reply.empathy == 1.0


def test_a_reply_in_a_language_without_phrases_is_not_judged() -> None:
    assert answer("Vi beklager.", "no", went_wrong=True) is None
    assert read("Du lovet at pakken skulle komme", "no").expectation == [None]


def test_the_empathy_of_a_reply_stands_beside_the_reading_of_what_it_answers() -> None:
    rude, kind = "That is our policy. You should have read the terms.", "So sorry, I understand this is frustrating."
    text = [
        "My bag is lost, terrible service",
        "My bag is lost, terrible service",
        "Lovely crew",
        "Min bagasje er borte",
    ]
    found = ANALYZER.read(Texts(text, ["en"] * 3 + ["no"], [None] * 4, ["b"] * 4, [rude, kind, None, kind]), ())

    assert found.empathy == [0.0, 0.5, None, None]
    assert found.reply_shows == [("defends",), ("acknowledges", "apologises"), None, None]


def read(text: str, language: str = "en") -> Readings:
    return ANALYZER.read(Texts([text], [language], [None], ["b"]), ())
