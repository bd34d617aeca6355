"""SQLite and PostgreSQL keep, sort and add up alike."""

from __future__ import annotations

import random
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, insert, select

from flywheel.domain.cycle import Cycle
from flywheel.domain.person import Person
from flywheel.store import Store
from flywheel.store.codec import table
from flywheel.store.shelves.people import KnownPerson
from flywheel.store.tables import AuditRow, CursorRow, PersonRow

_AUDIT, _CURSOR, _PERSON = table(AuditRow), table(CursorRow), table(PersonRow)
WORDS = ["a", "B", "b", "ä", "Z", "_", "-a", "a b", "ab", "Å", "\U0001f600", "\uffff", "ž", "10", "9", "A", " "]


def test_text_sorts_by_its_code_points(store: Store, noon: datetime) -> None:
    dice = random.Random(4)
    with store.write(None) as shelves:
        for word in dice.sample(WORDS, len(WORDS)):
            shelves.audit.note(noon, word, "say", "word")
        found = shelves._connection.execute(select(_AUDIT.c.actor).order_by(_AUDIT.c.actor)).scalars().all()
        beyond = shelves._connection.execute(select(_AUDIT.c.actor).where(_AUDIT.c.actor > "a")).scalars().all()
        newest = shelves._connection.execute(select(func.max(_AUDIT.c.actor))).scalar_one()
    assert found == sorted(WORDS)
    assert sorted(beyond) == sorted(word for word in WORDS if word > "a")
    assert newest == max(WORDS)


def test_what_no_database_can_hold_does_not_stop_the_rest(store: Store, noon: datetime) -> None:
    person = Person(id="p\x00", voice="customer", brand="O\ud800wn", groups=("a\x00", "\udfff"))
    with store.write(None) as shelves:
        shelves.people.add("crm", [KnownPerson(person, (), ())], noon)
        found = shelves.people.persons(["p\x00"])
    assert found == {"p": Person(id="p", voice="customer", brand="O\ufffdwn", groups=("a\x00", "\udfff"))}


def test_numbers_have_64_bits(store: Store) -> None:
    many = 2**62
    row = {
        "source": "talk", "cursor": "1", "version": 1, "rows": many, "last_rows": -many, "seen_at": "", "cycle_id": "c",
    }  # fmt: skip
    with store.write(None) as shelves:
        shelves._connection.execute(insert(_CURSOR).values(**row))
        [found] = shelves.feedback.cursors()
    assert (found["rows"], found["last_rows"]) == (many, -many)


def test_a_sum_of_whole_numbers_is_a_whole_number(store: Store, cycle: Cycle, say: Any) -> None:
    with store.write(cycle.fence) as shelves:
        shelves.feedback.add("talk", say(["a", "b", "c"]), cycle, ())
        total = select(func.sum(_CURSOR.c.rows), func.sum(_CURSOR.c.rows) * 0.5, func.avg(_CURSOR.c.rows))
        for source, rows in (("one", 3), ("two", 4)):
            row = {"source": source, "cursor": "1", "version": 1, "rows": rows, "last_rows": 1, "seen_at": "",
                   "cycle_id": "c"}  # fmt: skip
            shelves._connection.execute(insert(_CURSOR).values(**row))
        found = shelves._connection.execute(total).one()
    assert tuple(found) == (7, 3.5, 3.5)
    assert not any(isinstance(one, Decimal) for one in found)
