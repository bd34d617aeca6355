"""Urgency, intent, emotions and effort: what the fast tier says by stated rules and tables, in eight languages."""

from __future__ import annotations

from typing import cast

import pytest
from short_texts import read


def test_download_is_great_is_no_outage() -> None:
    texts = [
        "Download is great", "The price is down, love it", "Calm down please", "Slow down", "I sat down, it was fine",
        "No outages since I joined", "This is fire, my favourite!", "I nearly died laughing", "not urgent, thanks",
        "Nice emergency exit row seat", "The staff were on fire today!", "Świetna aplikacja, pobieranie działa",
        "To nie jest pilne", "Bezawaryjny sprzęt, polecam",
    ]  # fmt: skip

    assert set(read(texts).urgency) == {"none"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("My flight leaves in an hour and I can't check in!", "cannot travel now"),
        ("We are stranded at the airport with two kids", "cannot travel now"),
        ("Your website is down and I have customers waiting", "cannot work"),
        ("Someone stole my card and my account is locked", "cannot pay"),
        ("There is a smell of gas in the room", "safety"),
        ("My lawyer will contact you", "legal"),
        ("Utknęliśmy na lotnisku, nikt nie pomaga", "cannot travel now"),
        ("Zablokowaliście mi kartę i nie mam jak zapłacić", "cannot pay"),
        ("Czuję gaz w całym mieszkaniu!", "safety"),
    ],
)
def test_what_cannot_wait_is_high_and_says_why(text: str, reason: str) -> None:
    readings = read([text])

    assert readings.urgency == ["high"]
    assert str(readings.urgency_reason[0]).startswith(reason)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Terrible, rude staff", "complaint"),
        ("Wonderful crew, thank you", "praise"),
        ("What time does the desk open?", "question"),
        ("Could you please send me a receipt", "request"),
        ("Fix this or I will cancel my subscription", "threat to leave"),
        ("I've closed my account. Never again.", "gone"),
        ("I lost my job and can't afford the bill", "hardship"),
        ("I am going to file a complaint with the ombudsman", "legal or safety"),
        ("Rezygnuję z waszych usług", "gone"),
        ("Kiedy będzie dostępna nowa wersja?", "question"),
        ("Proszę o zwrot pieniędzy", "request"),
        ("Straciłam pracę i nie mogę spłacać rat", "hardship"),
        ("I'm switching to your rival next month", "threat to leave"),
        ("I am moving all my accounts to another bank", "gone"),
        ("I am moving to Leeds next month, where is my order?", "question"),
        ("Od stycznia przenoszę się do konkurencji", "threat to leave"),
        ("Miesiąc temu zmarła moja mama, a rachunki przychodzą dalej", "hardship"),
    ],
)
def test_intent_follows_stated_rules(text: str, intent: str) -> None:
    assert read([text]).intent == [intent]


@pytest.mark.parametrize(
    ("text", "intent", "urgency"),
    [
        ("Mein Zug fährt in einer Stunde und ich sitze hier fest", "complaint", "high"),
        ("Ich habe meinen Job verloren und kann die Rate nicht mehr bezahlen", "hardship", "none"),
        ("Können Sie mir bitte eine Rechnung schicken", "request", "none"),
        ("Odeur de gaz dans l'appartement", "none", "high"),
        ("J'ai résilié mon contrat, plus jamais", "gone", "none"),
        ("Quand est-ce que mon colis arrive ?", "question", "none"),
        ("Me robaron la tarjeta", "complaint", "high"),
        ("Voy a cancelar mi suscripción", "threat to leave", "none"),
        ("Ho perso il lavoro e non riesco a pagare", "hardship", "none"),
        ("Il mio avvocato vi scriverà", "legal or safety", "high"),
        ("Perdi meu emprego e não consigo pagar", "hardship", "none"),
        ("Quando vai chegar meu pedido?", "question", "none"),
        ("Mijn vlucht vertrekt over een uur en ik kan niet inchecken", "complaint", "high"),
        ("Ik heb mijn abonnement opgezegd", "gone", "none"),
        ("Der Download geht schnell", "none", "none"),
        ("La camera era blu", "none", "none"),
        ("We are behind with the rent and cannot make ends meet", "hardship", "none"),
        ("My phone died on me while I was booking, terrible app", "complaint", "none"),
    ],
)
def test_intent_and_urgency_are_read_in_every_language(text: str, intent: str, urgency: str) -> None:
    readings = read([text])

    assert (readings.intent, readings.urgency) == ([intent], [urgency])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("My father is blind and the crew ignored him", "en"),
        ("I had booked assistance and nobody came", "en"),
        ("Moja mama jest niepełnosprawna, czekała godzinę sama", "pl"),
        ("Meine Mutter ist gehbehindert und wurde allein gelassen", "de"),
        ("Ma mère est aveugle et on l'a laissée seule", "fr"),
        ("Mi abuela es discapacitada y la dejaron sola", "es"),
        ("Mia madre è disabile ed è stata lasciata sola", "it"),
        ("Minha mãe é deficiente e foi deixada sozinha", "pt"),
        ("Mijn moeder is blind en werd alleen achtergelaten", "nl"),
    ],
)
def test_who_was_left_without_the_help_they_need_is_urgent(text: str, language: str) -> None:
    readings = read([text], language)

    assert readings.urgency == ["high"]
    assert str(readings.urgency_reason[0]).startswith("vulnerable person")


@pytest.mark.parametrize(
    ("text", "language", "intent"),
    [
        ("Nigdy wiecej, juz tu nie wroce", "pl", "gone"),
        ("Je voudrais etre rembourse, j'ai resilie mon contrat", "fr", "gone"),
        ("Perdi meu emprego e nao consigo pagar a divida", "pt", "hardship"),
        ("Me dieron mal servicio y cancele mi cuenta, cambie de compania", "es", "gone"),
    ],
)
def test_rules_hold_without_the_accents_that_many_leave_out(text: str, language: str, intent: str) -> None:
    assert read([text], language).intent == [intent]


def test_the_words_a_rule_rests_on_keep_their_accents() -> None:
    assert read(["Moja mama jest niepełnosprawna, czekała sama"], "pl").urgency_reason == [
        "vulnerable person: niepełnosprawna, czekała"
    ]


@pytest.mark.parametrize(
    ("text", "language", "emotion"),
    [
        ("I am so angry, this is outrageous", "en", "anger"),
        ("I'm scared of what might happen now", "en", "fear"),
        ("Thank you so much, we love it!", "en", "joy"),
        ("I am so sad that she died", "en", "sadness"),
        ("Wow, really? I never expected that", "en", "surprise"),
        ("Jestem wściekły, to skandal", "pl", "anger"),
        ("Bardzo się cieszę, dziękuję", "pl", "joy"),
        ("Ich habe solche Angst", "de", "fear"),
        ("Te odio, maldito seas", "es", "anger"),
    ],
)
def test_emotions_are_read(text: str, language: str, emotion: str) -> None:
    assert emotion in cast("tuple[str, ...]", read([text], language).emotions[0])


def test_no_emotion_found_is_not_no_emotion_read() -> None:
    readings = read(["Pokój był niebieski", "このアプリは本当に最悪です。返金してください。", ""])

    assert readings.emotions == [(), None, None]


def test_effort_is_told_only_where_the_text_tells_it() -> None:
    texts = ["I had to call three times", "on hold for 2 hours now", "so easy to use", "The room was blue",
             "Dzwoniłem już pięć razy", "jak długo jeszcze mam czekać"]  # fmt: skip

    assert read(texts).effort == ["high", "high", "low", None, "high", "high"]
