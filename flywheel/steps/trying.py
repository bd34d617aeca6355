"""Trying a play on the store's people: nothing is decided, written or sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from flywheel.config.settings import Overlay
from flywheel.decide.choose import judged_now
from flywheel.decide.ground import Ground
from flywheel.decide.judged import Judged
from flywheel.decide.mercy import in_need
from flywheel.domain.cycle import Cycle, Window
from flywheel.domain.play import Candidate, Play
from flywheel.domain.trying import Example, TriedPlay
from flywheel.errors import ConfigError
from flywheel.steps.challenging import challenge
from flywheel.steps.deciding import ground_of
from flywheel.store.codec import parts
from flywheel.wheel import Flywheel

_PEOPLE = 5_000
_SHOWN = 2
"""Examples of each outcome."""
_LONGEST = 100


def try_play(wheel: Flywheel, name: str) -> TriedPlay:
    """Return whom a play would mean now, among all who said something while it could still answer it."""
    now, cycle = wheel.clock(), _as_if(wheel)
    laid_over = wheel.overlay(cycle)
    plays = _with(wheel, name, laid_over)
    play = next(one for one in plays if one.name == name)
    ground = ground_of(wheel, cycle, plays, laid_over, challenge(wheel, cycle, plays))
    conditions, window = wheel.conditions(plays), timedelta(days=play.not_after_days)
    model, brand = wheel.settings.analyzer.model_name, wheel.settings.brand.name
    with wheel.store.read() as shelves:
        spoke = shelves.waiting.who_spoke(model, brand, now - window, now)
        people = shelves.people.count(brand)
    seen = _Seen(play, ground)
    for part in parts(spoke, _PEOPLE):
        with wheel.store.read() as shelves:
            found = shelves.waiting.candidates(cycle, model, conditions, part, longest=window)
        seen.look(found.candidates, len(part))
    with wheel.store.read() as shelves:
        words = shelves.themes.words_of([one.occasion for one in seen.examples])
    examples = [one.model_copy(update={"words": _cut(words.get(one.occasion, ""))}) for one in seen.examples]
    return seen.told(people, len(spoke), examples)


class _Seen:
    """Counts what becomes of people, part by part, and keeps the first few of each outcome."""

    def __init__(self, play: Play, ground: Ground) -> None:
        self._play, self._ground = play, ground
        self._counts: dict[str, Counter[str]] = {}
        self._meant = self._review = self._held = 0
        self.examples: list[Example] = []

    def look(self, candidates: Sequence[Candidate], of: int) -> None:
        """Judge the candidates among so many who spoke."""
        fitting = [one for one in candidates if self._play.name in one.fits]
        self._count("not eligible", f"does not fit: {self._play.when}", of - len(fitting))
        for candidate, judged in judged_now(fitting, self._ground):
            self._judge(candidate, judged)

    def told(self, people: int, spoke: int, examples: Sequence[Example]) -> TriedPlay:
        """Return all of it."""
        no = {stage: sum(counts.values()) for stage, counts in self._counts.items()}
        eligible = spoke - no.get("not eligible", 0)
        applicable = eligible - no.get("not applicable", 0)
        return TriedPlay(
            play=self._play.name, people=people, spoke=spoke, eligible=eligible, applicable=applicable,
            suitable=self._meant, review=self._review, held_out=self._held,
            excluded={stage: dict(counts.most_common()) for stage, counts in self._counts.items()},
            examples=tuple(examples),
        )  # fmt: skip

    def _judge(self, candidate: Candidate, judged: Sequence[Judged]) -> None:
        own = next((one for one in judged if one.proposal.play.name == self._play.name), None)
        if own is None:
            first = judged[0].proposal.play if judged else None
            why = f"{first.tier} goes first ({first.name})" if first else "its time has passed"
            self._keep(candidate, "not applicable", why, (why,))
            return
        if own.ruling == "block":
            why = "; ".join(one.reason for one in own.verdicts if one.ruling == "block")
            self._keep(candidate, "not suitable", why, tuple(one.reason for one in own.verdicts))
            return
        self._meant += 1
        self._review += own.ruling == "review"
        held = self._is_held_out(candidate)
        self._held += held
        outcome = "held out" if held else "waits for a person" if own.ruling == "review" else "meant"
        self._show(candidate, outcome, tuple(one.reason for one in own.verdicts if one.ruling == own.ruling))

    def _is_held_out(self, candidate: Candidate) -> bool:
        ground, person = self._ground, candidate.view.person.id
        if in_need(candidate.view, self._play.tier, ground.vulnerable):
            return False
        held = ground.holdouts.get(self._play.name, self._play.holdout)
        return ground.draw(person, "\x1fpolicy") < ground.control or ground.draw(person, self._play.name) < held

    def _keep(self, candidate: Candidate, stage: str, why: str, reasons: tuple[str, ...]) -> None:
        self._count(stage, why, 1)
        self._show(candidate, f"{stage}: {why}", reasons)

    def _count(self, stage: str, why: str, n: int) -> None:
        if n:
            self._counts.setdefault(stage, Counter())[why] += n

    def _show(self, candidate: Candidate, outcome: str, reasons: tuple[str, ...]) -> None:
        occasion = candidate.view.occasion
        if occasion is None or sum(one.outcome == outcome for one in self.examples) >= _SHOWN:
            return
        self.examples.append(Example(
            person_id=candidate.view.person.id, occasion=occasion.feedback_id, at=occasion.at, outcome=outcome,
            reasons=reasons, words="",
        ))  # fmt: skip


def _as_if(wheel: Flywheel) -> Cycle:
    now = wheel.clock()
    return Cycle(id="try", flow="cycle", window=Window(since=now, until=now), as_of=now, mode="shadow", period=0,
                 config_hash="", fence=0)  # fmt: skip


def _with(wheel: Flywheel, name: str, laid_over: Overlay) -> tuple[Play, ...]:
    """Return the plays in force, and the one that is tried though it may be off or paused."""
    one = wheel.settings.play(name)
    if one is None:
        names = ", ".join(play.name for play in wheel.settings.plays)
        raise ConfigError(f"There is no play {name!r}; there is {names or 'none'}.")
    in_force = wheel.plays(laid_over)
    return in_force if name in [play.name for play in in_force] else (*in_force, one)


def _cut(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "\u2026"
