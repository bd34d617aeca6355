"""Urgency, intent, effort and what became of expectations by stated rules, read from one data file per language."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from operator import itemgetter
from typing import get_args

from flywheel.domain.reading import Intent, Label, Urgency
from flywheel.domain.record import Record
from flywheel.domain.saying import FELL_SHORT, Expected, Outcome
from flywheel.understand.columns import Index
from flywheel.understand.lexicon import load_lexicon
from flywheel.understand.phrasing import Phrases, lowered, phrase
from flywheel.understand.sayings import OUTCOMES, expected_of, sayings
from flywheel.understand.screen import Screen

_NEAR = 60
"""Characters around a match in which an `unless` takes it back."""


_SURE = 0.6


class UrgencyRule(Record):
    """Words that make a text urgent, with the reason that a person is told."""

    level: Urgency
    reason: str
    say: tuple[str, ...]
    unless: tuple[str, ...] = ()


class IntentRule(Record):
    """Words that say what the author wants; the first rule that holds wins."""

    intent: Intent
    say: tuple[str, ...]
    unless: tuple[str, ...] = ()


class EffortRule(Record):
    """Words that say how hard it was made: "high" or "low"."""

    effort: str
    say: tuple[str, ...]
    unless: tuple[str, ...] = ()


class ExpectationRule(Record):
    """Words that say what became of a promise or an expectation."""

    outcome: Outcome
    say: tuple[str, ...]
    unless: tuple[str, ...] = ()


Rule = UrgencyRule | IntentRule | EffortRule | ExpectationRule


class RuleFile(Record):
    """The rules of one language, each list in order of precedence."""

    urgency: tuple[UrgencyRule, ...]
    intent: tuple[IntentRule, ...]
    effort: tuple[EffortRule, ...]
    expectation: tuple[ExpectationRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What the rules read in one text; `reason` names the rule and the words that it rests on."""

    intent: Intent
    urgency: Urgency
    reason: str | None
    effort: str | None
    expected: Expected | None = None


_QUESTION = Said("question", "none", None, None)
_BY_LABEL: dict[Label, Said] = {
    "negative": Said("complaint", "none", None, None),
    "neutral": Said("none", "none", None, None),
    "positive": Said("praise", "none", None, None),
}


class Rules:
    """The rules of one language, screened together and then looked at one by one."""

    def __init__(self, language: str, rules: RuleFile) -> None:
        """Number the patterns of all rules, each rule's own in a row."""
        self._language = language
        self._folded = load_lexicon(language).folded
        self._rules: list[Rule] = [*rules.urgency, *rules.intent, *rules.effort, *rules.expectation]
        owned = [(pattern, number) for number, rule in enumerate(self._rules) for pattern in self._plain(rule.say)]
        self._owner = [number for _, number in owned]
        self._say = [phrase(pattern) for pattern, _ in owned]
        self._unless = [Phrases(self._plain(rule.unless)) for rule in self._rules]
        self.screen = Screen([pattern for pattern, _ in owned], folded=self._folded)

    def read(
        self, own: list[str], pieces: tuple[Index, Index], labels: list[Label], confidence: list[float]
    ) -> list[Said]:
        """Return what the rules say of each text, given the pieces of patterns that its words may stand for.

        Praise is never urgent, and is not hard work; a label alone makes a complaint or praise of what no rule names.
        """
        said = [_BY_LABEL[label] for label in labels]
        for row, text in enumerate(own):
            if "?" in text and (labels[row] == "neutral" or (labels[row] == "negative" and confidence[row] < 0.5)):
                said[row] = _QUESTION
        for row, patterns in self.screen.candidates(len(own), *pieces):
            possible: dict[int, list[int]] = {}
            for pattern in patterns:
                possible.setdefault(self._owner[pattern], []).append(pattern)
            held = self._held(own[row], labels[row], confidence[row], possible)
            if held:
                said[row] = self._with(said[row], held, own[row])
        return said

    def _held(
        self, own: str, label: Label, confidence: float, possible: dict[int, list[int]]
    ) -> dict[type[Rule], tuple[Rule, str]]:
        """Return the rules that hold with the words they rest on: of each kind only the first that is allowed."""
        plain = lowered(own, folded=self._folded)
        held: dict[type[Rule], tuple[Rule, str]] = {}
        for number, patterns in possible.items():
            rule = self._rules[number]
            if type(rule) not in held and _allowed(rule, label, confidence):
                place = self._place(number, patterns, plain)
                if place is not None:
                    held[type(rule)] = rule, lowered(own)[place]
        return held

    def _place(self, number: int, patterns: list[int], plain: str) -> slice | None:
        """Return where the words stand by which a rule holds, or None; of several those that the text says first."""
        found = [(*place, pattern) for pattern in patterns if (place := self._say[pattern].find(plain))]
        for _, _, match, _ in sorted(found, key=itemgetter(0, 1, 3)) if len(found) > 1 else found:
            near = plain[max(0, match.start() - _NEAR) : match.end() + _NEAR]
            if not self._unless[number].occur(near):
                return slice(*match.span())
        return None

    def _plain(self, patterns: Sequence[str]) -> list[str]:
        return [lowered(pattern, folded=self._folded) for pattern in patterns]

    def _with(self, said: Said, held: dict[type[Rule], tuple[Rule, str]], own: str) -> Said:
        changed = said
        for rule, words in held.values():
            if isinstance(rule, UrgencyRule):
                changed = replace(changed, urgency=rule.level, reason=f"{rule.reason}: {words}")
            elif isinstance(rule, EffortRule):
                changed = replace(changed, effort=rule.effort)
            elif isinstance(rule, ExpectationRule):
                changed = replace(changed, expected=expected_of(rule.outcome, words, own, self._language))
            else:
                changed = replace(changed, intent=rule.intent)
        return changed


_GRAVEST = get_args(Urgency)
_FIRST: tuple[Intent, ...] = (
    "legal or safety", "hardship", "gone", "threat to leave", "request", "question", "complaint", "praise", "none",
)  # fmt: skip


def both(first: Said, second: Said) -> Said:
    """Return what two parts of one text say together: the graver, and what a person would be told first."""
    grave = min(first, second, key=lambda said: _GRAVEST.index(said.urgency))
    intent = min(first.intent, second.intent, key=_FIRST.index)
    expected = first.expected or second.expected
    return Said(intent, grave.urgency, grave.reason, first.effort or second.effort, expected)


@cache
def load_rules(language: str) -> Rules | None:
    """Read the rules of a language from the package, once per process; None where it has none."""
    file = files("flywheel.understand") / "data" / f"rules_{language}.json"
    if not file.is_file():
        return None
    said = sayings(language)
    expectation = [ExpectationRule(outcome=one, say=said[one]) for one in OUTCOMES if said]
    return Rules(language, RuleFile(**json.loads(file.read_text("utf-8")), expectation=tuple(expectation)))


def _bears(label: Label, confidence: float, outcome: Outcome) -> bool:
    """Return whether a label goes with an outcome: "not deleted as promised" is no promise kept."""
    if outcome in ("kept", "met"):
        return label == "positive"
    return confidence < _SURE or label != ("positive" if outcome in FELL_SHORT else "negative")


def _allowed(rule: Rule, label: Label, confidence: float) -> bool:
    """Return whether the label allows what a rule says: who is clearly angry complains, whatever the form."""
    if isinstance(rule, UrgencyRule):
        return label != "positive"
    if isinstance(rule, EffortRule):
        return (rule.effort == "high") != (label == "positive")
    if isinstance(rule, ExpectationRule):
        return _bears(label, confidence, rule.outcome)
    if rule.intent in ("question", "request"):
        return not (label == "negative" and confidence > 0.7) and not (label == "positive" and confidence > 0.8)
    return label != "positive" or confidence < 0.6
