"""A backup taken while others write is one moment of the store; cut short, it or its restore leaves nothing behind."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from children import ended, in_child, start_child
from small_project import UNTIL
from sweep import DIED, Points, watched

from flywheel.domain.cycle import Cycle, Window
from flywheel.domain.feedback import Cursor, HeardColumns
from flywheel.domain.ids import content_ids
from flywheel.store import Store, backup, migrate
from flywheel.store.backup import Backup, back_up
from flywheel.store.restore import Restored, Restoring, restore

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="writers and kills are forked")
WRITERS, BACKUPS, PAGE = 4, 3, 20
HEARD_FROM = """
    SELECT c.source, c.rows, (SELECT count(*) FROM feedback f WHERE f.source = c.source),
           (SELECT count(*) FROM feedback f JOIN inbox i ON i.feedback_seq = f.seq WHERE f.source = c.source)
    FROM source_cursor c"""


def silent(_share: float) -> None:
    pass


@pytest.fixture
def filled(database_url: str) -> str:
    """Return the URL of a store with some history, so that a backup takes a while."""
    migrate(database_url, {})
    store = Store(database_url)
    for page in range(20):
        listen_to(store, "history", page, 500)
    store.close()
    return database_url


def listen_to(store: Store, source: str, page: int, n: int) -> None:
    """Store a page with its cursor in one transaction, as Listen does."""
    own = [f"{source}-{page}-{at}" for at in range(n)]
    cycle = Cycle(
        id="c", flow="cycle", window=Window(since=UNTIL, until=UNTIL), as_of=UNTIL, mode="live", period=1,
        config_hash="h", fence=1,
    )  # fmt: skip
    heard = HeardColumns(
        id=content_ids("feedback", source, own), external_id=own, brand=["Own"] * n, voice=["customer"] * n,
        person_id=[None] * n, medium=["mail"] * n, touchpoint=["desk"] * n, said_at=[UNTIL] * n, day=["2026-03-02"] * n,
        language=["en"] * n, text=["The train was late again. " * 8] * n, content_hash=["h"] * n, attributes=[{}] * n,
        scores=[()] * n, thread=[None] * n, reply=[None] * n,
    )  # fmt: skip
    with store.write(None) as shelves:
        shelves.feedback.save_cursor(source, Cursor(value={"page": page}), n, UNTIL, cycle.id)
        assert shelves.feedback.add(source, heard, cycle, ()) == n


@pytest.fixture
def writers(filled: str, tmp_path: Path) -> Iterator[Callable[[], list[int]]]:
    """Let four processes write until they are told to stop; then return how many pages each of them wrote."""
    stop, left = tmp_path / "stop", []

    def write(name: str) -> None:
        store, page = Store(filled), 0
        while not stop.exists():
            listen_to(store, name, page, PAGE)
            page += 1
            (tmp_path / f"{name}.pages").write_text(str(page))
        store.close()

    left.extend(start_child(lambda name=f"writer{number}": write(name)) for number in range(WRITERS))

    def stopped() -> list[int]:
        stop.touch()
        codes = [ended(left.pop()) for _ in range(WRITERS)]
        assert codes == [0] * WRITERS, "a writer saw an error"
        return [int((tmp_path / f"writer{number}.pages").read_text()) for number in range(WRITERS)]

    yield stopped
    stop.touch()
    for child in left:
        ended(child)


def wait_until(reached: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not reached():
        assert time.monotonic() < end
        time.sleep(0.01)


def pages_written(folder: Path) -> int:
    return sum(int(file.read_text() or 0) for file in folder.glob("*.pages"))


def test_each_of_three_backups_is_one_moment_while_four_processes_write(filled, writers, tmp_path):
    taken: list[Backup] = []
    for number in range(BACKUPS):
        before = pages_written(tmp_path)
        wait_until(lambda before=before: pages_written(tmp_path) >= before + WRITERS)
        taken.append(back_up(filled, tmp_path / f"{number}.db", UNTIL, silent))
    written = writers()
    sizes = []
    for one in taken:
        with closing(sqlite3.connect(one.file)) as file:
            assert file.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            for source, counted, stored, waiting in file.execute(HEARD_FROM):
                assert counted == stored == waiting, source
                assert stored % PAGE == 0
            sizes.append(file.execute("SELECT count(*) FROM feedback").fetchone()[0])
        assert one.rows["feedback"] == sizes[-1]
    assert sizes == sorted(set(sizes)), "each backup holds more than the one before it: others wrote meanwhile"
    store = Store(filled)
    with store.read() as shelves:
        assert shelves.views.count("v_feedback") == 20 * 500 + PAGE * sum(written) > sizes[-1]
    store.close()


@pytest.mark.slow
def test_a_killed_backup_leaves_no_file_under_its_name_and_a_second_try_works(filled, tmp_path, monkeypatch):
    monkeypatch.setattr(backup, "_PAGES", 50)
    target = tmp_path / "safe" / "one.db"
    target.parent.mkdir()
    for fatal in sampled(lambda points: back_up(filled, tmp_path / "counted.db", UNTIL, points.point)):
        killed = in_child(lambda at=fatal: dying(at, lambda points: back_up(filled, target, UNTIL, points.point)))
        assert killed == DIED
        assert not target.exists()
    made = back_up(filled, target, UNTIL, silent)
    assert made.rows["feedback"] == 20 * 500
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.slow
def test_a_killed_restore_leaves_no_half_store_and_a_second_try_works(filled, tmp_path, postgres):
    taken = back_up(filled, tmp_path / "one.db", UNTIL, silent)
    here = f"sqlite:///{tmp_path / 'there' / 'flywheel.db'}" if filled.startswith("sqlite") else postgres.fresh()

    def put(url: str, points: Points) -> Restored:
        return restore(url, taken.file, Restoring(facts={}, now=UNTIL, actor="Ada"), points.point)

    counted = f"sqlite:///{tmp_path / 'counted' / 'flywheel.db'}" if filled.startswith("sqlite") else postgres.fresh()
    for fatal in sampled(lambda points: put(counted, points)):
        assert in_child(lambda at=fatal: dying(at, lambda points: put(here, points))) == DIED
        store = Store(here)
        assert store.schema() is None
        store.close()
    put(here, Points())
    store = Store(here)
    store.require_migrated()
    with store.read() as shelves:
        assert shelves.views.count("v_feedback") == 20 * 500
    store.close()


def dying(fatal: int, work: Callable[[Points], object]) -> None:
    points = Points(fatal=fatal)
    with watched(points):
        work(points)


def sampled(work: Callable[[Points], object], every: int = 60) -> range:
    """Return one point in so many of those that the work passes before it is committed."""
    points = Points()
    with watched(points):
        work(points)
    assert points.passed > every
    return range(1, points.passed, every)
