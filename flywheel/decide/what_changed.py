"""Which learnings and settings made a choice come out differently: leave one out, and pick with the same lots again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from flywheel.decide.arbitration import weight_of
from flywheel.decide.ground import Ground
from flywheel.decide.picking import Lots
from flywheel.domain.allocation import Allocator, Circumstances, Option
from flywheel.domain.play import Candidate

_NOTHING: frozenset[str] = frozenset()


class Changed(NamedTuple):
    """The ids of what changed a choice, and the same in words."""

    by: tuple[str, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pick:
    """All that one person's pick follows from."""

    allocator: Allocator
    options: tuple[Option, ...]
    known: Circumstances
    lots: Lots

    @property
    def plays(self) -> tuple[str, ...]:
        """The names of the plays that could be picked."""
        return tuple(dict.fromkeys(one.play for one in self.options))

    def made(self, options: tuple[Option, ...], unlearned: frozenset[str] = _NOTHING) -> tuple[Option | None, float]:
        """Return the option picked, None for silence, with the chance it had; `unlearned` as in `Allocator`."""
        shares = self.allocator.shares(options, self.known, unlearned)
        at = shares.index(1.0) if 1.0 in shares else self.lots.pick(options, shares)
        return (options[at] if at < len(options) else None), shares[at]

    def play(self, options: tuple[Option, ...], unlearned: frozenset[str] = _NOTHING) -> str | None:
        """Return the play picked, None for silence."""
        option, _ = self.made(options, unlearned)
        return option.play if option else None


def what_changed_it(candidate: Candidate, pick: Pick, chosen: Option, ground: Ground) -> Changed:
    """Return which learnings and settings made this come out differently.

    Where nothing was learned of a play that could be picked, or no topic of the occasion is in focus, leaving it out
    is the same.
    """
    changed: list[str] = []
    words: list[str] = []
    learned = frozenset(name for name in pick.plays if name in ground.learned)
    if learned and (without := pick.play(pick.options, learned)) != chosen.play:
        ids = _decisive(pick, learned, chosen, ground)
        changed += ids
        words.append(f"without what was learned: {without or 'silence'} (learning {', '.join(ids)})")
    occasion = candidate.view.occasion
    focused = occasion is not None and not ground.focused.isdisjoint(occasion.topics)
    if focused and (without := pick.play(_out_of_focus(candidate, pick, ground))) != chosen.play:
        # the two differ in the focus alone; moved weights are part of the plays
        ids = [ground.beliefs.settings["focus.topics"]] if "focus.topics" in ground.beliefs.settings else []
        changed += ids
        words.append(f"without what OODA set: {without or 'silence'} (setting {', '.join(ids)})")
    return Changed(tuple(changed), tuple(words))


def _out_of_focus(candidate: Candidate, pick: Pick, ground: Ground) -> tuple[Option, ...]:
    plays = {play.name: play for play in ground.plays}
    return tuple(one._replace(factor=weight_of(candidate, plays[one.play], ground.unsettled)) for one in pick.options)


def _decisive(pick: Pick, learned: frozenset[str], chosen: Option, ground: Ground) -> list[str]:
    """Return the learnings without which alone the choice would be another; all of them where it takes several."""
    effects = ground.beliefs.effects
    ids = {name: id_ for name in pick.plays if name in learned and (id_ := effects[name].learning_id)}
    alone = [id_ for name, id_ in ids.items() if pick.play(pick.options, frozenset((name,))) != chosen.play]
    return alone or list(ids.values())
