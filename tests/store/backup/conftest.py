"""A store in the middle of a turn, its backup, and empty databases to restore it into."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from flywheel.domain.cycle import Tally
from flywheel.domain.feedback import Cursor
from flywheel.store import Store
from flywheel.store.backup import Backup, back_up
from flywheel.store.restore import Restored, Restoring, restore
from flywheel.store.shelves.outbox import Letter

KEY = {"key_fingerprint": "abc", "brand_zone": "UTC"}
ON_ITS_WAY = ("pending", "claimed", "sending", "retry_wait")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

PutBack = Callable[..., Restored]


def silent(_share: float) -> None:
    pass


@pytest.fixture
def letter(noon: datetime) -> Callable[..., Letter]:
    def made(name: str, status: str = "pending") -> Letter:
        return Letter(
            id=f"letter-{name}", decision_id=name, person_id="p1", play="help", channel="mail", purpose="service",
            key=f"key-{name}", language="en", subject="s", body="b", payload_hash="h", status=status, attempts=0,
            next_at=noon, not_after=noon + 30 * DAY,
        )  # fmt: skip

    return made


@pytest.fixture
def filled(store: Store, turn, say, known, letter, noon: datetime) -> Store:
    """A store in the middle of a turn: feedback with its cursor, a person, one message in each state of its way."""
    cycle = turn()
    with store.write(cycle.fence) as shelves:
        heard = say(["Zug war spät", "a\nb\tc\\N", "late"], said_at=[noon, None, noon], ids=["1", "2", "3"])
        shelves.feedback.save_cursor("talk", Cursor(value={"row": 3}), 3, noon, cycle.id)
        assert shelves.feedback.add("talk", heard, cycle, ()) == 3
        shelves.people.add("crm", [known()], noon)
        shelves.cycles.add_step(cycle.id, Tally(step="listen", done=3), noon)
        shelves.audit.note(noon, "Ada", "look", "x")
        shelves.outbox.add(
            [letter(one, one) for one in ("pending", "claimed", "sending", "retry_wait", "sent", "failed")]
        )
    return store


@pytest.fixture
def taken(filled: Store, url: str, tmp_path: Path, noon: datetime) -> Backup:
    (tmp_path / "safe").mkdir()
    return back_up(url, tmp_path / "safe" / "one.db", noon, silent)


@pytest.fixture
def put_back(noon: datetime) -> PutBack:
    def made(url: str, file: Path, *, now: datetime = noon + HOUR, resume: bool = False, facts: Any = KEY) -> Restored:
        return restore(url, file, Restoring(facts=facts, now=now, actor="Ada", resume=resume), silent)

    return made


@pytest.fixture
def ask() -> Callable[[str, str], list[tuple[Any, ...]]]:
    """Ask a database something, or tell it."""

    def answered(url: str, query: str) -> list[tuple[Any, ...]]:
        engine = create_engine(url)
        with engine.begin() as connection:
            found = connection.execute(text(query))
            told = [tuple(row) for row in found] if found.returns_rows else []
        engine.dispose()
        return told

    return answered
