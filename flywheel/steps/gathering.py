"""Gathering: everything that the report of a cycle says, from one read snapshot of the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flywheel.config.settings import Settings
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.feedback import Voice
from flywheel.domain.initiative import ENDED, Initiative
from flywheel.domain.intervals import Z_95
from flywheel.domain.loop import Criterion
from flywheel.domain.summary import GroupCount, PredictionSummary, Quotation
from flywheel.domain.theme import Theme
from flywheel.report.facts import (
    LearningUse,
    ReadCounts,
    ReportFacts,
    RiskSummary,
    SourceHealth,
    TopicCounts,
)
from flywheel.report.quoted import told_once
from flywheel.steps.gathering_teams import teams, touchpoints, waiting, watched
from flywheel.store import Shelves
from flywheel.store.codec import moment

_AT_RISK = 0.2
_SATISFIED = 0.5
_LEFT = "left"
_SMALLEST_TEAM = 10
"""Of fewer employees nothing is told of who may leave, whatever the configuration allows elsewhere."""
_QUOTED_TOPICS = 3
_CANDIDATES = 20
_OFFER_WITHHELD = "offer withheld: help comes first"


def gather(settings: Settings, cycle: Cycle, shelves: Shelves) -> ReportFacts:
    """Return the facts of a cycle's period: its own turn and the triage turns since the cycle before."""
    model, now, before = settings.analyzer.model_name, [cycle.period], [cycle.period - 1]
    ids = [one.id for one in shelves.cycles.of_period(cycle.period)]
    past = [one for one in shelves.cycles.of_period(cycle.period - 1) if one.flow == "cycle"]
    decisions = shelves.decisions.summary(ids)
    tallies = [tally for one in ids for tally in shelves.cycles.steps(one)]
    themes = shelves.themes.of(cycle.id)
    withheld = sum((Counter(tally.reasons) for tally in tallies if tally.step == "decide"), Counter[str]())
    statuses = shelves.readings.statuses(model, ids)
    return ReportFacts(
        brand=settings.brand.name,
        competitors=settings.competitors,
        zone=settings.brand.zone,
        min_group=settings.report.min_group,
        quotations_asked=settings.report.quotations,
        cycle=cycle,
        previous=past[0].window if past else None,
        steps=tuple(shelves.cycles.steps(cycle.id)),
        counts=tuple(shelves.readings.by_brand(model, now)),
        counts_before=tuple(shelves.readings.by_brand(model, before)),
        topics=tuple(_topics(settings, shelves, now, before)),
        touchpoints=tuple(touchpoints(settings, shelves, now, before)),
        languages=tuple(shelves.readings.by_group(model, "language", settings.brand.name, "customer", now)),
        readings=ReadCounts(**{name.replace(" ", "_"): n for name, n in statuses.items()}),
        quotations=tuple(_quotations(settings, cycle, ids, shelves)),
        themes=tuple(themes),
        theme_quotes=_theme_quotes(shelves, themes),
        standings=tuple(shelves.standings.of(cycle.id)),
        findings=tuple(shelves.findings.of(cycle.id)),
        risks=tuple(_risks(shelves.people.foreseen(ids, "churn", _AT_RISK))),
        teams=tuple(shelves.foreseeing.teams(settings.brand.name, _LEFT, cycle.as_of, _group(settings))),
        worth=shelves.reports.worth(ids),
        satisfaction=shelves.people.foreseen(ids, "satisfaction", _SATISFIED),
        plays=settings.plays,
        decisions=decisions,
        deliveries=dict(shelves.outbox.statuses(ids)),
        withheld={name: n for name, n in withheld.items() if name != _OFFER_WITHHELD},
        offers_withheld=withheld[_OFFER_WITHHELD],
        promptness=shelves.reports.promptness(ids),
        waiting=tuple(waiting(settings, shelves, ids)),
        cases=tuple(shelves.cases.summary(cycle.as_of)),
        objections=(*shelves.objections.register("open"), *shelves.objections.overrides_that_harmed()),
        resting={name: one.until for name, one in shelves.breakers.open().items()},
        watched=tuple(watched(settings, shelves)),
        paused=shelves.audit.sending_paused() is not None,
        lifts=tuple(shelves.learning.lifts(cycle.id)),
        learnings=tuple(shelves.learning.of([cycle.id])),
        appraisals=tuple(shelves.learning.appraisals(cycle.id)),
        learnings_used=tuple(_uses(shelves, cycle)),
        settings=tuple(shelves.cycles.settings_in_force(cycle.as_of)),
        initiatives=tuple(_initiatives(shelves, cycle)),
        maturity=tuple(_maturity(shelves)),
        owners=tuple(teams(settings, shelves, ids)),
        sources=tuple(_health(settings, shelves, tallies, ids)),
        set_aside=dict(sum((shelves.feedback.set_aside_reasons(one) for one in ids), Counter[str]())),
    )


def _topics(settings: Settings, shelves: Shelves, now: Sequence[int], before: Sequence[int]) -> list[TopicCounts]:
    def counted(brand: str, voice: str, periods: Sequence[int]) -> tuple[GroupCount, ...]:
        return tuple(shelves.readings.by_group(settings.analyzer.model_name, "topic", brand, voice, periods))

    voices: tuple[Voice, ...] = ("customer", "employee")
    return [
        TopicCounts(brand=brand, voice=voice, now=counted(brand, voice, now), before=counted(brand, voice, before))
        for brand in (settings.brand.name, *settings.competitors)
        for voice in voices
    ]


def _quotations(settings: Settings, cycle: Cycle, ids: Sequence[str], shelves: Shelves) -> list[Quotation]:
    model, brand = settings.analyzer.model_name, settings.brand.name
    topics = shelves.readings.by_group(model, "topic", brand, "customer", [cycle.period])[:_QUOTED_TOPICS]
    each = -(-settings.report.quotations // _QUOTED_TOPICS)
    found = shelves.readings.quotations(model, ids, brand, [topic.name for topic in topics], _CANDIDATES * each)
    return told_once(found, topics, each)[: settings.report.quotations]


def _theme_quotes(shelves: Shelves, themes: Sequence[Theme]) -> dict[str, str]:
    """Return the most typical text of each of the customers' themes; employees are not quoted."""
    typical = {one.id: one.examples[0] for one in themes if one.examples and one.voice == "customer"}
    texts = shelves.themes.words_of(sorted(set(typical.values())))
    return {theme: texts[feedback] for theme, feedback in typical.items() if feedback in texts}


def _group(settings: Settings) -> int:
    return max(settings.report.min_group, _SMALLEST_TEAM)


def _risks(foreseen: PredictionSummary | None) -> list[RiskSummary]:
    """Return the mean risk with its 95 % interval (normal, over persons), and who stands above the threshold."""
    if foreseen is None:
        return []
    half = Z_95 * foreseen.standard_error
    return [
        RiskSummary(
            n=foreseen.n,
            threshold=_AT_RISK,
            above=foreseen.above,
            mean=foreseen.mean,
            low=max(foreseen.mean - half, 0.0),
            high=min(foreseen.mean + half, 1.0),
            model=foreseen.model,
            drivers=foreseen.drivers,
        )
    ]


def _initiatives(shelves: Shelves, cycle: Cycle) -> list[Initiative]:
    """Return what is open or waits for its verdict, and what ended since the cycle before."""
    since, register = cycle.window.since, shelves.initiatives.register()
    return [one for one in register if one.status not in ENDED or (one.changed_at or one.opened_at) >= since]


def _maturity(shelves: Shelves) -> list[Criterion]:
    """Return how mature the wheel was at the last turn of the outer loop."""
    last = shelves.cycles.newest("ooda", statuses=("completed", "partial"))
    return shelves.observations.maturity(last.cycle.id) if last else []


def _uses(shelves: Shelves, cycle: Cycle) -> list[LearningUse]:
    used = shelves.learning.used_by(cycle.id)
    return [
        LearningUse(learning=one, read=used[one.id][0], changed=used[one.id][1])
        for one in shelves.learning.named(list(used))
    ]


def _health(settings: Settings, shelves: Shelves, tallies: Sequence[Tally], ids: Sequence[str]) -> list[SourceHealth]:
    known = {one["source"]: one for one in shelves.feedback.cursors()}
    listened = [tally for tally in tallies if tally.step == "listen"]
    warnings = [words for tally in listened for words in tally.warnings]
    people = {source.id for source in settings.people}
    found = []
    for source in (*settings.people, *settings.sources, *settings.outcomes):
        row, told = known.get(source.id), tuple(words for words in warnings if f"{source.id!r}" in words)
        failed = any(tally.reasons.get(f"source {source.id} failed") for tally in listened)
        if source.id in people and not failed:
            continue  # that nobody's address changed is no news
        found.append(
            SourceHealth(
                name=source.id,
                socket=source.socket,
                rows=row["last_rows"] if row and row["cycle_id"] in ids else 0,
                rows_ever=row["rows"] if row else 0,
                last_heard=moment(row["seen_at"]) if row else None,
                warnings=() if failed else told,
                error="; ".join(told) if failed else None,
            )
        )
    return found
