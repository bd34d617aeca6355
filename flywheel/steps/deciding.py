"""Decide: for each person with something new, the next best action, or silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from flywheel.config.settings import Overlay, zone_of
from flywheel.decide.arbitration import Beliefs
from flywheel.decide.choose import choose, pass_over
from flywheel.decide.ground import Choice, Ground, in_parts
from flywheel.decide.policies import ConsentPolicy
from flywheel.decide.scarce import is_limited, scarce
from flywheel.decide.within import keep_within
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.expression import Expression
from flywheel.domain.outcome import LearnedEffect
from flywheel.domain.play import NOT_OURS, TIERS, Candidate, Decision, Play, Verdict
from flywheel.learn.allocating import Thompson
from flywheel.learn.assignment import draws, season
from flywheel.learn.beliefs import prior
from flywheel.learn.caring import why_review
from flywheel.learn.posterior import Posterior
from flywheel.ports import Policy
from flywheel.steps.challenging import challenge
from flywheel.steps.launched import only_watched, without
from flywheel.steps.learning import posterior
from flywheel.store.codec import parts
from flywheel.store.shelves.decisions import LearningsRead
from flywheel.store.shelves.waiting import Waiting
from flywheel.wheel import Flywheel

_PEOPLE = 5_000
_LISTED = 100_000
_UNKNOWN = "nothing is known of the person, so no consent either"


def decide(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Choose for everybody who waits, part by part: decisions, verdicts and the emptied inbox are one transaction.

    What is decided of a person depends on that person alone, never on the part, unless something is scarce: the size
    changes nothing, and a run that dies between two parts is finished by the next one.
    """
    laid_over = wheel.overlay(cycle)
    plays = wheel.plays(laid_over)
    with wheel.store.read() as shelves:
        watched = only_watched(plays, shelves.launches.states())
    objected = challenge(wheel, cycle, plays)
    ground = ground_of(wheel, cycle, tuple(play for play in plays if play.name not in watched), laid_over, objected)
    as_if = replace(ground_of(wheel, cycle, plays, laid_over, {}), mode="shadow") if watched else None
    conditions = wheel.conditions((*plays, *ground.off))
    done, withheld = 0, Counter[str]()
    for choice in _choices(wheel, cycle, ground, as_if, conditions):
        with wheel.store.write(cycle.fence) as shelves:
            done += shelves.decisions.add(choice.decisions)
            if cycle.mode == "live":
                shelves.waiting.settle(choice.settled)
        withheld += choice.withheld
    model, brand = wheel.settings.analyzer.model_name, wheel.settings.brand.name
    with wheel.store.write(cycle.fence) as shelves:
        withheld += Counter({NOT_OURS: shelves.waiting.of_other_brands(cycle.id, model, brand)})
        read = shelves.decisions.learnings_read(cycle.id)
        shelves.learning.note_use(cycle.id, _used(read, set(laid_over.sources.values())))
    return Tally(
        step="decide", done=done, skipped=sum(withheld.values()), reasons=dict(sorted(withheld.items())),
        warnings=tuple(f"{name}: {one.reason}." for name, one in sorted(objected.items())),
    )  # fmt: skip


def _choices(
    wheel: Flywheel, cycle: Cycle, ground: Ground, as_if: Ground | None, conditions: dict[str, Expression]
) -> Iterator[Choice]:
    """Yield what comes out, part by part; where something is scarce, everybody is weighed before anything is written.

    A run that dies between two parts of these has still kept within the limits: the next one counts what was decided.
    """
    if not ground.scarce:
        for part in _everybody(wheel):
            yield _choice(wheel, cycle, part, ground, as_if, conditions)
        return
    whole = Choice()
    for part in _everybody(wheel):
        whole.add(_choice(wheel, cycle, part, ground, as_if, conditions))
    limits = wheel.settings.limits
    with wheel.store.read() as shelves:
        taken = shelves.decisions.taken(cycle.id, _day_began(wheel, cycle))
    keep_within(whole, ground, scarce(ground.plays, limits, taken), limits)
    yield from in_parts(whole, _PEOPLE)


def _choice(
    wheel: Flywheel, cycle: Cycle, part: Sequence[Waiting], ground: Ground, as_if: Ground | None,
    conditions: dict[str, Expression],
) -> Choice:  # fmt: skip
    names = [play.name for play in ground.plays]
    watched = frozenset(play.name for play in as_if.plays if play.name not in names) if as_if else frozenset()
    longest = timedelta(days=max((play.not_after_days for play in (as_if or ground).plays), default=0))
    with wheel.store.read() as shelves:
        model = wheel.settings.analyzer.model_name
        found = shelves.waiting.candidates(cycle, model, conditions, part, longest=longest)
    choice = choose(without(found.candidates, watched), ground)
    pass_over(choice, late=found.late, unfitted=found.unfitted, ground=ground)
    choice.decisions += _watched(found.candidates, watched, as_if)
    unknown = [one.person_id for one in part if not one.known]
    choice.settled += unknown
    choice.withheld += Counter({_UNKNOWN: len(unknown)})
    return choice


def _day_began(wheel: Flywheel, cycle: Cycle) -> datetime:
    return cycle.as_of.astimezone(zone_of(wheel.settings)).replace(hour=0, minute=0, second=0, microsecond=0)


def _watched(candidates: Sequence[Candidate], watched: frozenset[str], as_if: Ground | None) -> list[Decision]:
    """Return what plays that are only watched would do, had they been among the others."""
    if as_if is None:
        return []
    meant = [one for one in candidates if not watched.isdisjoint(one.fits)]
    return [one for one in choose(meant, as_if).decisions if one.play in watched and one.status == "shadow"]


def policies_of(wheel: Flywheel) -> tuple[Policy, ...]:
    """Return the policies in force: consent is always among them, also where the configuration forgot it."""
    given = wheel.settings.policies
    return given if any(isinstance(one, ConsentPolicy) for one in given) else (ConsentPolicy(), *given)


def ground_of(
    wheel: Flywheel, cycle: Cycle, plays: tuple[Play, ...], laid_over: Overlay, objected: dict[str, Verdict]
) -> Ground:
    """Return what choosing rests on in a turn: plays, policies, what is believed, and the draws."""
    settings, draw = wheel.settings, draws(wheel.vault.assignment_key(), season(cycle.as_of))
    rules, lever = settings.learn, settings.orient.focus_lever
    with wheel.store.read() as shelves:
        believed, sums = shelves.learning.believed(), shelves.effects.sums()
        review = why_review(shelves.learning.last_appraisals(cycle.id))
    known = posterior(settings, sums)
    surely_good = [play for play in plays if 1 - known.harm(play.name) >= rules.sure_at]
    off = tuple(play for play in settings.plays if play.enabled and play.name in laid_over.disabled_plays)
    unlearned = {play.name: prior(play) for play in (*plays, *off)}
    learned = {name: _believed(known, believed.get(name), before) for name, before in unlearned.items()}

    def beliefs(effects: dict[str, LearnedEffect], laid: Overlay) -> Beliefs:
        return Beliefs(effects=effects, focus_topics=laid.focus_topics, focus_lever=lever, settings=laid.sources)

    return Ground(
        cycle_id=cycle.id, now=cycle.as_of, mode=cycle.mode, plays=plays, policies=policies_of(wheel),
        beliefs=beliefs(learned, laid_over), unlearned=beliefs(unlearned, laid_over),
        unsettled=beliefs(learned, Overlay()), draw=draw,
        tiers=settings.triage.tiers if cycle.flow == "triage" else TIERS,
        allocator=Thompson(known, rules.floor, rules.agree) if rules.allocation == "thompson" else None,
        control=rules.control,
        holdouts={play.name: min(play.holdout, rules.holdout_floor) for play in surely_good},
        vulnerable=frozenset(rules.vulnerable), segment_by=rules.segment_by, review=review, off=off,
        scarce=is_limited(plays, settings.limits), objected=objected,
    )  # fmt: skip


def _believed(known: Posterior, learned: LearnedEffect | None, before: LearnedEffect) -> LearnedEffect:
    """Return what is believed of a play now; the newest learning about it says where that comes from."""
    if learned is None:
        return before
    now = known.effect(before.play)
    return LearnedEffect(play=now.play, mean=now.mean, sd=now.sd, learning_id=learned.learning_id)


def _everybody(wheel: Flywheel) -> Iterator[Sequence[Waiting]]:
    """Yield those who wait in parts; of 100,000 at a time only the ids are held."""
    model, brand, last = wheel.settings.analyzer.model_name, wheel.settings.brand.name, ""
    while True:
        with wheel.store.read() as shelves:
            waiting = shelves.waiting.people(model, brand, after=last, limit=_LISTED)
        yield from parts(waiting, _PEOPLE)
        if len(waiting) < _LISTED:
            return
        last = waiting[-1].person_id


def _used(read: Iterable[LearningsRead], settings: set[str]) -> dict[str, tuple[int, int]]:
    """Return, per learning, how many decisions read it and how many came out differently because of it."""
    used: dict[str, tuple[int, int]] = {}
    for learnings, changed_by, n in read:
        for learning in {*learnings, *(one for one in changed_by if one not in settings)}:
            before, changed = used.get(learning, (0, 0))
            used[learning] = (before + n, changed + (n if learning in changed_by else 0))
    return used
