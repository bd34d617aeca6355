"""A restored store leaves in doubt what its earlier life may have sent; what is surely new is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from flywheel.domain.cycle import Cycle, Tally, Window, cycle_id
from flywheel.domain.play import Decision
from flywheel.store import Shelves, Store
from flywheel.store.backup import Backup, back_up
from flywheel.store.restore import Restored
from flywheel.store.shelves.outbox import Letter

ON_ITS_WAY = ("pending", "claimed", "sending", "retry_wait")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def silent(_share: float) -> None:
    pass


def statuses(url: str) -> dict[str, str]:
    """Return the state of each message of a store, by its name."""
    store = Store(url)
    with store.read() as shelves:
        names, rows = shelves.views.rows("v_delivery")
        found = {row[names.index("decision_id")]: row[names.index("status")] for row in rows}
    store.close()
    return found


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
def restored(taken: Backup, elsewhere: str, put_back: Callable[..., Restored], noon: datetime) -> Iterator[Store]:
    """A store that was restored on the second day after noon."""
    put_back(elsewhere, taken.file, now=noon + 2 * DAY)
    store = Store(elsewhere)
    yield store
    store.close()


def test_what_was_on_its_way_is_in_doubt(taken, elsewhere, put_back, noon, ask):
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
    store = Store(third)
    assert datetime.fromisoformat(store.fact("sent_before") or "") == noon + counts * DAY
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
