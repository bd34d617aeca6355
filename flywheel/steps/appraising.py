"""How the wheel itself is doing: prospects of plays, predictions, early warnings, fair care, momentum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from math import fsum

from flywheel.config.settings import Settings
from flywheel.domain.cycle import Cycle
from flywheel.domain.outcome import Appraisal, Learning, Lift
from flywheel.domain.play import NOT_OURS
from flywheel.domain.trial import EffectSum
from flywheel.learn.care import Counted
from flywheel.learn.caring import appraised_care
from flywheel.learn.foreseen import appraised_predictions
from flywheel.learn.lifts import EVERYBODY
from flywheel.learn.momentum import SUBJECT, Parts, momentum
from flywheel.learn.prospects import ProspectRules, prospects
from flywheel.learn.warnings import SUBJECT as WARNING
from flywheel.learn.warnings import LastWord, judged_warnings, match, warnings, weights
from flywheel.store import Shelves
from flywheel.store.shelves.appraised import Word

_DONE = {"helped": ("decided",), "held out": ("held out",), "waiting": ("waiting",)}
_TENURES = (90, 365, 1_095)
_LAST_WORDS_DAYS = 90
_NO_FRICTION = frozenset({"old news", "no play fits", "waits for the cycle", NOT_OURS})


def prospect_rules(settings: Settings) -> ProspectRules:
    """Return by what it is told beforehand whether a play can ever know."""
    rules = settings.learn
    return ProspectRules(margin=rules.margin, anytime_n=rules.anytime_n, cycles=rules.look_ahead)


def appraise(
    settings: Settings, cycle: Cycle, shelves: Shelves, sums: Sequence[EffectSum], lifts: Sequence[Lift]
) -> tuple[list[Appraisal], list[Learning]]:
    """Return all figures by which the wheel is judged in a cycle, and what is learned about leaving."""
    last = {(one.subject, one.measure): one.value for one in shelves.learning.last_appraisals(cycle.id)}
    found = prospects(cycle.id, settings.plays, sums, prospect_rules(settings))
    found += _predictions(settings, cycle, shelves, _of(last, "prediction:churn"))
    found += _care(settings, cycle, shelves)
    warned, learned = _warnings(settings, cycle, shelves)
    found += warned
    found += _momentum(cycle, shelves, lifts, _of(last, SUBJECT))
    return found, learned


def _of(last: dict[tuple[str, str], float], subject: str) -> dict[str, float]:
    return {measure: value for (about, measure), value in last.items() if about == subject}


def _predictions(settings: Settings, cycle: Cycle, shelves: Shelves, before: dict[str, float]) -> list[Appraisal]:
    rules = settings.learn
    closed = cycle.as_of - timedelta(days=rules.left_days)
    cohort = shelves.appraised.cohort("churn", rules.left, closed, rules.left_days)
    if cohort is None:
        return []
    now = shelves.appraised.risks(cycle.id, "churn")
    return appraised_predictions(cycle.id, "churn", (cohort.risks, cohort.happened), now, before)


def _care(settings: Settings, cycle: Cycle, shelves: Shelves) -> list[Appraisal]:
    rules = settings.learn
    since = cycle.as_of - timedelta(days=rules.care_days)

    def names(groups: tuple[str, ...], language: str) -> tuple[str, ...]:
        return groups if rules.care_by == "group" else (language,) * bool(language)

    people: Counter[str] = Counter()
    for (groups, language), n in shelves.appraised.reached(since, cycle.as_of).items():
        people.update(dict.fromkeys(names(groups, language), n))
    done: dict[str, Counter[str]] = {name: Counter() for name in _DONE}
    for one in shelves.appraised.cared(since, cycle.as_of):
        for name, statuses in _DONE.items():
            if one.status in statuses:
                done[name].update(dict.fromkeys(names(one.groups, one.language), one.people))
    counts = {name: {one: Counted(some[one], n) for one, n in sorted(people.items())} for name, some in done.items()}
    limits = (rules.care_least, rules.care_most)
    return appraised_care(cycle.id, counts, smallest=settings.report.min_group, limits=limits)


def _warnings(settings: Settings, cycle: Cycle, shelves: Shelves) -> tuple[list[Appraisal], list[Learning]]:
    since = cycle.as_of - timedelta(days=_LAST_WORDS_DAYS)
    rules, model, brand = settings.learn, settings.analyzer.model_name, settings.brand.name
    words = shelves.appraised.last_words(rules.left, model, brand, since, cycle.as_of)
    leavers = [_last_word(one) for one in words if one.left_at is not None]
    stayers = [_last_word(one) for one in words if one.left_at is None]
    odds = warnings(match(leavers, stayers))
    before = shelves.learning.weights(WARNING)
    return judged_warnings(odds, before, cycle.id), weights(odds, before, cycle.id)


def _last_word(one: Word) -> LastWord:
    tenure = "" if one.tenure_days is None else str(sum(one.tenure_days >= days for days in _TENURES))
    return LastWord(one.person, one.at, (one.groups[0] if one.groups else "", one.language, tenure), one.topics)


def _momentum(cycle: Cycle, shelves: Shelves, lifts: Sequence[Lift], before: dict[str, float]) -> list[Appraisal]:
    ids = [one.id for one in shelves.cycles.of_period(cycle.period)]
    tallies = [tally for one in ids for tally in shelves.cycles.steps(one)]
    read = [tally for tally in tallies if tally.step == "understand"]
    heard = sum(tally.done + tally.skipped for tally in read)
    waited = shelves.appraised.waited(ids)
    summary = shelves.decisions.summary(ids)
    proven = {one.play for one in lifts if one.verdict == "works" and one.segment == EVERYBODY}
    done = sum(group.n for group in summary.groups if group.status == "decided")
    good = sum(group.n for group in summary.groups if group.status == "decided" and group.play in proven)
    told = [one for one in shelves.standings.of(cycle.id) if one.verdict != "cannot tell"]
    parts = Parts(
        coverage=sum(tally.done for tally in read) / heard if heard else None,
        # rows come in the database's own order: an exact sum does not know it
        speed=fsum(1 / (1 + max(days, 0.0)) for days in waited) / len(waited) if waited else None,
        proven=good / done if done else None,
        standing=sum(one.verdict != "behind" for one in told) / len(told) if told else None,
    )
    decided = [tally for tally in tallies if tally.step == "decide"]
    lost = sum(n for tally in decided for why, n in tally.reasons.items() if why not in _NO_FRICTION)
    signals = lost + summary.ended("decided", "held out", "waiting")
    return momentum(cycle.id, parts, before, (lost / signals if signals else 0.0, signals))
