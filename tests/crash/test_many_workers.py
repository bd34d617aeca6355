"""Eight workers on one outbox of approved messages, one of them killed again and again: each message has one effect."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

import pytest
from children import start_child
from soak import SOAK, amount

from flywheel.config import Settings
from flywheel.config.settings import Brand
from flywheel.domain.account import Account, Approval
from flywheel.domain.cycle import Cycle, Window
from flywheel.domain.delivery import Message, Receipt
from flywheel.domain.person import Consent, Person
from flywheel.domain.play import Decision, Play
from flywheel.errors import FencedError, LeaseHeldError, TransientError
from flywheel.ports import Channel
from flywheel.steps import act
from flywheel.store import Store, engine, migrate, store
from flywheel.store.shelves.people import KnownPerson
from flywheel.understand.fast import FastAnalyzer
from flywheel.vault import Vault
from flywheel.wheel import Flywheel

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CYCLE = Cycle(
    id="c" * 32, flow="cycle", window=Window(since=NOON, until=NOON), as_of=NOON, mode="live", period=0,
    config_hash="h", fence=0,
)  # fmt: skip
WORKERS, LONGEST_SECONDS, SEED = amount(3, 8), 900.0, 7
EVERY_SECONDS, AWAY_SECONDS = (0.3, 0.002) if SOAK else (0.1, 0.03)
"""A killer that is quicker, and a receiver that is slower, where there are few messages: or they are done before."""


class Receiver(Channel):
    """Does each key once, as a file of that name, and writes down every attempt."""

    honours_keys: ClassVar[bool] = True
    folder: Path

    def send(self, message: Message) -> Receipt:
        with (self.folder / "attempts").open("a", encoding="ascii") as attempts:
            attempts.write(f"{message.key}\n")
        time.sleep(AWAY_SECONDS)
        (self.folder / f"{message.key}.done").touch()
        return Receipt(answer="ok")

    def ready(self) -> str | None:
        return None


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(store, "open_engines", lru_cache(engine.open_engines))
    for name in ("done", "templates/messages"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "templates" / "messages" / "care.en.j2").write_text("Subject: s\n\nWe are sorry.\n")
    return tmp_path


def opened(project: Path, url: str) -> Flywheel:
    play = Play(
        name="care", tier="complaint", when="sentiment < 0", channel="mail", template="care", approval="required"
    )
    settings = Settings(
        project=project, brand=Brand(name="Own"), sources=(), analyzer=FastAnalyzer(), plays=(play,),
        channels=(Receiver(id="mail", folder=project / "done"),),
    )  # fmt: skip
    return Flywheel(settings, Store(url), Vault(b"k" * 32), lambda: NOON)


def fill(project: Path, url: str, n: int) -> None:
    """Let `n` messages to `n` persons wait, each approved by one person."""
    migrate(url, {})
    wheel = opened(project, url)
    consent = Consent(channel="mail", purpose="service", granted=True, at=NOON - timedelta(days=9))
    names = [f"p{at:04d}" for at in range(n)]
    people = [
        KnownPerson(
            Person(id=name, voice="customer", brand="Own"), (consent,), (("mail", wheel.vault.lock("a@b.eu", name)),)
        )
        for name in names
    ]
    with wheel.store.write(None) as shelves:
        held = shelves.cycles.begin(CYCLE, ("act",), NOON, "0")
        shelves.people.add("crm", people, NOON)
        shelves.decisions.add([decision(at) for at in range(n)])
        shelves.accounts.add(Account(name="Bo", role="approver", created_at=NOON, created_by="test"), "hash")
    act(wheel, held)
    approve(wheel, 1)
    act(wheel, held)  # the way of one message compiles every statement, for all children
    approve(wheel, n - 1)
    with wheel.store.write(None) as shelves:
        shelves.cycles.let_go(held.fence)
    wheel.store.close()


def approve(wheel: Flywheel, n: int) -> None:
    with wheel.store.write(None) as shelves:
        waiting = shelves.approvals.waiting(now=NOON)[:n]
        assert len(waiting) == n
        for one in waiting:
            shelves.approvals.add(
                Approval(
                    delivery_id=one.delivery_id, decision_id=one.decision_id, payload_hash=one.payload_hash,
                    account="Bo", word="approved", at=NOON, expires=NOON + timedelta(days=9),
                )
            )  # fmt: skip
            shelves.approvals.settle(one, approved=True)


def decision(at: int) -> Decision:
    return Decision(
        id=f"d{at:04d}", cycle_id=CYCLE.id, person_id=f"p{at:04d}", occasion=f"f{at}", occasion_at=NOON, play="care",
        variant="a", tier="complaint", channel="mail", purpose="service", score=0.1, propensity=1.0, arm="exempt",
        status="waiting", ruling="review", reasons=(), verdicts=(), learnings=(), settings=(), approvals=1,
        decided_at=NOON, not_before=None, not_after=NOON + timedelta(days=9),
    )  # fmt: skip


def work(project: Path, url: str) -> None:
    """Act whenever nobody else does, until nothing is on its way any more."""
    wheel = opened(project, url)
    while _states(wheel).keys() - {"sent"}:
        try:
            with wheel.store.write(None) as shelves:
                held = shelves.cycles.begin(CYCLE, ("act",), NOON, "0")
            act(wheel, held)
            with wheel.store.write(None) as shelves:
                shelves.cycles.let_go(held.fence)
        except (LeaseHeldError, FencedError, TransientError):
            time.sleep(0.05)
    wheel.store.close()


def _states(wheel: Flywheel) -> Counter[str]:
    with wheel.store.read() as shelves:
        return shelves.outbox.statuses()


@pytest.mark.slow
def test_eight_workers_and_a_killer_have_each_approved_message_done_once(project: Path, database_url: str) -> None:
    n = amount(15, 1_000)
    fill(project, database_url, n)
    killed = kill_until_done(lambda: work(project, database_url))
    wheel = opened(project, database_url)
    states = _states(wheel)
    wheel.store.close()
    effects = {file.stem for file in (project / "done").glob("*.done")}
    attempts = Counter((project / "done" / "attempts").read_text().split())
    again = attempts.total() - len(attempts)
    print(f"{n} messages, {killed} workers killed: {len(effects)} effects, {again} attempts under a key that was tried")
    assert (len(effects), dict(states)) == (n, {"sent": n})
    assert set(attempts) == effects
    assert killed > 0


def kill_until_done(job: Callable[[], None]) -> int:
    """Let workers do a job, and kill one by lot every so often, whose place another takes; return how many died."""
    dice, killed, end = random.Random(SEED), 0, time.monotonic() + LONGEST_SECONDS
    workers = {start_child(job) for _ in range(WORKERS)}
    try:
        while workers and time.monotonic() < end:
            time.sleep(EVERY_SECONDS)
            workers -= {pid for pid in workers if os.waitpid(pid, os.WNOHANG)[0]}
            if len(workers) == WORKERS:  # none is done: there is still work
                victim = dice.choice(sorted(workers))
                workers -= {_killed(victim)}
                workers.add(start_child(job))
                killed += 1
    finally:
        for pid in workers:
            _killed(pid)
    return killed


def _killed(pid: int) -> int:
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return pid
