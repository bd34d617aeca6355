"""What was promised and expected, and whether it held; and how a company answers: read from stated phrases.

Both are functions of one text in a known language; a language without its file is not read (None).
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import get_args

from flywheel.domain.saying import Answer, Expected, Outcome, Step
from flywheel.understand.phrasing import Phrases
from flywheel.understand.tokens import own_words

_OUTCOMES: tuple[Outcome, ...] = ("broken", "unmet", "exceeded", "kept", "met")
"""In the order in which they are believed: who names a broken promise may praise the rest."""

_STEPS: tuple[Step, ...] = get_args(Step)


def expected(text: str, language: str) -> Expected | None:
    """Return what the author says of a promise or an expectation; None when nothing is said, or nothing can be read."""
    sayings = _load(language)
    if sayings is None:
        return None
    lowered = _lowered(text)
    for outcome in _OUTCOMES:
        words = sayings[outcome].first(lowered)
        if words is not None:
            return Expected(outcome=outcome, words=words)
    return None


def answer(reply: str, language: str, *, went_wrong: bool) -> Answer | None:
    """Return how much a company's reply shows that it has listened; None where the language cannot be read.

    `went_wrong` is whether the customer had a trouble: then an apology is owed, otherwise thanks are.
    """
    sayings = _load(language)
    if sayings is None:
        return None
    lowered = _lowered(reply)
    said = {step: sayings[step].first(lowered) for step in _STEPS}
    return Answer(went_wrong=went_wrong, evidence={step: words for step, words in said.items() if words is not None})


@cache
def _load(language: str) -> dict[str, Phrases] | None:
    file = files("flywheel.understand") / "data" / f"said_{language}.json"
    if not file.is_file():
        return None
    return {name: Phrases(patterns) for name, patterns in json.loads(file.read_text("utf-8")).items()}


def _lowered(text: str) -> str:
    return own_words(text).lower().replace("\u2019", "'")
