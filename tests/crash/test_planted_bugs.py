"""What the harnesses cannot catch they do not guard: each planted bug must be seen by the sweep.

A missing lease is planted in test_started_at_once.py, a missing fence in test_frozen_worker.py.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from dumps import Dump
from places import Place, make_place
from sqlalchemy import delete, insert
from sweep import passed, undisturbed, wrong_after

from flywheel import steps
from flywheel.config.settings import zone_of
from flywheel.decide import decided
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.delivery import Receipt
from flywheel.domain.reading import Texts
from flywheel.listen import prepare
from flywheel.ports import Source
from flywheel.steps import acting, listening
from flywheel.store.codec import table
from flywheel.store.shelves.outbox import Attempt
from flywheel.store.tables import InboxRow
from flywheel.wheel import Flywheel


@dataclass(frozen=True)
class Bug:
    """A bug: how it gets in, after which point a kill shows it (by its name's beginning), and in which view."""

    plant: Callable[[pytest.MonkeyPatch], None]
    shows_after: str
    in_view: str


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Dump]]:
    """Return a place, and what a turn without bugs leaves there."""
    with pytest.MonkeyPatch.context() as patch:
        place = make_place(tmp_path_factory.mktemp("planted"), patch)
        yield place, undisturbed(place)[1]


def hear_with_the_cursor(*, first: bool) -> Callable[..., None]:
    """Return a `_feedback` that saves the cursor in a transaction of its own: ahead of its rows, or after them."""

    def hear(wheel: Flywheel, cycle: Cycle, source: Source, *_counts: object) -> None:
        for page in listening._pages(wheel, cycle, source):
            heard = prepare.prepare(page.rows, source, zone_of(wheel.settings), wheel.vault.pseudonym, Counter())
            new = len(heard)
            for what in ("cursor", "rows") if first else ("rows", "cursor"):
                with wheel.store.write(cycle.fence) as shelves:
                    if what == "rows":
                        new = shelves.feedback.add(source.id, heard, cycle, ())
                    else:
                        shelves.feedback.save_cursor(source.id, page.cursor, new, cycle.as_of, cycle.id)

    return hear


def cursor_first(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(listening, "_feedback", hear_with_the_cursor(first=True))


def cursor_after(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(listening, "_feedback", hear_with_the_cursor(first=False))


def no_key(patch: pytest.MonkeyPatch) -> None:
    """Ids by chance: what is heard again is new again, as without a unique key."""
    patch.setattr(prepare, "content_ids", lambda _kind, _source, own: [os.urandom(16).hex() for _ in own])
    cursor_after(patch)


def inbox_emptied_first(patch: pytest.MonkeyPatch) -> None:
    def understand(wheel: Flywheel, cycle: Cycle, **_span: object) -> Tally:
        while True:
            with wheel.store.read() as shelves:
                batch = shelves.feedback.unread(wheel.settings.batch_size)
            if not len(batch):
                return Tally(step="understand")
            texts = Texts(text=batch.text, language=batch.language, touchpoint=batch.touchpoint, brand=batch.brand)
            readings = wheel.settings.analyzer.read(texts, wheel.settings.topics)
            inbox = table(InboxRow)
            with wheel.store.write(cycle.fence) as shelves:
                done = (inbox.c.stage == "understand") & inbox.c.feedback_seq.in_(list(batch.seq))
                shelves._connection.execute(delete(inbox).where(done))
            with wheel.store.write(cycle.fence) as shelves:
                shelves._connection.execute(
                    insert(inbox), [{"stage": "understand", "feedback_seq": n} for n in batch.seq]
                )
                shelves.readings.add(batch, readings, cycle, wheel.settings.brand.name)  # takes them out once more

    patch.setattr(steps, "understand", understand)


def random_decision_key(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(decided, "content_id", lambda *_: os.urandom(16).hex())


def marked_before_it_is_sent(patch: pytest.MonkeyPatch) -> None:
    send = acting._send

    def mark_and_send(wheel: Flywheel, cycle: Cycle, letters: Sequence[Any]) -> Counter[str]:
        with wheel.store.write(cycle.fence) as shelves:
            numbers = shelves.outbox.start(letters, cycle.fence, cycle.as_of)
            change = {"status": "sent", "sent_at": cycle.as_of, "error": None}
            ok = Receipt(answer="ok")
            marked = [Attempt(one, number, ok, cycle.as_of, change) for one, number in numbers.items()]
            shelves.outbox.finish(marked, cycle.fence)
        return send(wheel, cycle, letters)

    patch.setattr(acting, "_send", mark_and_send)


BUGS = {
    "the cursor is saved before its rows": Bug(cursor_first, "INSERT INTO source_cursor", "v_feedback"),
    "the cursor is saved after its rows": Bug(cursor_after, "INSERT INTO feedback", "cursors"),
    "no unique key": Bug(no_key, "INSERT INTO feedback", "v_feedback"),
    "the inbox is emptied before the readings": Bug(inbox_emptied_first, "DELETE FROM inbox", "v_reading"),
    "a decision's key is chance": Bug(random_decision_key, "INSERT INTO decision", "v_decision"),
    "marked as sent before it is sent": Bug(marked_before_it_is_sent, "UPDATE delivery_attempt", "messages"),
}


@pytest.mark.parametrize("bug", BUGS.values(), ids=BUGS)
def test_the_sweep_sees(bug: Bug, sound: tuple[Place, Dump], monkeypatch: pytest.MonkeyPatch) -> None:
    place, expected = sound
    bug.plant(monkeypatch)
    points = passed(place.reset())
    shown = [name.startswith(f"after {bug.shows_after}") for name in points]
    commits = [at for at, name in enumerate(points, start=1) if name == "after COMMIT" and any(shown[:at])]
    for fatal in commits[:4]:
        if any(told.startswith(f"{bug.in_view}:") for told in wrong_after(place, [fatal], expected)):
            return
    pytest.fail("no kill showed it")
