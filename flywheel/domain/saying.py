"""What a customer says of a promise or an expectation, and what a company's reply shows."""

from __future__ import annotations

from typing import Literal

from flywheel.domain.record import Record

Outcome = Literal["broken", "kept", "unmet", "met", "exceeded"]
"""A promise was broken or kept; an expectation was not met, met, or exceeded."""

FELL_SHORT: tuple[Outcome, ...] = ("broken", "unmet")
"""Delivery stayed behind: a CX gap in the author's own words."""

Promiser = Literal["advertising", "staff", "own channel", "unnamed"]
"""Who promised: an advertisement, somebody of the company, its website, app or letters; or nobody is named."""

Step = Literal[
    "acknowledges", "apologises", "thanks", "next_step", "named_time", "offers_contact", "hollow", "defends"
]  # fmt: skip


class Expected(Record):
    """What became of a promise or an expectation, by the author's own words.

    `promised_by` is None where it was expected and nobody had promised it: an assumption of the author's own.
    """

    outcome: Outcome
    words: str
    promised_by: Promiser | None = None

    @property
    def fell_short(self) -> bool:
        """Return whether delivery stayed behind: a CX gap in the author's own words."""
        return self.outcome in FELL_SHORT


class Answer(Record):
    """What a reply does, each with the words that show it.

    "hollow" is a stock phrase ("any inconvenience"), "defends" a reason why the customer is wrong.
    """

    went_wrong: bool
    evidence: dict[Step, str]

    @property
    def empathy(self) -> float:
        """Return 0..1: the share of what is owed that the reply does, less a quarter each for hollow and defending.

        Owed are, after a trouble: that it is acknowledged, an apology, a next step, a time or a way to reach somebody;
        otherwise: thanks, and that what was said is taken up (acknowledged, or a next step). A stock phrase counts
        only against replies that acknowledge nothing. A rule, not measured on people's judgements.
        """
        did = self.evidence.keys()
        reachable = bool(did & {"named_time", "offers_contact"})
        owed = (
            ["acknowledges" in did, "apologises" in did, "next_step" in did, reachable]
            if self.went_wrong
            else ["thanks" in did, bool(did & {"acknowledges", "next_step"})]
        )
        spoilt = ("defends" in did) + ("hollow" in did and "acknowledges" not in did)
        return max(0.0, sum(owed) / len(owed) - spoilt / 4)
