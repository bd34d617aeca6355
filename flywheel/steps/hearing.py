"""Hearing what is not feedback: persons, signals, outcomes, measures; and what a turn of Listen has counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from flywheel.domain.cycle import Cycle
from flywheel.domain.feedback import Cursor, Page, SetAside
from flywheel.domain.outcome import Outcome
from flywheel.domain.person import Person, PersonFact, Signal
from flywheel.ports import MeasureSource, OutcomeSource, PersonSource, SignalSource
from flywheel.store.shelves.feedback import set_aside_id
from flywheel.store.shelves.identities import KnownSignal, Link
from flywheel.store.shelves.outcomes import KnownOutcome, outcome_id
from flywheel.store.shelves.people import KnownPerson
from flywheel.vault import Vault
from flywheel.wheel import Flywheel

T = TypeVar("T")

RAW_CHARS = 65_536
"""A record that was set aside is kept for a replay up to this length."""


@dataclass(slots=True)
class Heard:
    """What a turn of Listen has counted so far, and what it has to say."""

    counts: Counter[str]
    warnings: list[str]
    reasons: dict[str, Counter[str]] = field(default_factory=dict)

    def note(self, page: Page[Any]) -> None:
        """Take over what a page has to say."""
        self.warnings += page.notices
        self.counts.update(page.left_out)

    def refused(self, source: str, records: Sequence[SetAside]) -> int:
        """Count what a page could not use; return how many records that are."""
        self.counts.update({"set aside": len(records), "skipped": len(records)})
        self.reasons.setdefault(source, Counter()).update(one.reason for one in records)
        return len(records)

    def most(self, source: str) -> str:
        """Return the reason for which most of a source's records were set aside."""
        return self.reasons[source].most_common(1)[0][0]

    def failed(self, source: str, sentence: str) -> None:
        """Count a source that failed."""
        self.counts.update({"failed": 1, f"source {source} failed": 1})
        self.warnings.append(sentence)


def keep_aside(vault: Vault, source: str, records: Sequence[SetAside]) -> list[SetAside]:
    """Return records that were set aside as the store keeps them: what the source gave is encrypted, or let go."""
    return [
        one
        if one.raw is None
        else SetAside(
            position=one.position,
            reason=one.reason,
            raw=vault.lock(one.raw, set_aside_id(source, one)) if len(one.raw) <= RAW_CHARS else None,
        )
        for one in records
    ]


def people(wheel: Flywheel, cycle: Cycle, source: PersonSource, heard: Heard) -> None:
    """Hear persons, what they consented to, and by which ids other sources know them."""
    for page in source.fetch(_cursor(wheel, source.id)):
        known = [_known(wheel, fact) for fact in _records(page)]
        links = [
            Link(one.source, wheel.vault.pseudonym(one.person), wheel.vault.pseudonym(fact.person))
            for fact in _records(page)
            for one in fact.also
        ]
        with wheel.store.write(cycle.fence) as shelves:
            shelves.people.add(source.id, known, cycle.as_of)
            linked = shelves.identities.link(links, cycle.as_of) if links else 0
            _save(shelves, source.id, page, len(known), cycle)
        heard.counts.update({"persons": len(known), "identities linked": linked})
        _told(heard, source.id, page)


def signals(wheel: Flywheel, cycle: Cycle, source: SignalSource, heard: Heard) -> None:
    """Hear what happened to people in our own operations."""
    for page in source.fetch(_cursor(wheel, source.id)):
        with wheel.store.write(cycle.fence) as shelves:
            aliases = {one.person: wheel.vault.pseudonym(one.person) for one in _records(page)}
            known = shelves.identities.of(source.id, sorted(aliases.values()))
            rows = [_signal(one, known.get(aliases[one.person], aliases[one.person])) for one in _records(page)]
            new = shelves.identities.add_signals(source.id, rows, cycle.as_of, cycle.id)
            _save(shelves, source.id, page, new, cycle)
        heard.counts.update({"signals": new})
        _told(heard, source.id, page)


def outcomes(wheel: Flywheel, cycle: Cycle, source: OutcomeSource, heard: Heard) -> None:
    """Hear what happened to people afterwards."""
    for page in source.fetch(_cursor(wheel, source.id)):
        new = add_outcomes(wheel, source.id, page, cycle.as_of, (cycle.fence, cycle.id))
        heard.counts.update({"outcomes": new, "outcome known already": len(page.rows) - new})
        _told(heard, source.id, page)


def stored_measures(wheel: Flywheel, cycle: Cycle, source: MeasureSource, heard: Heard) -> None:
    """Hear figures that others counted."""
    for page in source.fetch(_cursor(wheel, source.id)):
        with wheel.store.write(cycle.fence) as shelves:
            new, corrected = shelves.measures.add(source.id, _records(page), cycle.id, cycle.as_of)
            _save(shelves, source.id, page, new, cycle)
        heard.counts.update({"measures": new, "measure corrected": corrected})
        _told(heard, source.id, page)


def add_outcomes(
    wheel: Flywheel, source: str, page: Page[Outcome], now: datetime, cycle: tuple[int | None, str] = (None, "")
) -> int:
    """Store a page of outcomes, in a cycle (its fence and id) with its cursor, or by hand; return how many were new."""
    fence, cycle_id = cycle
    given = [(outcome, wheel.vault.pseudonym(outcome.person)) for outcome in _records(page)]
    with wheel.store.write(fence) as shelves:
        who = shelves.identities.of(source, sorted({alias for _, alias in given}))
        known = [
            KnownOutcome(outcome_id(source, outcome, alias), who.get(alias, alias), outcome) for outcome, alias in given
        ]
        new = shelves.outcomes.add(source, known, now, cycle_id)
        shelves.feedback.set_aside(source, page.set_aside, now, cycle_id)
        if cycle_id:
            shelves.feedback.save_cursor(source, page.cursor, new, now, cycle_id)
    return new


def _known(wheel: Flywheel, fact: PersonFact) -> KnownPerson:
    person_id = wheel.vault.pseudonym(fact.person)
    person = Person(
        id=person_id, voice=fact.voice, brand=fact.brand or wheel.settings.brand.name, language=fact.language,
        time_zone=fact.time_zone, groups=fact.groups, value=fact.value, tenure_days=fact.tenure_days, team=fact.team,
        manager_id=wheel.vault.pseudonym(fact.manager) if fact.manager else None,
    )  # fmt: skip
    locked = [(one.channel, wheel.vault.lock(one.address.get_secret_value(), person_id)) for one in fact.contacts]
    return KnownPerson(person, fact.consents, tuple(locked))


def _signal(one: Signal, person_id: str) -> KnownSignal:
    key = one.external_id or f"{person_id}\x1f{one.signal}\x1f{one.happened_at.isoformat()}"
    return KnownSignal(person_id, one.signal, one.value, one.happened_at, key)


def _save(shelves: Any, source: str, page: Page[Any], rows: int, cycle: Cycle) -> None:
    shelves.feedback.set_aside(source, page.set_aside, cycle.as_of, cycle.id)
    shelves.feedback.save_cursor(source, page.cursor, rows, cycle.as_of, cycle.id)


def _told(heard: Heard, source: str, page: Page[Any]) -> None:
    heard.note(page)
    heard.refused(source, page.set_aside)


def _cursor(wheel: Flywheel, source: str) -> Cursor | None:
    with wheel.store.read() as shelves:
        return shelves.feedback.cursor(source)


def _records(page: Page[T]) -> Sequence[T]:
    return page.rows  # type: ignore[return-value]  # columns come from feedback sources only
