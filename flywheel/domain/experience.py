"""What a project says about experience: its pillars, its promises, and how well its texts are read."""

from __future__ import annotations

from pydantic import Field

from flywheel.domain.feedback import Voice
from flywheel.domain.record import Record

PILLARS = ("personalisation", "integrity", "expectations", "resolution", "time & effort", "empathy")
"""KPMG's six pillars of experience."""


class Pillar(Record):
    """What tells of a pillar: kinds of scores (survey items), and topics, for texts, where no item was asked."""

    pillar: str
    items: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


class Promise(Record):
    """What people expected and what they got, as kinds of scores on the same scale; and who promised it."""

    touchpoint: str
    expected: tuple[str, ...] = Field(min_length=1)
    delivered: tuple[str, ...] = Field(min_length=1)
    promised_by: str = ""


class Labelled(Record):
    """A random sample of a brand's texts, read by people too: how often both said negative, or only one of them."""

    brand: str
    voice: Voice = "customer"
    both: int = Field(ge=0, description="Negative by people and by the reader.")
    missed: int = Field(ge=0, description="Negative by people only.")
    wrongly: int = Field(ge=0, description="Negative by the reader only.")
    neither: int = Field(ge=0, description="Negative by neither.")

    @property
    def n(self) -> int:
        """Return how many texts were read by people."""
        return self.both + self.missed + self.wrongly + self.neither


class ReaderRules(Record):
    """How far the reader's own errors move the figure of one brand against another's (standard deviations).

    The defaults are the spread between brands of its errors on 55 airlines, banks and hospital trusts whose texts came
    with people's verdicts (Paule and Mandel 1982): 0.018, 0.035, 0.052. `labelled` are samples of your own; where both
    brands have one, it takes the place of the defaults.
    """

    spread_negative: float = Field(default=0.02, ge=0, le=0.5, description="Of a share of negative texts.")
    spread_positive: float = Field(default=0.035, ge=0, le=0.5, description="Of a share of positive or topical texts.")
    spread_sentiment: float = Field(default=0.05, ge=0, le=1, description="Of a mean sentiment, -1 to 1.")
    dilution: float = Field(default=0.5, gt=0, le=1, description="Part of a true difference that the reader shows.")
    labelled: tuple[Labelled, ...] = ()
