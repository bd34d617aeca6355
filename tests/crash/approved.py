"""Many decided messages in a store of their own, and turns of act alone over them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from small_project import UNTIL

from flywheel.config import Settings
from flywheel.config.settings import ActRules, Brand
from flywheel.domain.account import Account
from flywheel.domain.cycle import Cycle, Window, cycle_id
from flywheel.domain.person import Consent, Person
from flywheel.domain.play import Decision, DecisionStatus, Play
from flywheel.ports import Channel
from flywheel.steps import act, approving
from flywheel.store import Store, migrate
from flywheel.store.shelves.people import KnownPerson
from flywheel.understand.fast import FastAnalyzer
from flywheel.vault import Vault
from flywheel.wheel import Flywheel

_VAULT = Vault(b"a" * 32)


def wheel_for(url: str, folder: Path, channel: Channel) -> Flywheel:
    """Return a wheel with one play that goes by this channel; its store must stand already."""
    play = Play(name="help", tier="friction", when="sentiment < 0", channel=channel.id, template="help", mode="live")
    settings = Settings(
        project=folder, brand=Brand(name="Own"), sources=(), analyzer=FastAnalyzer(), channels=(channel,),
        plays=(play,), act=ActRules(canary=0, breaker_after=100_000),
    )  # fmt: skip
    return Flywheel(settings, Store(url), _VAULT, lambda: UNTIL)


def decide_many(url: str, folder: Path, channel: str, n: int, status: DecisionStatus = "decided") -> None:
    """Make a store in which a message to each of `n` people has been decided, or waits for approval."""
    messages = folder / "templates" / "messages"
    messages.mkdir(parents=True, exist_ok=True)
    (messages / "help.en.j2").write_text("Subject: Sorry\n\nWe read you, {{ brand }}.", encoding="utf-8")
    migrate(url, {})
    long_ago = UNTIL - timedelta(days=300)
    yes = (Consent(channel=channel, purpose="service", granted=True, at=long_ago),)
    people = [
        KnownPerson(
            Person(id=f"p{at}", voice="customer", brand="Own"), yes,
            ((channel, _VAULT.lock(f"p{at}@b.example", f"p{at}")),),
        )
        for at in range(n)
    ]  # fmt: skip
    store = Store(url)
    with store.write(None) as shelves:
        shelves.people.add("crm", people, long_ago)
        shelves.decisions.add([_decision(at, channel, status) for at in range(n)])
    store.close()


def approve_all(wheel: Flywheel) -> None:
    """Write the messages that wait, and let somebody approve each."""
    bo = Account(name="Bo", role="approver", created_at=UNTIL, created_by="Ada")
    act(wheel, begin(wheel, UNTIL))
    with wheel.store.write(None) as shelves:
        shelves.accounts.add(bo, "token")
        for one in approving.inbox(wheel, shelves):
            approving.approve(shelves, one, bo, UNTIL, 7)


def begin(wheel: Flywheel, as_of: datetime) -> Cycle:
    """Take the lease for a turn; raises LeaseHeldError."""
    window = Window(since=UNTIL - timedelta(days=7), until=as_of)
    fresh = Cycle(
        id=cycle_id("cycle", window), flow="cycle", window=window, as_of=as_of, mode="live", period=0,
        config_hash="h", fence=0,
    )  # fmt: skip
    with wheel.store.write(None) as shelves:
        return shelves.cycles.begin(fresh, ("act",), as_of, "0")


def act_once(wheel: Flywheel, as_of: datetime) -> None:
    """Do a turn of act alone, from the lease to its end; the wheel's clock stands at its moment."""
    cycle = begin(wheel, as_of)
    act(Flywheel(wheel.settings, wheel.store, wheel.vault, lambda: as_of), cycle)
    with wheel.store.write(cycle.fence) as shelves:
        shelves.cycles.end(cycle, "completed", as_of)


def states(wheel: Flywheel) -> dict[str, str]:
    """Return the state of each message by its key."""
    with wheel.store.read() as shelves:
        names, rows = shelves.views.rows("v_delivery")
        return {row[names.index("key")]: row[names.index("status")] for row in rows}


def listed_as_in_doubt(wheel: Flywheel) -> set[str]:
    """Return the keys of the messages that a person is shown to say what became of them."""
    with wheel.store.read() as shelves:
        return {one.key for one in shelves.doubts.listed(["unknown"])}


def told_wrong(said: dict[str, str], done: dict[str, int], listed: set[str]) -> list[str]:
    """Return what is wrong of messages to somebody who knows no keys: doubled, or told other than it was."""
    return [
        *(f"done {n} times: {key}" for key, n in done.items() if n > 1),
        *(f"sent and never done: {key}" for key, status in said.items() if status == "sent" and not done.get(key)),
        *(f"{status} and done: {key}" for key, status in said.items()
          if status not in ("sent", "unknown") and done.get(key)),
        *(f"unknown and not listed: {key}" for key in _in(said, "unknown") - listed),
        *(f"left as {status}: {key}" for key, status in said.items() if status in ("pending", "claimed", "sending")),
    ]  # fmt: skip


def _in(said: dict[str, str], status: str) -> set[str]:
    return {key for key, one in said.items() if one == status}


def _decision(at: int, channel: str, status: DecisionStatus) -> Decision:
    waiting = status == "waiting"
    return Decision(
        id=f"{at:032x}", cycle_id="c", person_id=f"p{at}", occasion=f"f{at}", occasion_at=UNTIL, play="help",
        variant="a", tier="friction", channel=channel, purpose="service", score=0.1, propensity=1.0, arm="exempt",
        status=status, ruling="review" if waiting else "allow", approvals=int(waiting), reasons=(), verdicts=(),
        learnings=(), settings=(), decided_at=UNTIL, not_before=None, not_after=UNTIL + timedelta(days=9),
    )  # fmt: skip
