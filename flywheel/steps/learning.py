"""Learn: what each play changed against its holdout, and what the next cycle believes because of it."""

from __future__ import annotations

from collections import Counter

from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.outcome import Learning, Lift
from flywheel.learn.beliefs import learning, prior, updated
from flywheel.learn.effects import EffectRules, lifts
from flywheel.wheel import Flywheel


def learn(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Judge every play by what happened to people whose attribution window has closed."""
    rules = EffectRules.model_validate(wheel.settings.learn.model_dump())
    measured: list[Lift] = []
    learned: list[tuple[Learning, float]] = []
    reasons: Counter[str] = Counter()
    with wheel.store.read() as shelves:
        believed = shelves.learning.believed()
        for play in wheel.settings.plays:
            if play.metric is None or play.holdout == 0:
                reasons["no experiment: exempt, or without a metric"] += 1
                continue
            arms = shelves.outcomes.arms(play, play.metric, cycle.as_of)
            found = lifts(play.name, play.metric, arms, rules, cycle.id)
            after = updated(play, arms)
            if not found or after is None:
                reasons["nothing to compare yet"] += 1
                continue
            measured += found
            new = learning(play, believed.get(play.name, prior(play)), after, found[0])
            learned += [(new, after.sd)] if new else []
    with wheel.store.write(cycle.fence) as shelves:
        shelves.learning.add_lifts(measured)
        shelves.learning.add(learned)
    return Tally(step="learn", done=len(learned), skipped=sum(reasons.values()), reasons=dict(reasons))
