"""Report: gather the facts of a cycle in one snapshot, freeze them, render them, write them whole or not at all."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from math import sqrt
from pathlib import Path

from flywheel.assets import template_folders
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.intervals import Z_95
from flywheel.domain.prediction import Prediction
from flywheel.domain.summary import Quotation
from flywheel.report.build import build_report
from flywheel.report.facts import LearningUse, ReadCounts, ReportFacts, RiskSummary, SourceHealth, TopicCounts
from flywheel.report.render import render
from flywheel.store import Shelves
from flywheel.store.codec import moment
from flywheel.wheel import Flywheel

REPORTS = Path(".flywheel") / "reports"
_AT_RISK = 0.2
_QUOTED_TOPICS = 3


def report(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Write the report of a cycle, its frozen data into the store first: rendering it again gives the same bytes."""
    with wheel.store.read() as shelves:
        facts = gather(wheel, cycle, shelves)
    made = build_report(facts)
    folder = wheel.settings.project / REPORTS / f"{cycle.window.until:%Y-%m-%d}-{cycle.id[:8]}"
    with wheel.store.write(cycle.fence) as shelves:
        shelves.cycles.add_report(cycle.id, made.model_dump_json(), str(folder))
    files = render(made, wheel.settings.report.formats, template_folders(wheel.settings.project, "reports"))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, content in files.items():
        draft = folder / f".{name}.{os.getpid()}"
        draft.write_bytes(content)
        draft.replace(folder / name)
    return Tally(step="report", done=len(files))


def gather(wheel: Flywheel, cycle: Cycle, shelves: Shelves) -> ReportFacts:
    """Return everything that the report of a cycle says, from one read snapshot."""
    settings, model, now, before = wheel.settings, wheel.settings.analyzer.model_name, [cycle.period], [cycle.period - 1]
    turns = [one for one in shelves.cycles.history(500) if one.cycle.period == cycle.period and one.cycle.flow != "ooda"]
    ids = [one.cycle.id for one in turns]
    past = [one for one in shelves.cycles.history(500) if one.cycle.flow == "cycle" and one.cycle.period == cycle.period - 1]
    decisions = shelves.decisions.of(ids)
    tallies = [tally for one in ids for tally in shelves.cycles.steps(one)]
    withheld = sum((Counter(tally.reasons) for tally in tallies if tally.step == "decide"), Counter[str]())
    used = shelves.learning.used_by(cycle.id)
    return ReportFacts(
        brand=settings.brand.name, competitors=settings.competitors, zone=settings.brand.zone,
        min_group=settings.report.min_group, quotations_asked=settings.report.quotations, cycle=cycle,
        previous=past[0].cycle.window if past else None, steps=tuple(shelves.cycles.steps(cycle.id)),
        counts=tuple(shelves.readings.by_brand(model, now)), counts_before=tuple(shelves.readings.by_brand(model, before)),
        topics=tuple(_topics(wheel, shelves, now, before)),
        languages=tuple(shelves.readings.by_group(model, "language", settings.brand.name, "customer", now)),
        readings=ReadCounts(**{_field(name): n for name, n in shelves.readings.statuses(model, cycle.period).items()}),
        quotations=tuple(_quotations(wheel, cycle, shelves)), standings=tuple(shelves.standings.of(cycle.id)),
        risks=tuple(_risks(shelves.people.predictions(ids))), plays=settings.plays, decisions=tuple(decisions),
        deliveries=dict(shelves.outbox.statuses(ids)), withheld={name: n for name, n in withheld.items() if "offer withheld" not in name},
        offers_withheld=withheld["offer withheld: help comes first"],
        approvals_waiting=sum(one.status == "waiting" for one in decisions), paused=shelves.audit.sending_paused() is not None,
        lifts=tuple(shelves.learning.lifts(cycle.id)), learnings=tuple(shelves.learning.of([cycle.id])),
        learnings_used=tuple(
            LearningUse(learning=one, read=used[one.id][0], changed=used[one.id][1]) for one in shelves.learning.named(list(used))
        ),
        settings=tuple(shelves.cycles.settings_in_force(cycle.as_of)), initiatives=tuple(shelves.standings.initiatives("open")),
        sources=tuple(_health(wheel, shelves, tallies, ids)), set_aside=dict(_set_aside(shelves, ids)),
    )  # fmt: skip


def _topics(wheel: Flywheel, shelves: Shelves, now: Sequence[int], before: Sequence[int]) -> list[TopicCounts]:
    settings, model = wheel.settings, wheel.settings.analyzer.model_name
    brands = (settings.brand.name, *settings.competitors)
    return [
        TopicCounts(
            brand=brand, voice=voice, now=tuple(shelves.readings.by_group(model, "topic", brand, voice, now)),
            before=tuple(shelves.readings.by_group(model, "topic", brand, voice, before)),
        )
        for brand in brands
        for voice in ("customer", "employee")
    ]  # fmt: skip


def _quotations(wheel: Flywheel, cycle: Cycle, shelves: Shelves) -> list[Quotation]:
    settings, model = wheel.settings, wheel.settings.analyzer.model_name
    topics = shelves.readings.by_group(model, "topic", settings.brand.name, "customer", [cycle.period])[:_QUOTED_TOPICS]
    each = -(-settings.report.quotations // _QUOTED_TOPICS)
    found = [
        one
        for topic in topics
        for one in shelves.readings.quotations(model, cycle.period, settings.brand.name, topic.name, each)
    ]
    return found[: settings.report.quotations]


def _risks(predictions: Sequence[Prediction]) -> list[RiskSummary]:
    risks = [one for one in predictions if one.kind == "churn"]
    if not risks:
        return []
    mean = sum(one.value for one in risks) / len(risks)
    spread = sqrt(sum((one.value - mean) ** 2 for one in risks) / max(len(risks) - 1, 1) / len(risks))
    above = [one for one in risks if one.value >= _AT_RISK]
    drivers = Counter(driver for one in above for driver in one.drivers)
    return [
        RiskSummary(
            n=len(risks), threshold=_AT_RISK, above=len(above), mean=mean, low=max(mean - Z_95 * spread, 0.0),
            high=min(mean + Z_95 * spread, 1.0), model=risks[0].model, drivers=dict(drivers.most_common()),
        )
    ]  # fmt: skip


def _health(wheel: Flywheel, shelves: Shelves, tallies: Sequence[Tally], ids: Sequence[str]) -> list[SourceHealth]:
    known = {one["source"]: one for one in shelves.feedback.cursors()}
    warnings = [words for tally in tallies if tally.step == "listen" for words in tally.warnings]
    found = []
    for source in (*wheel.settings.people, *wheel.settings.sources, *wheel.settings.outcomes):
        row, told = known.get(source.id), tuple(words for words in warnings if f"{source.id!r}" in words)
        failed = any(tally.reasons.get(f"source {source.id} failed") for tally in tallies)
        found.append(
            SourceHealth(
                name=source.id, rows=row["last_rows"] if row and row["cycle_id"] in ids else 0, rows_ever=row["rows"] if row else 0,
                last_heard=moment(row["seen_at"]) if row else None, warnings=() if failed else told,
                error="; ".join(told) if failed else None,
            )
        )  # fmt: skip
    return found


def _set_aside(shelves: Shelves, ids: Sequence[str]) -> Counter[str]:
    return sum((shelves.feedback.set_aside_reasons(one) for one in ids), Counter[str]())


def _field(status: str) -> str:
    return status.replace(" ", "_")
