"""Learn: what each play changed against its holdout, and what the next cycle believes because of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from flywheel.config.settings import Settings
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.initiative import Setting
from flywheel.domain.outcome import Learning, Lift
from flywheel.domain.play import MERCY_TIERS, Measured, Play
from flywheel.domain.trial import POLICY, EffectSum
from flywheel.learn.beliefs import learning, prior
from flywheel.learn.lifts import EVERYBODY, EffectRules, lifts, policy_lift
from flywheel.learn.pausing import PauseRules, pause, switch_of
from flywheel.learn.posterior import Memory, Posterior, believe
from flywheel.steps.afterwards import hear_afterwards
from flywheel.steps.appraising import appraise
from flywheel.store.shelves.effects import Window
from flywheel.wheel import Flywheel


@dataclass(slots=True)
class _Learned:
    """What a cycle has learned so far; each learning with the spread of what is now believed."""

    lifts: list[Lift] = field(default_factory=list)
    learnings: list[tuple[Learning, float]] = field(default_factory=list)
    pauses: list[Setting] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)


def learn(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Add up what came of decisions whose window has closed, judge every play by it, and pause what harms."""
    hear_afterwards(wheel, cycle)
    people = 0
    for window in windows(wheel.settings):
        with wheel.store.write(cycle.fence) as shelves:
            people += shelves.effects.count(window, cycle.as_of)
    with wheel.store.read() as shelves:
        sums = shelves.effects.sums()
    found = _judge(wheel, cycle, sums)
    with wheel.store.read() as shelves:
        appraisals, leaving = appraise(wheel.settings, cycle, shelves, sums, found.lifts)
    with wheel.store.write(cycle.fence) as shelves:
        shelves.learning.add_lifts(found.lifts)
        shelves.learning.add([*found.learnings, *((one, 0.0) for one in leaving)])
        shelves.learning.appraise(appraisals)
        for setting in found.pauses:
            shelves.cycles.add_setting(setting)
            shelves.audit.note(wheel.clock(), "flywheel", "pause", setting.name, setting.id)
    reasons = found.reasons + Counter({"people whose window closed": people})
    return Tally(
        step="learn", done=len(found.learnings) + len(leaving), skipped=sum(found.reasons.values()),
        reasons=dict(+reasons),
        warnings=tuple(f"{one.reason[:1].upper()}{one.reason[1:]}." for one in found.pauses),
    )  # fmt: skip


def windows(settings: Settings) -> list[Window]:
    """Return what is counted: each metric within each number of days, with the plays that it judges."""
    asked = [(one, play.name) for play in settings.plays for one in play.measured]
    return [
        Window(
            metric, days, tuple(name for one, name in asked if (one.metric, one.days) == (metric, days)),
            amounts=any(one.kind == "amount" for one, _ in asked if (one.metric, one.days) == (metric, days)),
            control=settings.learn.control,
        )
        for metric, days in sorted({(one.metric, one.days) for one, _ in asked})
    ]  # fmt: skip


def posterior(settings: Settings, sums: Sequence[EffectSum]) -> Posterior:
    """Return what is believed of all plays of the catalogue after what was counted."""
    return believe(settings.plays, sums, _memory(settings))


def _memory(settings: Settings) -> Memory:
    rules = settings.learn
    return Memory(keep=rules.keep, seed=settings.seed, draws=rules.draws)


def _judge(wheel: Flywheel, cycle: Cycle, sums: Sequence[EffectSum]) -> _Learned:
    settings, found = wheel.settings, _Learned()
    rules = EffectRules(
        margin=settings.learn.margin, min_arm=settings.learn.min_arm, anytime_n=settings.learn.anytime_n
    )
    believed_now = posterior(settings, sums)
    with wheel.store.read() as shelves:
        believed = shelves.learning.believed()
        switched = {one.name for one in shelves.cycles.settings_in_force(cycle.as_of)} | set(settings.locked)
    for play in settings.plays:
        if not _is_experiment(play):
            found.reasons["no experiment: exempt, or without a metric"] += 1
            continue
        measured = lifts(play, sums, rules, cycle.id)
        if not measured:
            found.reasons["nothing to compare yet"] += 1
            continue
        found.lifts += measured
        after = believed_now.effect(play.name)
        new = learning(play, believed.get(play.name, prior(play)), after, measured[0])
        found.learnings += [(new, after.sd)] if new else []
        if switch_of(play.name) not in switched:  # what a person or an earlier cycle said stands until it lapses
            found.pauses += _pauses(settings, cycle, play, measured, believed_now.harm(play.name))
    for one in _chosen_by(settings):
        found.lifts += policy_lift(POLICY, one, sums, rules, cycle.id)
    return found


def _is_experiment(play: Play) -> bool:
    return bool(play.measured) and play.holdout > 0 and play.tier not in MERCY_TIERS


def _pauses(settings: Settings, cycle: Cycle, play: Play, measured: Sequence[Lift], harm: float) -> list[Setting]:
    main = [one for one in measured if one.metric == play.metric and one.segment == EVERYBODY]
    rules = PauseRules(sure_at=settings.learn.pause_at, days=settings.learn.pause_days)
    made = pause(play, main, harm, rules, cycle_id=cycle.id, now=cycle.as_of)
    return [made] if made else []


def _chosen_by(settings: Settings) -> list[Measured]:
    """Return what plays are chosen by, each metric and window once: all plays together are judged by it too."""
    return list(dict.fromkeys(play.measured[0] for play in settings.plays if play.measured))
