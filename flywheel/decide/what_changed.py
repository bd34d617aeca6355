"""Which learnings and settings made a choice come out differently: leave one out, and pick with the same lots again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from flywheel.decide.arbitration import weight_of
from flywheel.decide.ground import Ground
from flywheel.decide.picking import Lots
from flywheel.domain.allocation import Allocator, Circumstances, Option
from flywheel.domain.play import TIERS, Candidate, Play, expires

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
    if learned and (without := pick.play(pick.options, frozenset(pick.plays))) != chosen.play:
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
    back = _switched_on_again(candidate, chosen, ground)
    if back and (without := pick.play(_with(back, candidate, pick, chosen, ground))) != chosen.play:
        names = [f"plays.{play.name}.enabled" for play in back]
        ids = [ground.beliefs.settings[name] for name in names if name in ground.beliefs.settings]
        changed += ids
        words.append(f"were nothing switched off: {without or 'silence'} (setting {', '.join(ids)})")
    return Changed(tuple(changed), tuple(words))


def _switched_on_again(candidate: Candidate, chosen: Option, ground: Ground) -> list[Play]:
    """Return the plays of the highest tier that could be picked if no setting had switched them off."""
    if not candidate.off:
        return []
    occasion, tier = candidate.view.occasion, {play.name: play.tier for play in ground.plays}[chosen.play]
    found = [
        play
        for play in ground.off
        if play.name in candidate.off and occasion and expires(play, occasion.at) > ground.now
        and TIERS.index(play.tier) <= TIERS.index(tier)
    ]  # fmt: skip
    highest = min((play.tier for play in found), key=TIERS.index, default=tier)
    return [play for play in found if play.tier == highest]


def _with(back: list[Play], candidate: Candidate, pick: Pick, chosen: Option, ground: Ground) -> tuple[Option, ...]:
    """Return what could be picked with these plays, before policies have spoken of them; need comes before sale."""
    same = any(play.name == chosen.play and play.tier == back[0].tier for play in ground.plays)
    more = (
        Option(play.name, way, factor)
        for play in back
        if (factor := weight_of(candidate, play, ground.beliefs)) > 0
        for way in play.ways
    )
    return (*(pick.options if same else ()), *more)


def _out_of_focus(candidate: Candidate, pick: Pick, ground: Ground) -> tuple[Option, ...]:
    plays = {play.name: play for play in ground.plays}
    return tuple(one._replace(factor=weight_of(candidate, plays[one.play], ground.unsettled)) for one in pick.options)


def _decisive(pick: Pick, learned: frozenset[str], chosen: Option, ground: Ground) -> list[str]:
    """Return the learnings without which alone the choice would be another; all of them where it takes several."""
    effects = ground.beliefs.effects
    ids = {name: id_ for name in pick.plays if name in learned and (id_ := effects[name].learning_id)}
    alone = [id_ for name, id_ in ids.items() if pick.play(pick.options, frozenset((name,))) != chosen.play]
    return alone or list(ids.values())
