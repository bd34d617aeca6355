"""A look at the tone of a message: it warns the author, it stops nothing. English and Polish."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from flywheel.domain.play import Tier

_WRONG: frozenset[Tier] = frozenset({"safety", "complaint", "friction"})
"""Tiers in which something went wrong for the person."""

Phrases = Mapping[str, tuple[str, ...]]

_BLAME: Phrases = {
    "en": (
        "you failed", "your fault", "your mistake", "you should have", "you did not", "you didn't", "you misunderst",
        "you claim", "you allege", "as we already", "as previously stated", "you must understand",
        "you need to understand", "you forgot", "calm down",
    ),
    "pl": (
        "nie dopełni", "z twojej winy", "z pana winy", "z pani winy", "twój błąd", "należało wcześniej",
        "jak już pisaliśmy", "źle zrozumiał", "twierdzisz", "rzekom",
    ),
}  # fmt: skip
_JARGON: Phrases = {
    "en": (
        "per our policy", "company policy", "terms and conditions apply", "your ticket number", "escalat", "sla",
        "stakeholder", "valued customer", "at your earliest convenience", "utilize", "utilise", "touchpoint", "nps",
        "customer journey", "any inconvenience", "we take this opportunity", "aforementioned", "pursuant",
        "kindly be advised",
    ),
    "pl": (
        "zgodnie z regulaminem", "szanowny kliencie", "eskal", "procedur", "niniejsz", "w nawiązaniu do",
        "uprzejmie informujemy", "wszelkie niedogodności", "zgłoszenie nr",
    ),
}  # fmt: skip
_SORRY: Phrases = {
    "en": ("sorry", "apologi", "our fault", "we let you down"), "pl": ("przepraszamy", "przykro nam", "zawiedliśmy"),
}  # fmt: skip
_THANKS: Phrases = {"en": ("thank", "grateful"), "pl": ("dziękuj", "podziękowa", "wdzięczn")}
_SELLING: Phrases = {
    "en": ("discount", "special offer", "buy now", "upgrade to", "% less", "% off"),
    "pl": ("zniżk", "promocj", "kup teraz", "taniej", "% mniej"),
}  # fmt: skip


def warnings(text: str, language: str, tier: Tier) -> Iterator[str]:
    """Yield what an author should think over once more, in the text of a message of a tier."""
    for words, says in ((_BLAME, "blames the reader"), (_JARGON, "is jargon, or an empty phrase")):
        for phrase in _found(text, words.get(language, ())):
            yield f"{phrase!r} {says}"
    sorry, thanks = (_first(text, words.get(language, ())) for words in (_SORRY, _THANKS))
    if tier not in _WRONG and sorry is not None:
        yield "it apologises, though nothing went wrong on this tier"
    if tier in ("safety", "complaint") and thanks is not None and (sorry is None or thanks < sorry):
        yield "it thanks somebody for whom something went wrong, before any apology"
    if tier in _WRONG:
        for phrase in _found(text, _SELLING.get(language, ())):
            yield f"{phrase!r} sells to somebody for whom something went wrong"


def _found(text: str, phrases: tuple[str, ...]) -> Iterator[str]:
    yield from (phrase for phrase in phrases if _place(text, phrase) is not None)


def _first(text: str, phrases: tuple[str, ...]) -> int | None:
    return min((place for phrase in phrases if (place := _place(text, phrase)) is not None), default=None)


def _place(text: str, phrase: str) -> int | None:
    """Return where a phrase begins as a word of its own; short ones must also end there."""
    ending = r"\b" if len(phrase) <= _SHORT else ""
    found = re.search(rf"(?<!\w){re.escape(phrase)}{ending}", text, flags=re.IGNORECASE)
    return None if found is None else found.start()


_SHORT = 3
