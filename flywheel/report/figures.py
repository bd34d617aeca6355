"""Where figures are made: each with an id that follows from its cycle and its place, its formula and its inputs."""

from __future__ import annotations

from dataclasses import dataclass

from flywheel.domain.ids import content_id
from flywheel.domain.initiative import Initiative
from flywheel.domain.intervals import Z_95, newcombe, wilson
from flywheel.domain.outcome import Lift
from flywheel.domain.standing import Standing
from flywheel.report.cycle_report import Figure, Unit

_SHARE = "part / whole; 95 % interval by Wilson's score"
_CHANGE = "share now - share before; interval by Newcombe's method 10"


@dataclass(frozen=True, slots=True)
class Part:
    """So many of so many."""

    part: int
    whole: int

    @classmethod
    def of(cls, part: int, whole: int) -> Part:
        """Return a part that is never larger than its whole (one text can mention a topic twice)."""
        return cls(min(part, whole), whole)


@dataclass(frozen=True, slots=True)
class FigureMaker:
    """Makes the figures of one cycle; `key` says where in the report a figure belongs and must be its own."""

    cycle_id: str

    def id(self, key: str) -> str:
        """Return the id of a figure, for those that another step has worked out."""
        return content_id("figure", self.cycle_id, key)

    def count(self, key: str, label: str, value: int, *inputs: str) -> Figure:
        """Return a number of things that were counted one by one: exact, so without an interval."""
        return Figure(
            id=self.id(key), label=label, value=value, unit="count", n=value, formula="counted", inputs=inputs
        )

    def share(self, key: str, label: str, of: Part, *inputs: str) -> Figure:
        """Return a share with its interval; a share of nothing cannot be told."""
        low, high = wilson(of.part, of.whole) if of.whole else (None, None)
        value = of.part / of.whole if of.whole else None
        return Figure(
            id=self.id(key), label=label, value=value, unit="share", n=of.whole, low=low, high=high, formula=_SHARE,
            inputs=(*inputs, f"part = {of.part}", f"whole = {of.whole}"),
        )  # fmt: skip

    def change(self, key: str, label: str, now: Part, before: Part, *, z: float = Z_95) -> Figure:
        """Return now - before in points; `z` above 1.96 widens the interval where several are looked at together."""
        known = now.whole > 0 and before.whole > 0
        found = newcombe(now.part, now.whole, before.part, before.whole, z) if known else (None, None, None)
        value, low, high = found
        return Figure(
            id=self.id(key), label=label, value=value, unit="points", n=now.whole + before.whole, low=low, high=high,
            formula=f"{_CHANGE}, z = {z:.2f}",
            inputs=(f"now = {now.part} of {now.whole}", f"before = {before.part} of {before.whole}"),
        )  # fmt: skip

    def gap(self, key: str, label: str, standing: Standing, unit: Unit) -> Figure:
        """Return ours - theirs as Orient found it."""
        known = standing.n_own is not None and standing.n_peer is not None
        return Figure(
            id=self.id(key), label=label, value=standing.gap, unit=unit, low=standing.low, high=standing.high,
            n=(standing.n_own or 0) + (standing.n_peer or 0) if known else None,
            formula="ours - theirs, as Orient compared them; 95 % interval", inputs=(f"standing {standing.id}",),
        )  # fmt: skip

    def effect(self, key: str, label: str, lift: Lift, *, anytime: bool) -> Figure:
        """Return treated - held out with its fixed interval, or with the one that is safe to look at at any time."""
        low, high = (lift.anytime_low, lift.anytime_high) if anytime else (lift.low, lift.high)
        how = "anytime-valid 95 % interval (arXiv 2103.06476)" if anytime else "95 % interval"
        unit: Unit = "points" if lift.kind == "happened" else "number"
        return Figure(
            id=self.id(key), label=label, value=lift.effect, unit=unit, n=lift.n_treated + lift.n_control, low=low,
            high=high, formula=f"got it - held out; {how}", inputs=(f"lift {lift.id}",),
        )  # fmt: skip

    def left(self, one: Initiative) -> Figure | None:
        """Return what is left of the unhappy mentions that topics nobody worked on led us to expect."""
        if one.effect is None or one.low is None or one.high is None:
            return None
        return Figure(
            id=self.id(f"ask/left/{one.id}"), label=f"Left of: {one.topic}", value=1 + one.effect, unit="share",
            low=1 + one.low, high=1 + one.high, inputs=(f"initiative {one.id}",),
            formula="unhappy mentions after the work / what untouched topics lead us to expect; with its interval",
        )  # fmt: skip

    def distance(self, key: str, of: Figure) -> Figure:
        """Return how large a difference is without its sign; one whose way is open, as it is."""
        if of.value is None or not is_real(of):
            return of
        low, high = sorted((abs(of.low or 0.0), abs(of.high or 0.0)))
        unit: Unit = "distance" if of.unit == "points" else of.unit
        return Figure(
            id=self.id(key), label=f"Size of: {of.label}", value=abs(of.value), unit=unit, n=of.n, low=low, high=high,
            formula=of.formula, inputs=(f"figure {of.id}",),
        )  # fmt: skip

    def sure(self) -> Figure:
        """Return how sure every interval of the report is."""
        return Figure(
            id=self.id("convention/sure"), label="How sure intervals are: of 100 such intervals 95 hold the true value",
            value=0.95, unit="share", formula="a convention",
        )  # fmt: skip


def is_real(figure: Figure) -> bool:
    """Return whether the interval of a difference leaves out zero: whether there is more than noise."""
    return figure.low is not None and figure.high is not None and (figure.low > 0 or figure.high < 0)
