"""What a source usually speaks decides where a text cannot tell; where it can, the text decides."""

from __future__ import annotations

from flywheel.domain.reading import Readings, Texts
from flywheel.understand.fast import FastAnalyzer
from flywheel.understand.usual import FIRST, usual_language

PORTUGUESE = "A entrega demorou {} dias e ninguém respondeu à minha mensagem."
ENGLISH = "The delivery took {} days and nobody answered my message."


def read(texts: list[str], usual: str | None, declared: str | None = None) -> Readings:
    n = len(texts)
    return FastAnalyzer().read(Texts(texts, [declared] * n, [None] * n, [""] * n, usual=[usual] * n), ())


def test_a_word_of_many_languages_is_read_in_the_usual_one() -> None:
    assert read(["excelente", "Entrega rápida"], None).language == ["es", "es"]
    assert read(["excelente", "Entrega rápida"], "pt").language == ["pt", "pt"]


def test_a_text_that_can_tell_is_read_in_its_own_language_whatever_is_usual() -> None:
    texts = ["Sehr gut!", "Ich warte seit drei Stunden auf eine Antwort von Ihnen.", "The crew was lovely and helpful."]

    assert read(texts, "pt").language == ["de", "de", "en"]


def test_what_is_declared_weighs_more_than_what_is_usual() -> None:
    assert read(["excelente"], "pt", declared="es").language == ["es"]


def test_where_an_unreadable_language_is_usual_a_word_of_it_is_left_unread() -> None:
    assert read(["Skvele"], "cs").status == ["unsupported"]
    assert read(["мерзость"], "en").language != ["en"]


def test_a_source_has_a_usual_language_once_nearly_all_that_can_tell_are_in_it() -> None:
    spoken = [PORTUGUESE.format(n) for n in range(40)]

    assert usual_language([*spoken, "ok", "bom", "top"]) == "pt"
    assert usual_language([*spoken, ENGLISH.format(2)]) == "pt"
    assert usual_language([*spoken[:20], *(ENGLISH.format(n) for n in range(20))]) is None


def test_too_few_texts_make_no_language_usual() -> None:
    assert usual_language([]) is None
    assert usual_language([PORTUGUESE.format(n) for n in range(20)]) is None
    assert usual_language(["ok"] * 100) is None


def test_what_comes_later_does_not_change_what_is_usual() -> None:
    first = [PORTUGUESE.format(n) for n in range(FIRST)]

    assert usual_language([*first, *(ENGLISH.format(n) for n in range(5_000))]) == "pt"
