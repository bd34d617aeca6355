"""What risks are learned from: teams of ten and more, answers counted, the newest attempt kept with its model."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from flywheel.domain.outcome import Outcome
from flywheel.domain.person import Person
from flywheel.store import Store
from flywheel.store.shelves.outcomes import KnownOutcome
from flywheel.store.shelves.people import KnownPerson


def employee(n: int, team: str) -> KnownPerson:
    person = Person(
        id=f"{team}{n}", voice="employee", brand="Own", language=None, time_zone=None, groups=(), value=100.0,
        tenure_days=None, team=team, manager_id=None,
    )  # fmt: skip
    return KnownPerson(person, (), ())


@pytest.fixture
def staffed(store: Store, noon: datetime) -> Store:
    with store.write(None) as shelves:
        people = [*(employee(n, "crew") for n in range(12)), *(employee(n, "it") for n in range(9))]
        shelves.people.add("hr", people, noon)
        gone = [("crew1", 10), ("crew2", 300), ("crew3", 400), ("it1", 10)]
        known = [
            KnownOutcome(
                f"o{who}", who, Outcome(person=who, metric="left", value=1, happened_at=noon - timedelta(days=d))
            )
            for who, d in gone
        ]
        shelves.outcomes.add("hr", known, noon, "c")
    return store


def test_of_a_team_of_nine_nothing_is_told(staffed: Store, noon: datetime) -> None:
    with staffed.read() as shelves:
        [team] = shelves.foreseeing.teams("Own", "left", noon, 10)
    assert (team.team, team.n, team.left, team.value) == ("crew", 12, 2, 100.0)


def test_the_newest_attempt_is_kept_with_its_model(store: Store, noon: datetime) -> None:
    with store.write(None) as shelves:
        shelves.foreseeing.add("churn", "m", noon, (900, 100, 110), ("first", None))
        shelves.foreseeing.add("churn", "m", noon, (1200, 140, 150), ("second", '{"a":1}'))
    with store.read() as shelves:
        newest = shelves.foreseeing.newest("churn", "m")
        assert shelves.foreseeing.newest("churn", "another") is None
    assert newest is not None
    assert (newest.outcomes, newest.content, newest.says) == (150, '{"a":1}', "second")
