"""Where figures about others come from: what we hear ourselves, and tables that somebody else counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fnmatch import fnmatchcase

from pydantic import Field

from flywheel.domain.standing import Measure
from flywheel.ports import BenchmarkProvider


class HeardBenchmark(BenchmarkProvider):
    """Every figure that the wheel has heard about others, as it is."""

    def measures(self, heard: Sequence[Measure], as_of: datetime) -> list[Measure]:
        """Return what was heard about every brand up to `as_of`."""
        return [one for one in heard if not one.source and one.as_of <= as_of]


class TableBenchmark(BenchmarkProvider):
    """Figures of a `measures:` source: a survey by organisation, a yearly index, what a competitor publishes.

    `own` is what the table calls us, where that is another name: its figures are then held against the others of the
    table and never joined with what we hear ourselves. `peers` are globs of names; `called` says who is who where the
    table has other names than we have; `measures` are globs too.
    """

    source: str = Field(min_length=1, description="The id of the source under `measures:`.")
    peers: tuple[str, ...] = ("*",)
    measures_named: tuple[str, ...] = ("*",)
    called: dict[str, str] = Field(default_factory=dict)

    def measures(self, heard: Sequence[Measure], as_of: datetime) -> list[Measure]:
        """Return the table's figures of the wanted measures and organisations up to `as_of`, our own among them."""
        return [
            one.model_copy(update={"brand": self.called.get(one.brand, one.brand)})
            for one in heard
            if one.source == self.source and one.as_of <= as_of and self._is_wanted(one)
        ]

    def _is_wanted(self, one: Measure) -> bool:
        named = any(fnmatchcase(one.measure, glob) for glob in self.measures_named)
        return named and (one.brand == self.own or any(fnmatchcase(one.brand, glob) for glob in self.peers))
