"""Urgency, intent and effort by stated rules, read from one data file per language."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from flywheel.domain.reading import Intent, Label, Urgency
from flywheel.domain.record import Record
from flywheel.understand.phrasing import Phrasing

_NEAR = 60
"""Characters around a match in which an `unless` takes it back."""


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


class RuleFile(Record):
    """The rules of one language, each list in order of precedence."""

    urgency: tuple[UrgencyRule, ...]
    intent: tuple[IntentRule, ...]
    effort: tuple[EffortRule, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What the rules read in one text; `reason` names the rule and the words that it rests on."""

    intent: Intent
    urgency: Urgency
    reason: str | None
    effort: str | None


class Rules:
    """The rules of one language, compiled together."""

    def __init__(self, rules: RuleFile) -> None:
        """Compile all patterns into one automaton."""
        self._rules: list[UrgencyRule | IntentRule | EffortRule] = [*rules.urgency, *rules.intent, *rules.effort]
        owned = [(pattern, number) for number, rule in enumerate(self._rules) for pattern in rule.say]
        self._owner = [number for _, number in owned]
        self._say = Phrasing([pattern for pattern, _ in owned])
        self._unless = [Phrasing(rule.unless) if rule.unless else None for rule in self._rules]

    def read(self, lowered: str, label: Label, confidence: float) -> Said:
        """Return what the rules say of a text in lower case with straight apostrophes.

        Praise is never urgent, and is not hard work; a label alone makes a complaint or praise of what no rule names.
        """
        held: dict[int, str] = {}
        for pattern, match in self._say.find(lowered).items():
            number = self._owner[pattern]
            unless = self._unless[number]
            near = lowered[max(0, match.start() - _NEAR) : match.end() + _NEAR]
            if number not in held and not (unless and unless.find(near)):
                held[number] = match[0]
        intent, urgency, reason, effort = _default_intent(lowered, label, confidence), None, None, None
        for number in sorted(held, reverse=True):  # the first of each kind is written last
            rule = self._rules[number]
            if isinstance(rule, IntentRule):
                intent = rule.intent if _fits(rule.intent, label, confidence) else intent
            elif isinstance(rule, EffortRule):
                effort = rule.effort if (rule.effort == "high") != (label == "positive") else effort
            elif label != "positive":
                urgency, reason = rule.level, f"{rule.reason}: {held[number]}"
        return Said(intent, urgency or "none", reason, effort)


@cache
def load_rules(language: str) -> Rules | None:
    """Read the rules of a language from the package, once per process; None where it has none."""
    file = files("flywheel.understand") / "data" / f"rules_{language}.json"
    return Rules(RuleFile.model_validate(json.loads(file.read_text("utf-8")))) if file.is_file() else None


def _default_intent(lowered: str, label: Label, confidence: float) -> Intent:
    if label == "negative":
        return "question" if "?" in lowered and confidence < 0.5 else "complaint"
    if label == "positive":
        return "praise"
    return "question" if "?" in lowered else "none"


def _fits(intent: Intent, label: Label, confidence: float) -> bool:
    """Return whether the label allows the intent: who is clearly angry complains, whatever the form."""
    if intent in ("question", "request"):
        return not (label == "negative" and confidence > 0.7) and not (label == "positive" and confidence > 0.8)
    return label != "positive" or confidence < 0.6
