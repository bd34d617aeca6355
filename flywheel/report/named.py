"""Which names hold digits: what somebody called a brand, a topic, a play, a source or a team is no figure."""

from __future__ import annotations

from collections.abc import Iterator

from flywheel.report.facts import ReportFacts
from flywheel.report.words import name_of, play_name


def names(facts: ReportFacts) -> tuple[str, ...]:
    """Return the names with digits that the report may write, as it writes them, longest first."""
    found = {name for name in _names(facts) if any(sign.isdigit() for sign in name) and not name.isdigit()}
    return tuple(sorted(found, key=lambda name: (-len(name), name)))


def _names(facts: ReportFacts) -> Iterator[str]:
    yield from (facts.brand, *facts.competitors)
    yield from (name_of(group.name) for one in facts.topics for group in (*one.now, *one.before))
    yield from (name_of(one.name) for one in facts.touchpoints)
    yield from (one.owner for one in facts.touchpoints)
    yield from (one.owner for one in facts.initiatives)
    yield from (one.owner for one in facts.waiting)
    yield from (one.owner for one in facts.cases)
    yield from (name_of(one.plan.partition(":")[2]) for one in facts.objections)
    yield from (one.actor or "" for one in facts.objections)
    yield from facts.resting
    yield from (name_of(one) for one in facts.watched)
    yield from (one.name for one in facts.owners)
    yield from (one.name for one in facts.sources)
    yield from (one.team for one in facts.teams)
    yield from (one.model for one in facts.risks)
    yield from (name_of(one.name) for one in facts.plays)
    yield from (name_of(one.play) for one in facts.decisions.groups)
    for lift in facts.lifts:
        yield from (play_name(lift.play), lift.variant, lift.segment, name_of(lift.metric))
    for standing in facts.standings:
        yield from (standing.brand, standing.peer, name_of(standing.measure), standing.provenance)
    for finding in facts.findings:
        yield from (finding.brand, name_of(finding.subject), name_of(finding.part))
    yield from (name_of(one.subject) for one in facts.learnings)
