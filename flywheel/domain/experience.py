"""What a project says about experience: its pillars, its promises, and how well its texts are read."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from flywheel.domain.feedback import Voice
from flywheel.domain.record import Record

Told = Literal["effort", "expectation", "empathy"]
"""What only some texts speak of: how hard it was, whether it was as expected, and how the company replied."""
_TOLD: dict[str, tuple[Told, ...]] = {
    "personalisation": (), "integrity": (), "expectations": ("expectation",), "resolution": (),
    "time & effort": ("effort",), "empathy": ("empathy",),
}  # fmt: skip


class Pillar(Record):
    """What tells of a pillar: kinds of scores (survey items); for texts topics, and what was read beside feelings."""

    pillar: str
    items: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()


PILLARS = tuple(Pillar(pillar=name, items=(f"pillar:{name}",), told=told) for name, told in _TOLD.items())
"""KPMG's six pillars of experience, each by an item of its own name, or by what texts tell."""


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
    Of 165 expectations found in English texts and then read one by one a tenth were none; other languages were not
    measured, so a quarter is doubted.
    """

    spread_negative: float = Field(default=0.02, ge=0, le=0.5, description="Of a share of negative texts.")
    spread_positive: float = Field(default=0.035, ge=0, le=0.5, description="Of a share of positive or topical texts.")
    spread_sentiment: float = Field(default=0.05, ge=0, le=1, description="Of a mean sentiment, -1 to 1.")
    dilution: float = Field(default=0.5, gt=0, le=1, description="Part of a true difference that the reader shows.")
    found_wrongly: float = Field(
        default=0.25, ge=0, lt=1, description="Part of the expectations found in texts that may be found wrongly."
    )
    labelled: tuple[Labelled, ...] = ()
