"""A proposal with what every policy said of it, and a decision that may still have to give way to others."""

from __future__ import annotations

from typing import NamedTuple

from flywheel.domain.play import Candidate, Decision, Proposal, Ruling, Verdict


class Judged(NamedTuple):
    """A proposal, what every policy says of it, and the strictest ruling of all."""

    proposal: Proposal
    verdicts: tuple[Verdict, ...]
    ruling: Ruling

    @classmethod
    def of(cls, proposal: Proposal, verdicts: tuple[Verdict, ...]) -> Judged:
        """Return the proposal with its verdicts and their strictest."""
        rulings = {one.ruling for one in verdicts}
        return cls(proposal, verdicts, "block" if "block" in rulings else "review" if "review" in rulings else "allow")


class Open(NamedTuple):
    """A decision before it is weighed against what there is too little of; `by_lot` was picked by chance."""

    candidate: Candidate
    judged: tuple[Judged, ...]
    decision: Decision
    by_lot: bool
