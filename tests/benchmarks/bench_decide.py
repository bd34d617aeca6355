"""Deciding for 100,000 people by 20 plays under caps and a budget: CPU time, memory, and how near the best it comes.

    python tests/benchmarks/bench_decide.py [people]

Everything that `decide` does between two statements of SQL: tiers, seven policies by the batch, the pick, the limits.
"""

from __future__ import annotations

import gc
import resource
import sys
import time
from datetime import UTC, datetime, timedelta

import numpy as np

from flywheel.decide.arbitration import Beliefs
from flywheel.decide.ask_first import AskFirstPolicy
from flywheel.decide.care_first import CareFirstPolicy
from flywheel.decide.choose import choose
from flywheel.decide.ground import Choice, Ground
from flywheel.decide.policies import ConsentPolicy, ContactCapPolicy, QuietHoursPolicy
from flywheel.decide.restraint import CoolOffPolicy, FatiguePolicy
from flywheel.decide.scarce import Scarce, scarce
from flywheel.decide.solver import Problem, relaxed
from flywheel.decide.within import keep_within, wanted_by
from flywheel.domain.limits import ChannelLimit, Limits
from flywheel.domain.outcome import LearnedEffect
from flywheel.domain.person import Consent, Person
from flywheel.domain.play import TIERS, Candidate, Contacted, Occasion, PersonView, Play
from flywheel.learn.assignment import draws

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PART = 5_000
PLAYS = 20


def main(people: int) -> None:
    dice = np.random.default_rng(7)
    plays = _plays(dice, people)
    candidates = _candidates(dice, plays, people)
    ground = _ground(plays)
    limits = Limits(
        budget=people * 0.5, per_cycle=int(people * 0.5), channels={"mail": ChannelLimit(per_day=int(people * 0.35))}
    )
    gc.collect()
    gc.freeze()  # the people are the benchmark's own; in a turn they come and go part by part
    before, whole = time.process_time(), Choice()
    for start in range(0, people, PART):
        whole.add(choose(candidates[start : start + PART], ground))
    chosen = time.process_time()
    known = scarce(plays, limits, ())
    bound, asked = _bound(whole, known), len(whole.decisions)
    began = time.process_time()
    keep_within(whole, ground, known, limits)
    ended = time.process_time()
    done = [one for one in whole.decisions if one.status in ("decided", "waiting")]
    by_tier = {tier: sum(one.score for one in done if one.tier == tier) for tier in TIERS}
    print(f"{people:,} people x {PLAYS} plays: {chosen - before + ended - began:.1f} CPU s "
          f"(choosing {chosen - before:.1f}, limits {ended - began:.1f})")  # fmt: skip
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB, people and plays included")
    print(f"{asked:,} wanted, {len(done):,} found room; " + ", ".join(f"{t} {v:,.1f}" for t, v in by_tier.items()))
    print(f"worth {sum(by_tier.values()):,.3f} of at most {bound:,.3f} by the relaxation, tier by tier: "
          f"{sum(by_tier.values()) / bound:.6f}")  # fmt: skip


def _bound(whole: Choice, known: Scarce) -> float:
    """Return what the linear relaxation reaches, tier by tier, over people who are alike."""
    _, wanted = wanted_by(whole.open, known)
    rows, counts = np.unique(np.column_stack([wanted.tier, wanted.worth]), axis=0, return_counts=True)
    print(f"{len(counts):,} kinds of people")
    return relaxed(Problem(rows[:, 1:], rows[:, 0].astype(np.int64), counts, known.use, known.room)).worth


def _plays(dice: np.random.Generator, people: int) -> tuple[Play, ...]:
    return tuple(
        Play(
            name=f"play{at:02}", tier=TIERS[at % 5], when="feedback_90d > 0", channel=("mail", "sms", "call")[at % 3],
            purpose="marketing" if at % 5 == 4 else "service", template="t", holdout=0.0,
            addresses=("delay",)[: at % 2],
            expected_effect=round(float(dice.uniform(0.01, 0.2)), 3), value=float(dice.integers(1, 4)),
            cost=round(float(dice.uniform(0, 4)), 2), capacity=int(people * dice.uniform(0.01, 0.1)),
        )
        for at in range(PLAYS)
    )  # fmt: skip


def _candidates(dice: np.random.Generator, plays: tuple[Play, ...], people: int) -> list[Candidate]:
    fits, numbers = dice.random((people, len(plays))) < 0.5, dice.random((people, 6))
    fits[numbers[:, 0] > 0.05, 0::5] = False  # few are in need
    fits[numbers[:, 1] > 0.2, 1::5] = False
    names = [play.name for play in plays]
    return [
        Candidate.model_construct(
            view=_view(at, numbers[at]),
            fits=tuple(name for name, fit in zip(names, fits[at], strict=True) if fit),
            off=(),
        )
        for at in range(people)
    ]


def _view(at: int, numbers: np.ndarray) -> PersonView:  # type: ignore[type-arg]
    yes = tuple(
        Consent.model_construct(channel=channel, purpose=purpose, granted=bool(numbers[2] < 0.9), at=NOW)
        for channel in ("mail", "sms", "call") for purpose in ("service", "marketing")
    )  # fmt: skip
    contact = Contacted.model_construct(
        at=NOW - timedelta(days=float(numbers[3]) * 60), channel="mail", purpose="service", play="play02",
        answered_at=None, upset=False,
    )  # fmt: skip
    upset = numbers[4] < 0.5
    urgency = ("none", "raised", "high")[int(numbers[5] * 3)]
    occasion = Occasion.model_construct(
        feedback_id=f"f{at}", at=NOW - timedelta(hours=float(numbers[5]) * 90), language="en", sentiment=0.0,
        label="negative" if upset else "positive", confidence=0.8, urgency=urgency, effort=None, medium="mail",
        intent="complaint" if upset else "praise", touchpoint="desk", topics=("delay",) if at % 3 else (),
        churn_risk=None, feedback_90d=1, negative_90d=int(upset), complaints_90d=int(upset),
    )  # fmt: skip
    person = Person.model_construct(
        id=f"p{at}", voice="customer", brand="Own", language="en", groups=(f"g{at % 4}",), value=None, tenure_days=9,
        time_zone=("Europe/Warsaw", "America/New_York", None)[at % 3], team=None, manager_id=None,
    )  # fmt: skip
    return PersonView.model_construct(
        person=person, occasion=occasion, consents=yes, contacts=(contact,) * (at % 3 == 0), open_case=False,
        reachable=("mail", "sms", "call") if at % 9 else ("mail",),
    )  # fmt: skip


def _ground(plays: tuple[Play, ...]) -> Ground:
    effects = {one.name: LearnedEffect(play=one.name, mean=one.expected_effect, sd=0.05) for one in plays}
    beliefs = Beliefs(effects=effects, focus_topics=("delay",), focus_lever=1.5, settings={"focus.topics": "s"})
    return Ground(
        cycle_id="c", now=NOW, mode="live", plays=plays, beliefs=beliefs, unlearned=beliefs,
        unsettled=Beliefs(effects=effects), draw=draws(b"k" * 32, "2026Q1"), scarce=True,
        policies=(ConsentPolicy(), CareFirstPolicy(), ContactCapPolicy(max_contacts=2), CoolOffPolicy(),
                  FatiguePolicy(), QuietHoursPolicy(), AskFirstPolicy(doubt_below=0.3)),
    )  # fmt: skip


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
