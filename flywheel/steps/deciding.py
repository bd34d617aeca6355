"""Decide: for each person with something new, the next best action, or silence."""

from __future__ import annotations

from flywheel.config.settings import Overlay
from flywheel.decide.arbitration import Beliefs
from flywheel.decide.choose import Choice, Ground, choose
from flywheel.decide.policies import ConsentPolicy
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.outcome import LearnedEffect
from flywheel.domain.play import TIERS, Play
from flywheel.learn.assignment import draw, season
from flywheel.learn.beliefs import prior
from flywheel.ports import Policy
from flywheel.wheel import Flywheel


def decide(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Choose for everybody who waits; decisions, verdicts and the emptied inbox are one transaction."""
    settings, laid_over = wheel.settings, wheel.overlay(cycle)
    plays = wheel.plays(laid_over)
    with wheel.store.read() as shelves:
        candidates, unknown = shelves.decisions.candidates(
            cycle, settings.analyzer.model_name, wheel.conditions(plays), settings.brand.name
        )
        believed = shelves.learning.believed()
    choice = choose(candidates, _ground(wheel, cycle, plays, laid_over, believed))
    with wheel.store.write(cycle.fence) as shelves:
        new = shelves.decisions.add(choice.decisions)
        if cycle.mode == "live":
            shelves.decisions.settle([*choice.settled, *unknown])
        shelves.learning.note_use(cycle.id, _used(choice, set(laid_over.sources.values())))
    if unknown:
        choice.withheld["nothing is known of the person, so no consent either"] += len(unknown)
    withheld = dict(sorted(choice.withheld.items()))
    return Tally(step="decide", done=new, skipped=sum(withheld.values()), reasons=withheld)


def policies_of(wheel: Flywheel) -> tuple[Policy, ...]:
    """Return the policies in force: consent is always among them, also where the configuration forgot it."""
    given = wheel.settings.policies
    return given if any(isinstance(one, ConsentPolicy) for one in given) else (ConsentPolicy(), *given)


def _ground(
    wheel: Flywheel, cycle: Cycle, plays: tuple[Play, ...], laid_over: Overlay, believed: dict[str, LearnedEffect]
) -> Ground:
    settings, key, quarter = wheel.settings, wheel.vault.assignment_key(), season(cycle.as_of)
    learned = {play.name: believed.get(play.name, prior(play)) for play in plays}
    lever = settings.orient.focus_lever

    def beliefs(effects: dict[str, LearnedEffect], laid: Overlay) -> Beliefs:
        return Beliefs(effects=effects, focus_topics=laid.focus_topics, focus_lever=lever, settings=laid.sources)

    return Ground(
        cycle_id=cycle.id, now=cycle.as_of, mode=cycle.mode, plays=plays, policies=policies_of(wheel),
        beliefs=beliefs(learned, laid_over), unlearned=beliefs({play.name: prior(play) for play in plays}, laid_over),
        unsettled=beliefs(learned, Overlay()), draw=lambda person, play: draw(key, person, play, quarter),
        tiers=settings.triage.tiers if cycle.flow == "triage" else TIERS,
    )  # fmt: skip


def _used(choice: Choice, settings: set[str]) -> dict[str, tuple[int, int]]:
    """Return, per learning, how many decisions read it and how many came out differently because of it."""
    used: dict[str, tuple[int, int]] = {}
    for decision in choice.decisions:
        for learning in {*decision.learnings, *(one for one in decision.changed_by if one not in settings)}:
            read, changed = used.get(learning, (0, 0))
            used[learning] = (read + 1, changed + (learning in decision.changed_by))
    return used
