"""What is said of something that is explained: one sentence from its facts, and the formula it came about by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_EXPERIMENT = (
    "effect = share with the metric among those who got it - the same among those held out, each person once from "
    "their first decision, within the play's window; 95 % interval by Newcombe's method 10, the anytime interval by "
    "arXiv 2103.06476, eq. 9, which judges"
)
_FORMULAS = {
    "decision": "tiers before scores: the highest tier that fits; in it the greatest priority = propensity x context x "
    "value x lever, propensity being the believed difference the play makes; the strictest policy rules; a keyed hash "
    "of person, play and season draws the arm",
    "lift": _EXPERIMENT,
    "learning": "belief after = precision-weighted mean of the play's own prior and the measured effect (normal prior, "
    "normal likelihood)",
    "outcome": "as its source told it",
    "standing": "gap = ours - theirs, with its 95 % interval; ahead or behind only if the gap stays after Holm's "
    "correction over all standings of the cycle, level only if the whole interval lies inside the margin",
    "setting": "decided by the outer loop on the evidence named; laid over the configuration until it expires",
    "initiative": "opened by the outer loop on the evidence named; closed by a measured change of its cause",
    "finding": "counted from the roll-ups; its statement says what was held against what, its interval is 95 %",
    "milestone": "effect = unhappy mentions after / before, over the same of topics that nobody worked on, less 1; "
    "topics move by more than chance (DerSimonian and Laird 1986); at most four looks share 5 %",
    "feedback": "as its source told it, redacted before it was stored",
    "delivery": "the message of one decision, sent at most once under its key",
    "measure": "as its source told it",
    "signal": "as its source told it",
    "person": "as the source of persons told it; the id is a pseudonym",
    "cycle": "one turn of its flow over a window",
    "objection": "found by one of the advocate's questions; it stands until a named person accepts or overrides it",
    "case": "opened for somebody who needs an answer from a person; its clock runs from when it was opened",
    "appraisal": "what the wheel foresaw or planned, held against what happened; its statement says what was counted",
}
_SENTENCES = {
    "decision": "{play} ({variant}), {tier} tier, on {channel}: {status}, arm {arm} with probability {propensity}.",
    "learning": "{statement}",
    "lift": "{play} ({variant}, {segment}) on {metric}: {verdict}.",
    "outcome": "{metric} = {value} at {happened_at}, told by {source}.",
    "standing": "{brand} beside {peer} on {measure} ({voice}, {basis}): {verdict}.",
    "setting": "{name} = {value}: {reason}",
    "initiative": "{cause}; {owner} owns it, {status}, due {due}.",
    "finding": "{statement}",
    "milestone": "{kind} ({actor}): {reason}",
    "feedback": "Said on {medium} at {said_at} ({voice}, {brand}).",
    "delivery": "{play} on {channel}: {status} after {attempts} attempts.",
    "measure": "{measure} of {brand} is {value} ({provenance}).",
    "signal": "{signal} at {happened_at}, told by {source}.",
    "person": "A {voice} of {brand}.",
    "cycle": "{flow} over {since} to {until}: {status}.",
    "appraisal": "{statement}",
    "objection": "{plan}: {finding} ({state})",
    "case": "{need} at {touchpoint}: {owner} owes the answer, {status}, due {due}.",
}


def kind_name(kind: str) -> str:
    """Return what rows of a kind are called where their statement is cited."""
    if kind == "appraisal":
        return "How the wheel judged itself"
    return f"What {'an' if kind[:1] in 'aeiou' else 'a'} {kind} says"


def sentence(kind: str, facts: Mapping[str, Any]) -> str:
    """Return what something says in one sentence, from the columns of its view."""
    return _SENTENCES[kind].format_map(facts)


def formula(kind: str) -> str:
    """Return how things of this kind come about."""
    return _FORMULAS[kind]
