"""What was promised and expected, and whether it held; and how a company answers: read from stated phrases.

A language without its file is not read (None).
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import get_args

from flywheel.domain.saying import Answer, Expected, Outcome, Promiser, Step
from flywheel.understand.phrasing import Phrases, lowered
from flywheel.understand.tokens import own_words

OUTCOMES: tuple[Outcome, ...] = ("broken", "unmet", "exceeded", "kept", "met")
"""In the order in which they are believed: who names a broken promise may praise the rest."""

_PROMISERS: dict[Promiser, str] = {
    "advertising": "by_advertising", "staff": "by_staff", "own channel": "by_own_channel"
}  # fmt: skip
"""In the order in which they are believed: what an agent said by mail, the agent said."""

_STEPS: tuple[Step, ...] = get_args(Step)
_SENTENCE_ENDS = ".!?\n"


@cache
def sayings(language: str) -> dict[str, tuple[str, ...]] | None:
    """Return the patterns of a language by what they say, once per process; None where it has none."""
    file = files("flywheel.understand") / "data" / f"said_{language}.json"
    if not file.is_file():
        return None
    return {name: tuple(patterns) for name, patterns in json.loads(file.read_text("utf-8")).items()}


def expected_of(outcome: Outcome, words: str, own: str, language: str) -> Expected:
    """Return what became of a promise or an expectation; who had promised is looked for in the words' sentence."""
    promise = outcome in ("broken", "kept")
    near = _sentence(lowered(own), words)
    named = (name for name, key in _PROMISERS.items() if _phrases(language)[key].occur(near))
    return Expected(outcome=outcome, words=words, promised_by=next(named, "unnamed") if promise else None)


def answer(reply: str, language: str, *, went_wrong: bool) -> Answer | None:
    """Return how much a company's reply shows that it has listened; None where the language cannot be read.

    `went_wrong` is whether the customer had a trouble: then an apology is owed, otherwise thanks are.
    """
    if sayings(language) is None:
        return None
    plain = lowered(own_words(reply))
    said = {step: _phrases(language)[step].first(plain) for step in _STEPS}
    return Answer(went_wrong=went_wrong, evidence={step: words for step, words in said.items() if words is not None})


@cache
def _phrases(language: str) -> dict[str, Phrases]:
    return {name: Phrases(patterns) for name, patterns in (sayings(language) or {}).items()}


def _sentence(plain: str, words: str) -> str:
    start = max(plain.find(words), 0)
    end = start + len(words)
    begin = max(plain.rfind(mark, 0, start) for mark in _SENTENCE_ENDS) + 1
    stops = (stop for mark in _SENTENCE_ENDS if (stop := plain.find(mark, end)) >= 0)
    return plain[begin : min(stops, default=len(plain))]
