"""A backup is the whole store at one moment, whatever its database, and a restored store sends nothing again."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from flywheel.domain.cycle import Cycle, Tally, Window, cycle_id
from flywheel.domain.feedback import Cursor
from flywheel.domain.play import Decision
from flywheel.errors import ConfigError, FencedError, StoreError
from flywheel.store import Shelves, Store, migrate
from flywheel.store.backup import Backup, back_up
from flywheel.store.restore import Restored, Restoring, restore
from flywheel.store.schema import HEAD
from flywheel.store.shelves.outbox import Letter
from flywheel.store.tables import METADATA

FIRST = "0001"
KEY = {"key_fingerprint": "abc", "brand_zone": "UTC"}
CHANGED = {"store_fact", "lease", "audit", "delivery"}
"""What a restore writes into; all other tables are restored row for row."""
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
def decide(letter: Callable[..., Letter]) -> Callable[..., None]:
    """Decide something on an occasion and write its message."""

    def made(shelves: Shelves, name: str, at: datetime, occasion: str = "") -> None:
        decision = Decision(
            id=name, cycle_id="c", person_id="p1", occasion=occasion, occasion_at=at, play="help", variant="a",
            tier="friction", channel="mail", purpose="service", score=0.1, propensity=0.8, arm="default",
            status="decided", ruling="allow", reasons=(), verdicts=(), learnings=(), settings=(), decided_at=at,
            not_before=None, not_after=at + 30 * DAY,
        )  # fmt: skip
        shelves.decisions.add([decision])
        shelves.outbox.add([letter(name)])

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


@pytest.fixture(params=["sqlite", "postgresql"])
def anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of an empty database for what is restored, of either kind."""
    yield from _empty(request.param, request, tmp_path)


@pytest.fixture
def elsewhere(url: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of an empty database for what is restored, of the same kind as the store."""
    yield from _empty(url.partition(":")[0].partition("+")[0], request, tmp_path)


def _empty(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'there' / 'flywheel.db'}"
        return
    server = request.getfixturevalue("postgres")
    made = server.fresh()
    yield made
    server.drop(made)


@pytest.fixture
def put_back(noon: datetime) -> PutBack:
    def made(url: str, file: Path, *, now: datetime = noon + HOUR, resume: bool = False, facts: Any = KEY) -> Restored:
        return restore(url, file, Restoring(facts=facts, now=now, actor="Ada", resume=resume), silent)

    return made


def rows(url: str, *, without: set[str] = frozenset()) -> dict[str, list[tuple[Any, ...]]]:
    """Return every table of a store, row for row."""
    engine = create_engine(url)
    found = {}
    with engine.connect() as connection:
        for name, table in METADATA.tables.items():
            if name not in without:
                found[name] = sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
    engine.dispose()
    return found


def ask(url: str, query: str) -> list[tuple[Any, ...]]:
    engine = create_engine(url)
    with engine.begin() as connection:
        found = connection.execute(text(query))
        told = [tuple(row) for row in found] if found.returns_rows else []
    engine.dispose()
    return told


def statuses(url: str) -> dict[str, str]:
    return {name.removeprefix("letter-"): status for name, status in ask(url, "SELECT id, status FROM delivery")}


def test_what_is_restored_is_what_was_backed_up_row_for_row(url, taken, anywhere, put_back):
    told = put_back(anywhere, taken.file)
    assert rows(anywhere, without=CHANGED) == rows(url, without=CHANGED)
    assert told.rows == taken.rows
    assert taken.rows["feedback"] == 3
    assert (told.running_cycles, told.in_doubt) == (1, 4)
    store = Store(anywhere)
    store.require_migrated()
    store.close()
    assert sorted(ask(anywhere, "SELECT name FROM store_fact")) == [
        ("brand_zone",), ("key_fingerprint",), ("sent_before",)
    ]  # fmt: skip


def test_a_backup_is_one_private_file_under_its_name_and_says_what_it_is(taken, tmp_path):
    assert [file.name for file in (tmp_path / "safe").iterdir()] == ["one.db"]
    assert stat.S_IMODE(taken.file.stat().st_mode) == 0o600
    assert taken.size_bytes == taken.file.stat().st_size
    with closing(sqlite3.connect(taken.file)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        facts = dict(file.execute("SELECT name, value FROM store_fact"))
    assert json.loads(facts["backup_rows"]) == taken.rows


def test_what_is_heard_after_a_restore_is_numbered_after_what_was_heard_before(taken, anywhere, put_back, noon, say):
    put_back(anywhere, taken.file)
    store = Store(anywhere)
    with store.read() as shelves:
        cycle = shelves.cycles.newest().cycle
    with store.write(None) as shelves:
        assert shelves.feedback.add("talk", say(["new"], ids=["9"]), cycle, ()) == 1
        shelves.audit.switch("off", "Ada", "first", noon)
    store.close()
    assert ask(anywhere, "SELECT max(seq), count(*) FROM feedback") == [(4, 4)]
    assert ask(anywhere, "SELECT max(seq) FROM switch") == [(1,)]
    assert ask(anywhere, "SELECT max(seq) - count(*) FROM audit") == [(0,)]


def test_a_file_that_is_there_is_not_overwritten_and_a_folder_gets_a_dated_name(url, taken, noon):
    content = taken.file.read_bytes()
    with pytest.raises(ConfigError, match="no backup is overwritten"):
        back_up(url, taken.file, noon, silent)
    assert taken.file.read_bytes() == content
    assert back_up(url, taken.file.parent, noon, silent).file.name == "flywheel-20260302T120000Z.db"
    with pytest.raises(ConfigError, match="no folder"):
        back_up(url, taken.file.parent / "nowhere" / "x.db", noon, silent)


def test_the_draft_of_a_killed_backup_is_cleared_away_and_one_under_way_is_left_alone(url, filled, tmp_path, noon):
    import fcntl

    safe = tmp_path / "safe"
    safe.mkdir()
    for name in (".flywheel-backup-7.part", ".flywheel-backup-7.part-wal", ".flywheel-backup-8.part"):
        (safe / name).write_text("what a customer said")
    with (safe / ".flywheel-backup-8.part").open("rb") as busy:
        fcntl.flock(busy, fcntl.LOCK_EX)
        back_up(url, safe / "one.db", noon, silent)
    assert sorted(file.name for file in safe.iterdir()) == [".flywheel-backup-8.part", "one.db"]


def test_a_store_that_is_not_made_yet_is_not_backed_up(url, tmp_path, noon):
    if url.startswith("sqlite"):
        (tmp_path / "here").mkdir()
    with pytest.raises(StoreError, match="nothing to back up"):
        back_up(url, tmp_path / "one.db", noon, silent)
    assert not (tmp_path / "one.db").exists()


def test_a_backup_of_an_older_schema_is_brought_to_ours_when_it_is_restored(url, anywhere, put_back, tmp_path, noon):
    migrate(url, KEY, FIRST)
    ask(url, "INSERT INTO switch (state, actor, reason, at) VALUES ('off', 'Ada', 'once', '2026')")
    taken = back_up(url, tmp_path / "old.db", noon, silent)
    assert taken.schema_version == FIRST
    migrate(anywhere, KEY)
    told = put_back(anywhere, taken.file)
    assert (told.schema_before, told.schema_version) == (FIRST, HEAD)
    store = Store(anywhere)
    store.require_migrated()
    with store.read() as shelves:
        assert shelves.audit.sending_paused() == "paused by Ada: once"
        assert shelves.views.count("v_audit") == 1
    store.close()


def test_a_backup_of_a_newer_schema_is_refused(taken, elsewhere, put_back):
    with closing(sqlite3.connect(taken.file)) as file, file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigError, match="schema 9999, newer than this version: upgrade"):
        put_back(elsewhere, taken.file)


def test_a_store_of_a_newer_schema_is_not_backed_up(store, url, tmp_path, noon):
    ask(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="schema 9999, which is newer"):
        back_up(url, tmp_path / "one.db", noon, silent)
    assert list(tmp_path.glob("*.db")) == []


def test_with_another_key_a_backup_is_refused(taken, elsewhere, put_back):
    with pytest.raises(ConfigError, match="another key fingerprint"):
        put_back(elsewhere, taken.file, facts=KEY | {"key_fingerprint": "xyz"})


def test_only_an_empty_store_is_restored_into(taken, url, elsewhere, put_back):
    before = rows(url)
    with pytest.raises(ConfigError, match=r"not empty .* a restore overwrites nothing"):
        put_back(url, taken.file)
    assert rows(url) == before
    migrate(elsewhere, {"key_fingerprint": "abc"})
    put_back(elsewhere, taken.file)
    assert ask(elsewhere, "SELECT count(*) FROM feedback") == [(3,)]


def test_tables_that_are_not_ours_stay_as_they_are(taken, elsewhere, put_back):
    migrate(elsewhere, KEY)
    ask(elsewhere, "CREATE TABLE somebody_elses (seq integer, word text)")
    ask(elsewhere, "INSERT INTO somebody_elses VALUES (7, 'mine')")
    put_back(elsewhere, taken.file)
    assert ask(elsewhere, "SELECT * FROM somebody_elses") == [(7, "mine")]


@pytest.mark.parametrize("harm", ["cut", "garbled", "fewer rows", "no backup", "absent"])
def test_a_damaged_backup_is_refused_and_leaves_nothing_behind(taken, url, elsewhere, put_back, harm, tmp_path):
    content = bytearray(taken.file.read_bytes())
    match harm:
        case "cut":
            taken.file.write_bytes(content[: len(content) // 2])
        case "garbled":
            for at in range(4096, len(content), 4096):
                content[at : at + 64] = os.urandom(64)
            taken.file.write_bytes(content)
        case "fewer rows":
            ask(f"sqlite:///{taken.file}", "DELETE FROM consent")
        case "no backup":
            ask(f"sqlite:///{taken.file}", "DELETE FROM store_fact WHERE name = 'backup_taken_at'")
        case "absent":
            taken.file.unlink()
    with pytest.raises((ConfigError, StoreError), match=r"damaged|no backup"):
        put_back(elsewhere, taken.file)
    assert not (tmp_path / "there").exists()
    if elsewhere.startswith("postgresql"):
        assert ask(elsewhere, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]


def test_a_backup_is_no_store_to_turn(taken):
    store = Store(f"sqlite:///{taken.file}")
    with pytest.raises(StoreError, match="is a backup: put it back with `flywheel store restore`"):
        store.require_migrated()
    store.close()


def test_nobody_holds_a_restored_store_and_an_old_holder_proves_nothing(taken, filled, elsewhere, put_back, turn):
    with filled.read() as shelves:
        old = shelves.cycles.newest().cycle
    put_back(elsewhere, taken.file, resume=True)
    store = Store(elsewhere)
    with pytest.raises(FencedError), store.write(old.fence):
        pass
    with store.write(None) as shelves:
        new = shelves.cycles.begin(old, ("listen",), old.as_of, "0")
        left = {one.id for one in shelves.outbox.claim(old.as_of, new.fence, 9)}
    store.close()
    assert new.fence > old.fence
    assert left == {f"letter-{one}" for one in ON_ITS_WAY}


def test_what_was_on_its_way_is_in_doubt(taken, elsewhere, put_back, noon):
    assert put_back(elsewhere, taken.file).sent_before == noon + HOUR
    now = statuses(elsewhere)
    assert now == dict.fromkeys(ON_ITS_WAY, "unknown") | {
        "sent": "sent", "failed": "failed"
    }  # fmt: skip
    [(error,)] = ask(elsewhere, "SELECT DISTINCT error FROM delivery WHERE status = 'unknown'")
    assert error == "restored from a backup of 2026-03-02T12:00:00.000000Z: it may have been sent since"
    [line] = ask(elsewhere, "SELECT actor, subject, detail FROM audit WHERE action = 'restore'")
    assert line == (
        "Ada",
        "backup of 2026-03-02T12:00:00.000000Z",
        f"{sum(taken.rows.values())} rows, 4 messages in doubt",
    )


def test_where_the_earlier_life_surely_ended_nothing_is_in_doubt(taken, elsewhere, put_back):
    told = put_back(elsewhere, taken.file, resume=True)
    assert (told.sent_before, told.in_doubt) == (None, 0)
    assert all(name == status for name, status in statuses(elsewhere).items())


@pytest.mark.parametrize("case", [(4, False, 4), (1, False, 2), (4, True, 2)])
def test_the_later_of_two_restores_counts_and_resume_forgets_no_earlier_one(
    restored, elsewhere, put_back, noon, tmp_path, case
):
    restored_on, resume, counts = case  # days after noon; the store was restored before, on the second
    again = back_up(elsewhere, tmp_path / "again.db", noon + 3 * DAY, silent)
    third = f"sqlite:///{tmp_path / 'third' / 'flywheel.db'}"
    put_back(third, again.file, now=noon + restored_on * DAY, resume=resume)
    [(fact,)] = ask(third, "SELECT value FROM store_fact WHERE name = 'sent_before'")
    assert datetime.fromisoformat(fact) == noon + counts * DAY


@pytest.fixture
def restored(taken: Backup, elsewhere: str, put_back: PutBack, noon: datetime) -> Iterator[Store]:
    """A store that was restored on the second day after noon."""
    put_back(elsewhere, taken.file, now=noon + 2 * DAY)
    store = Store(elsewhere)
    yield store
    store.close()


def test_what_was_said_before_the_restore_is_not_answered_and_what_is_said_after_it_is(
    restored, elsewhere, noon, decide
):
    with restored.write(None) as shelves:
        decide(shelves, "early", noon + DAY)
        decide(shelves, "late", noon + 3 * DAY)
        assert shelves.outbox.doubt() == 1
        assert shelves.outbox.doubt() == 0
    now = statuses(elsewhere)
    assert (now["early"], now["late"]) == ("unknown", "pending")


def test_a_store_that_was_never_restored_doubts_nothing(filled, decide, noon):
    with filled.write(None) as shelves:
        decide(shelves, "early", noon)
        assert shelves.outbox.doubt() == 0


@pytest.mark.parametrize("said_on", [None, 60])
def test_what_no_date_can_prove_new_is_in_doubt_until_all_sources_were_heard_once(
    restored, elsewhere, noon, decide, say, said_on
):
    """Undated, or dated ahead: the earlier life may have heard it after the backup."""
    said_at = None if said_on is None else noon + said_on * DAY
    for day, name, failed in ((3, "first", 1), (4, "second", 0), (5, "third", 0)):
        cycle = begin(restored, noon + day * DAY)
        with restored.write(cycle.fence) as shelves:
            heard = say([name], said_at=[said_at], ids=[name])
            assert shelves.feedback.add("talk", heard, cycle, ()) == 1
            shelves.cycles.add_step(cycle.id, Tally(step="listen", done=1, failed=failed), cycle.as_of + HOUR)
            decide(shelves, name, cycle.as_of, heard.id[0])
            shelves.outbox.doubt()
            shelves.cycles.end(cycle, "completed", cycle.as_of + HOUR)
    now = statuses(elsewhere)
    assert [now[name] for name in ("first", "second", "third")] == ["unknown", "unknown", "pending"]


def begin(store: Store, at: datetime) -> Cycle:
    """Begin a cycle that ends at a moment."""
    window = Window(since=at - DAY, until=at)
    cycle = Cycle(
        id=cycle_id("cycle", window), flow="cycle", window=window, as_of=at, mode="live", period=0, config_hash="h",
        fence=0,
    )  # fmt: skip
    with store.write(None) as shelves:
        return shelves.cycles.begin(cycle, ("listen",), at, "0")


def test_a_nul_that_sqlite_holds_does_not_keep_a_store_from_moving_to_postgresql(taken, anywhere, put_back):
    ask(f"sqlite:///{taken.file}", "UPDATE person SET groups = 'a' || char(0) || 'b'")
    put_back(anywhere, taken.file)
    [(groups,)] = ask(anywhere, "SELECT groups FROM person")
    assert groups.replace("\x00", "") == "ab"
