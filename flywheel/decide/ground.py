"""What choosing rests on, and what comes out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from flywheel.decide.arbitration import Beliefs
from flywheel.decide.judged import Open
from flywheel.decide.picking import Best, Draw
from flywheel.decide.without import without_a_factor
from flywheel.domain.allocation import Allocator, Circumstances
from flywheel.domain.cycle import Mode
from flywheel.domain.play import TIERS, Decision, PersonView, Play, Proposal, Verdict
from flywheel.ports import Policy

SegmentBy = Literal["group", "language", "none"]


@dataclass(frozen=True)
class Ground:
    """What choosing rests on. `draw(person, what)` gives the number in [0, 1) that says who is held out.

    `control` is the share of people for whom no play at all is done, `vulnerable` the groups never held out,
    `review` why every play but those for people in need waits for a person's approval, empty where none does;
    `holdouts` what is held out of a play in place of what the play itself says, `off` the plays that a setting switched
    off: nobody gets them, but one sees what that changed. `scarce`: what is decided has yet to find room.
    `objected`: what the customers' advocate says of a play.
    """

    cycle_id: str
    now: datetime
    mode: Mode
    plays: tuple[Play, ...]
    policies: tuple[Policy, ...]
    beliefs: Beliefs
    unlearned: Beliefs
    unsettled: Beliefs
    draw: Draw
    tiers: tuple[str, ...] = TIERS
    allocator: Allocator | None = None
    control: float = 0.0
    holdouts: Mapping[str, float] = field(default_factory=dict)
    vulnerable: frozenset[str] = frozenset()
    segment_by: SegmentBy = "group"
    review: str = ""
    off: tuple[Play, ...] = ()
    scarce: bool = False
    objected: Mapping[str, Verdict] = field(default_factory=dict)
    _ranked: dict[tuple[int, ...], tuple[tuple[Proposal, ...], tuple[str, ...]]] = field(default_factory=dict)

    @cached_property
    def best(self) -> Allocator:
        """What leaves nothing to chance: used for people in need, and where nothing is to be tried out."""
        return Best(self.beliefs.effects, self.unlearned.effects)

    @cached_property
    def learned(self) -> frozenset[str]:
        """The plays of which something else is believed than before anything was learned."""
        before = self.unlearned.effects
        return frozenset(name for name, effect in self.beliefs.effects.items() if effect != before[name])

    @cached_property
    def focused(self) -> frozenset[str]:
        """The topics that OODA set the focus on, or took it from."""
        return frozenset(self.beliefs.focus_topics) ^ frozenset(self.unsettled.focus_topics)

    def ranked(self, proposals: tuple[Proposal, ...]) -> tuple[str, ...]:
        """Return what `without_a_factor` says; people who are alike share their proposals, and are told the same."""
        alike = tuple(map(id, proposals))
        if alike not in self._ranked:
            self._ranked[alike] = (proposals, without_a_factor(proposals))  # kept, so that no other has their ids
        return self._ranked[alike][1]

    def known_of(self, view: PersonView) -> Circumstances:
        """Return what is known of a person and their occasion: the first topic, and the segment they belong to."""
        topics, person = (view.occasion.topics if view.occasion else ()), view.person
        segments = {"group": person.groups[0] if person.groups else "", "language": person.language or "", "none": ""}
        return Circumstances(topics[0] if topics else "", segments[self.segment_by])


@dataclass(slots=True)
class Choice:
    """What came out: decisions, whose inbox is settled, what was not done with its reason.

    `open` has yet to find room; those in `unsettled` found none, and wait for the next turn.
    """

    decisions: list[Decision] = field(default_factory=list)
    settled: list[str] = field(default_factory=list)
    withheld: Counter[str] = field(default_factory=Counter)
    open: list[Open] = field(default_factory=list)
    unsettled: set[str] = field(default_factory=set)

    def add(self, other: Choice) -> None:
        """Take in what came out for other people."""
        self.decisions += other.decisions
        self.settled += other.settled
        self.withheld += other.withheld
        self.open += other.open


def in_parts(whole: Choice, size: int) -> Iterator[Choice]:
    """Yield a choice by so many people at a time: with each part its decisions; nobody's are torn apart."""
    theirs: dict[str, list[Decision]] = {}
    for one in whole.decisions:
        theirs.setdefault(one.person_id, []).append(one)
    people = [one for one in dict.fromkeys([*whole.settled, *theirs]) if one not in whole.unsettled]
    for start in range(0, max(len(people), 1), size):
        part = people[start : start + size]
        decisions = [decision for person in part for decision in theirs.get(person, ())]
        yield Choice(decisions=decisions, settled=part, withheld=whole.withheld if start == 0 else Counter())
