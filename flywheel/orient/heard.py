"""Competitors' figures from what we heard about them ourselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flywheel.domain.standing import Measure
from flywheel.domain.summary import BrandCount
from flywheel.ports import BenchmarkProvider

NEGATIVE_SHARE = "share of negative feedback"


class HeardBenchmark(BenchmarkProvider):
    """Every figure that the wheel has heard about others, as it is."""

    def measures(self, heard: Sequence[Measure], as_of: datetime) -> list[Measure]:
        """Return what was heard about every brand up to `as_of`."""
        return [one for one in heard if one.as_of <= as_of]


def heard_measures(counts: Sequence[BrandCount], as_of: datetime) -> list[Measure]:
    """Return the share of negative feedback, 0..1, of each brand and voice, among the texts that could be read.

    A text-based measure: its spread is that of a share, sqrt(p (1 - p)); the reader's own error is not in it.
    """
    return [
        Measure(
            brand=one.brand, voice="employee" if one.voice == "employee" else "customer", measure=NEGATIVE_SHARE,
            value=one.n_negative / one.n_read, n=one.n_read,
            sd=(one.n_negative * (one.n_read - one.n_negative)) ** 0.5 / one.n_read, basis="text",
            higher_is_better=False, as_of=min(_day(one.last_day, as_of), as_of), provenance="heard by ourselves",
        )
        for one in counts
        if one.n_read > 0
    ]  # fmt: skip


def _day(text: str, otherwise: datetime) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else otherwise
