"""Everything that orienting says, from the facts of one turn: pure, so that equal facts give equal findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from flywheel.domain.experience import Pillar, Promise, ReaderRules
from flywheel.domain.feedback import Voice
from flywheel.domain.finding import Finding
from flywheel.domain.hearing import Answers, Heard, Loudness, Post, Stake
from flywheel.domain.ids import content_id
from flywheel.domain.standing import Measure, Standing
from flywheel.domain.sums import DayCount, Sum
from flywheel.orient.beliefs import BELIEF, perception_gaps
from flywheel.orient.blind_spots import blind_spots, loud_findings, silent_media
from flywheel.orient.community import community_findings, community_measures
from flywheel.orient.elsewhere import elsewhere
from flywheel.orient.expectations import GapContext, gap_findings
from flywheel.orient.gap import interval_of
from flywheel.orient.let_down import TextContext, text_gaps
from flywheel.orient.measures import heard_measures
from flywheel.orient.moves import moves
from flywheel.orient.oddities import oddities
from flywheel.orient.pillars import PREFIX, pillar_measures
from flywheel.orient.standings import StandingRules, compare
from flywheel.orient.told import told_measures
from flywheel.orient.warnings import Span, warnings
from flywheel.orient.weights import driver_weights, weight_findings
from flywheel.orient.words import figure

VOICES: tuple[Voice, ...] = ("customer", "employee")


@dataclass(frozen=True, slots=True)
class View:
    """Through which eyes: our brand, the peers we hear, the rules, the clock and the seed of the turn.

    `touchpoints` are those of topics.
    """

    brand: str
    peers: tuple[str, ...]
    cycle_id: str
    as_of: datetime
    period: int
    rules: StandingRules
    reader: ReaderRules
    pillars: tuple[Pillar, ...]
    promises: tuple[Promise, ...] = ()
    touchpoints: Mapping[str, str] = field(default_factory=dict)
    lower_is_better: tuple[str, ...] = ()
    outcome_item: str = "nps"
    min_group: int = 10
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Facts:
    """What the store holds for one turn.

    `sums` are those of all brands over the window; `cuts` those of this period and the one before by medium,
    touchpoint, language and segment; `posts` what stands in threads; `expected` what our texts say of expectations, by
    touchpoint and topic; `days` daily counts by "topic" and "touchpoint"; `quotations` ids by touchpoint, `let_down`
    ids by touchpoint and topic of texts that say so; `believed_before` the perception gaps of the turn before, by
    "pillar|group".
    """

    sums: Sequence[Sum]
    cuts: Mapping[str, Sequence[Sum]] = field(default_factory=dict)
    days: Mapping[str, Sequence[DayCount]] = field(default_factory=dict)
    span: Span | None = None
    people: Sequence[Heard] = ()
    loud: Sequence[Loudness] = ()
    stakes: Sequence[Stake] = ()
    answers: Mapping[Voice, Answers] = field(default_factory=dict)
    posts: Sequence[Post] = ()
    expected: Sequence[Sum] = ()
    quotations: Mapping[str, Sequence[str]] = field(default_factory=dict)
    let_down: Mapping[str, Sequence[str]] = field(default_factory=dict)
    believed_before: Mapping[str, float] = field(default_factory=dict)


def all_measures(facts: Facts, view: View) -> list[Measure]:
    """Return every measure that can be made of what was heard, pillars among them."""
    told = [one for one in facts.sums if not one.measure.startswith(BELIEF)]
    whole = heard_measures(told, view.as_of, view.reader, view.lower_is_better)
    whole += told_measures(told, view.as_of, view.reader)
    whole += community_measures(facts.posts, view.as_of, view.reader)
    return [*whole, *pillar_measures(told, view.pillars, view.as_of, view.reader)]


def standings_of(
    heard: Sequence[Measure], provided: Sequence[Measure], owns: Sequence[str], view: View
) -> list[Standing]:
    """Return our standings; `provided` are the figures of the benchmarks, `owns` the names under which we stand there.

    Of those whom we hear ourselves, only the configured peers are held against us.
    """
    ours = [one for one in heard if one.brand == view.brand]
    told = [one for one in provided if one.source and one.brand in (view.brand, *owns)]
    peers = [
        one for one in provided if (one.source or one.brand in view.peers) and one.brand not in (view.brand, *owns)
    ]
    return compare([*ours, *told], peers, view.rules, view.cycle_id, view.as_of)


def findings_of(
    facts: Facts, heard: Sequence[Measure], provided: Sequence[Measure], owns: Sequence[str], view: View
) -> list[Finding]:
    """Return everything that was found beside standings."""
    ours = [one for one in heard if one.brand == view.brand]
    found = [_own(one, view.cycle_id) for one in ours]
    found += oddities(provided, view.brand, owns, view.cycle_id, view.as_of)
    found += moves(_by_cut(facts.cuts), view.period, view.period - 1, view.rules, view.cycle_id)
    found += silent_media(facts.cuts.get("medium", ()), view.period, view.period - 1, view.cycle_id)
    if facts.span is not None:
        for subject, counts in facts.days.items():
            found += warnings(counts, facts.span, view.cycle_id, subject)
    found += elsewhere(
        [one for one in facts.sums if one.brand in (view.brand, *view.peers)], view.brand, view.rules, view.reader,
        view.cycle_id, view.as_of,
    )  # fmt: skip
    found += blind_spots(facts.people, view.brand, view.cycle_id, view.min_group)
    found += loud_findings(facts.loud, view.brand, view.cycle_id)
    found += community_findings(facts.posts, view.brand, view.cycle_id)
    found += _promises(facts, view)
    found += _weights(facts, view)
    return found + _beliefs(facts, ours, view)


def _own(one: Measure, cycle_id: str) -> Finding:
    low, high = interval_of(one)
    told = "" if low is None or high is None else f" ({figure(low, one.unit)} to {figure(high, one.unit)})"
    return Finding(
        id=content_id("finding", cycle_id, "measure", one.voice, one.measure, one.basis), cycle_id=cycle_id,
        kind="measure", voice=one.voice, brand=one.brand, subject=one.measure, basis=one.basis, unit=one.unit,
        value=one.value, low=low, high=high, n=one.n,
        statement=(
            f"{one.measure} of {one.brand}'s {one.voice}s: {figure(one.value, one.unit)}{told}, from {one.n or 0:,} "
            f"{'texts' if one.basis == 'text' else 'answers'}."
        ),
    )  # fmt: skip


def _by_cut(cuts: Mapping[str, Sequence[Sum]]) -> dict[str, list[Sum]]:
    """Return the cuts with each segment's name as a cut of its own; beliefs are not what customers say."""
    found: dict[str, list[Sum]] = {}
    for cut, sums in cuts.items():
        for one in sums:
            if one.measure.startswith(BELIEF):
                continue
            name = one.part.partition("=")[0] if cut == "segment" else cut
            found.setdefault(name, []).append(one)
    return found


def _promises(facts: Facts, view: View) -> list[Finding]:
    found: list[Finding] = []
    for voice, answers in facts.answers.items():
        context = GapContext(view.brand, voice, view.cycle_id, view.rules.floor, 10 * view.rules.margin_scale)
        found += gap_findings(view.promises, answers, facts.stakes, facts.quotations, context)
    as_told = TextContext(view.brand, view.cycle_id, view.rules.floor, view.rules.margin, view.reader.found_wrongly)
    return found + text_gaps(facts.expected, facts.stakes, facts.let_down, view.touchpoints, as_told)


def _weights(facts: Facts, view: View) -> list[Finding]:
    found: list[Finding] = []
    for at, (voice, answers) in enumerate(facts.answers.items()):
        asked = [one for one in view.pillars if any(kind in answers.kinds for kind in one.items)]
        asked = [one for one in asked if not np.isnan(_items(one, answers)).all()]
        outcome = answers.of((view.outcome_item,))
        if len(asked) < 2 or np.isnan(outcome).all():
            continue
        drivers = np.column_stack([_items(one, answers) for one in asked])
        dice = np.random.default_rng([view.seed, view.period, at])
        names = [one.pillar for one in asked]
        weights, explained, n = driver_weights(names, drivers, outcome, dice)
        found += weight_findings(weights, explained, n, view.outcome_item, (view.brand, voice, view.cycle_id))
    return found


def _items(pillar: Pillar, answers: Answers) -> np.ndarray:
    return answers.of(tuple(kind for kind in pillar.items if kind in answers.kinds))


def _beliefs(facts: Facts, ours: Sequence[Measure], view: View) -> list[Finding]:
    felt = sorted(
        (one for one in ours if one.voice == "customer" and one.measure.startswith(PREFIX)),
        key=lambda one: one.basis != "survey",
    )
    beliefs = [
        one
        for cut in ("medium", "segment")
        for one in facts.cuts.get(cut, ())
        if one.period == view.period and one.brand == view.brand and one.measure.startswith(BELIEF)
    ]
    whole: dict[tuple[str, str], Sum] = {}
    for one in beliefs:
        part = one.part if "=" in one.part else ""
        key = (one.measure, part)
        whole[key] = whole[key].add(one) if key in whole else one._replace(part=part)
    return perception_gaps(list(whole.values()), felt, facts.believed_before, view.cycle_id, view.rules.floor)
