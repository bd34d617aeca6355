"""A backup is the whole store at one moment, whatever its database, and a restored store sends nothing again."""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from contextlib import closing
from typing import Any

import pytest
from databases import on_sqlite
from sqlalchemy import create_engine

from flywheel.errors import ConfigError, FencedError, StoreError
from flywheel.store import Store, migrate
from flywheel.store.backup import back_up
from flywheel.store.schema import HEAD
from flywheel.store.tables import METADATA

FIRST = "0001"
KEY = {"key_fingerprint": "abc", "brand_zone": "UTC"}
CHANGED = {"store_fact", "lease", "audit", "delivery"}
"""What a restore writes into; all other tables are restored row for row."""
ON_ITS_WAY = ("pending", "claimed", "sending", "retry_wait")


def silent(_share: float) -> None:
    pass


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


def test_what_is_restored_is_what_was_backed_up_row_for_row(url, taken, anywhere, put_back, ask):
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


@on_sqlite
def test_a_backup_is_one_private_file_under_its_name_and_says_what_it_is(taken, tmp_path):
    assert [file.name for file in (tmp_path / "safe").iterdir()] == ["one.db"]
    assert stat.S_IMODE(taken.file.stat().st_mode) == 0o600
    assert taken.size_bytes == taken.file.stat().st_size
    with closing(sqlite3.connect(taken.file)) as file:
        assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        facts = dict(file.execute("SELECT name, value FROM store_fact"))
    assert json.loads(facts["backup_rows"]) == taken.rows


def test_what_is_heard_after_a_restore_is_numbered_after_what_was_heard_before(
    taken, anywhere, put_back, noon, say, ask
):
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


@on_sqlite
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


def test_a_backup_of_an_older_schema_is_brought_to_ours_when_it_is_restored(
    url, anywhere, put_back, tmp_path, noon, ask
):
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


@on_sqlite
def test_a_backup_of_a_newer_schema_is_refused(taken, elsewhere, put_back):
    with closing(sqlite3.connect(taken.file)) as file, file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ConfigError, match="schema 9999, newer than this version: upgrade"):
        put_back(elsewhere, taken.file)


def test_a_store_of_a_newer_schema_is_not_backed_up(store, url, tmp_path, noon, ask):
    ask(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="schema 9999, which is newer"):
        back_up(url, tmp_path / "one.db", noon, silent)
    assert list(tmp_path.glob("*.db")) == []


@on_sqlite
def test_with_another_key_a_backup_is_refused(taken, elsewhere, put_back):
    with pytest.raises(ConfigError, match="another key fingerprint"):
        put_back(elsewhere, taken.file, facts=KEY | {"key_fingerprint": "xyz"})


def test_only_an_empty_store_is_restored_into(taken, url, elsewhere, put_back, ask):
    before = rows(url)
    with pytest.raises(ConfigError, match=r"not empty .* a restore overwrites nothing"):
        put_back(url, taken.file)
    assert rows(url) == before
    migrate(elsewhere, {"key_fingerprint": "abc"})
    put_back(elsewhere, taken.file)
    assert ask(elsewhere, "SELECT count(*) FROM feedback") == [(3,)]


def test_tables_that_are_not_ours_stay_as_they_are(taken, elsewhere, put_back, ask):
    migrate(elsewhere, KEY)
    ask(elsewhere, "CREATE TABLE somebody_elses (seq integer, word text)")
    ask(elsewhere, "INSERT INTO somebody_elses VALUES (7, 'mine')")
    put_back(elsewhere, taken.file)
    assert ask(elsewhere, "SELECT * FROM somebody_elses") == [(7, "mine")]


@on_sqlite
@pytest.mark.parametrize("harm", ["cut", "garbled", "fewer rows", "no backup", "absent"])
def test_a_damaged_backup_is_refused_and_leaves_nothing_behind(taken, elsewhere, put_back, harm, tmp_path, ask):
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


@on_sqlite
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


def test_a_nul_that_sqlite_holds_does_not_keep_a_store_from_moving_to_postgresql(taken, anywhere, put_back, ask):
    ask(f"sqlite:///{taken.file}", "UPDATE person SET groups = 'a' || char(0) || 'b'")
    put_back(anywhere, taken.file)
    [(groups,)] = ask(anywhere, "SELECT groups FROM person")
    assert groups.replace("\x00", "") == "ab"
