"""Consents, settings, decisions, outcomes, learnings: once each, and the newest word counts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from flywheel.domain.cycle import Cycle
from flywheel.domain.ids import content_id
from flywheel.domain.initiative import Setting
from flywheel.domain.outcome import Learning
from flywheel.domain.person import Consent
from flywheel.domain.play import Decision
from flywheel.store import Store
from flywheel.store.shelves.people import KnownPerson

DAY = timedelta(days=1)


def test_the_ledger_keeps_every_line_and_the_newest_counts(
    store: Store, cycle: Cycle, noon: datetime, known: Any
) -> None:
    def line(granted: bool, days: int) -> KnownPerson:
        said = Consent(channel="mail", purpose="service", granted=granted, at=noon - days * DAY)
        return KnownPerson(known("p1").person, (said,), ())

    for one in (line(granted=True, days=9), line(granted=False, days=1), line(granted=True, days=5)):
        with store.write(cycle.fence) as shelves:
            shelves.people.add("crm", [one], noon)
    with store.write(cycle.fence) as shelves:
        shelves.people.add("crm", [line(granted=True, days=1)], noon)
        assert [one.granted for one in shelves.people.consents(["p1"])["p1"]] == [False]
        assert shelves.people.consents(["nobody"]) == {}
        assert shelves._connection.execute(text("SELECT count(*) FROM consent")).scalar_one() == 4


def test_settings_are_in_force_from_their_decision_to_their_expiry(store: Store, cycle: Cycle, noon: datetime) -> None:
    setting = Setting(
        id="s1", cycle_id="c", name="focus.topics", value=["delay"], reason="r", evidence=("e",), decided_at=noon,
        expires=noon + 2 * DAY,
    )  # fmt: skip
    with store.write(cycle.fence) as shelves:
        shelves.cycles.add_setting(setting)
        shelves.cycles.add_setting(setting)
        days = {day: shelves.cycles.settings_in_force(noon + day * DAY) for day in (-1, 0, 1, 2)}
    assert days == {-1: [], 0: [setting], 1: [setting], 2: []}


def test_a_learning_is_stored_once_and_the_newest_is_believed(store: Store, cycle: Cycle) -> None:
    def learned(name: str, after: float) -> Learning:
        return Learning(
            id=name, cycle_id=name, subject="play:help", statement="s", effect=0, low=0, high=0, n=9, change="c",
            before=0.1, after=after,
        )  # fmt: skip

    with store.write(cycle.fence) as shelves:
        shelves.learning.add([(learned("a", 0.2), 0.01), (learned("b", 0.3), 0.02)])
        shelves.learning.add([(learned("a", 0.9), 0.01)])
        believed = shelves.learning.believed()["help"]
        shelves.learning.note_use(cycle.id, {"b": (5, 2)})
        assert shelves.learning.used_by(cycle.id) == {"b": (5, 2)}
        used = shelves._connection.execute(text("SELECT id, used_by_cycle FROM v_learning ORDER BY id")).all()
    assert (believed.mean, believed.sd, believed.learning_id) == (0.3, 0.02, "b")
    assert [tuple(row) for row in used] == [("a", None), ("b", cycle.id)]


def decided(person: str, arm: str, at: datetime, *, status: str | None = None, occasion: str = "o1") -> Decision:
    return Decision.model_validate({
        "id": content_id("decision", person, occasion, "help"), "cycle_id": "c", "person_id": person,
        "occasion": occasion, "occasion_at": at, "play": "help", "variant": "a", "tier": "friction", "channel": "mail",
        "purpose": "service", "score": 0.1, "propensity": 0.8, "arm": arm,
        "status": status or {"default": "decided", "holdout": "held out"}[arm], "ruling": "allow", "reasons": (),
        "verdicts": (), "learnings": (), "settings": (), "decided_at": at, "not_before": None, "not_after": at + DAY,
    })  # fmt: skip


def test_a_decision_comes_back_as_it_was_stored(store: Store, cycle: Cycle, noon: datetime) -> None:
    one = decided("p1", "default", noon)
    with store.write(cycle.fence) as shelves:
        shelves.decisions.add([one])
        assert shelves.decisions.unwritten("decided", noon, limit=9) == [one]
