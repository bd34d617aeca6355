"""What needs a person's yes leaves only as exactly what they read, and only while their word holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sink import Sink, statuses
from sqlalchemy import text

from flywheel.act.approval import veiled
from flywheel.act.letters import payload_hash
from flywheel.domain.account import Account, Asked, Role
from flywheel.domain.cycle import Cycle
from flywheel.domain.play import Decision
from flywheel.errors import ConfigError
from flywheel.steps import act, approving
from flywheel.wheel import Flywheel

EDITS = (
    "subject = 'Win a prize'",
    "body = body || ' Click here.'",
    "person_id = 'p' || (1 + substr(person_id, 2)) % 5",
    "channel = 'sms'",
    "purpose = 'marketing'",
    "play = 'offer'",
    "language = 'pl'",
    "approvals = 0",
    "decision_id = 'another'",
    "payload_hash = 'x' || substr(payload_hash, 2)",
)
LEFT_ALONE = 2


@pytest.fixture
def account(wheel: Flywheel, noon: datetime) -> Callable[..., Account]:
    """Make an account."""

    def made(name: str, role: Role = "approver") -> Account:
        one = Account(name=name, role=role, created_at=noon, created_by="test")
        with wheel.store.write(None) as shelves:
            shelves.accounts.add(one, f"hash of {name}")
        return one

    return made


@pytest.fixture
def asked(
    wheel: Flywheel, cycle: Cycle, noon: datetime, decision: Callable[..., Decision]
) -> Callable[..., list[Asked]]:
    """Let messages to so many people wait for approval; returns what waits."""

    def written(n: int, approvals: int = 1) -> list[Asked]:
        waiting = {"status": "waiting", "ruling": "review", "approvals": approvals}
        with wheel.store.write(None) as shelves:
            execute(wheel, "DELETE FROM decision", shelves=shelves)
            people = [f"p{at % 5}" for at in range(n)]
            occasions = [f"f{at}" for at in range(n)]
            shelves.decisions.add(
                [
                    decision(id=f"w{at}", person_id=who, occasion=what, **waiting)
                    for at, (who, what) in enumerate(zip(people, occasions, strict=True))
                ]
            )
        act(wheel, cycle)
        with wheel.store.read() as shelves:
            return approving.inbox(wheel, shelves)

    return written


def execute(wheel: Flywheel, statement: str, shelves=None):
    if shelves is not None:
        return shelves._connection.execute(text(statement))
    with wheel.store.write(None) as opened:
        found = opened._connection.execute(text(statement))
        return found.all() if found.returns_rows else []


def approve(wheel: Flywheel, asked: Asked, account: Account, noon: datetime, days: float = 7) -> int:
    with wheel.store.write(None) as shelves:
        [now] = approving.inbox(wheel, shelves, asked.decision_id)
        return approving.approve(shelves, now, account, noon, days).missing


def test_what_was_changed_by_sql_after_its_approval_is_not_sent(wheel, cycle, sink: Sink, account, asked, noon) -> None:
    bo, waiting = account("Bo"), asked(len(EDITS) + LEFT_ALONE)
    assert len(waiting) == len(EDITS) + LEFT_ALONE
    for one in waiting:
        approve(wheel, one, bo, noon)
    for edit, one in zip(EDITS, waiting, strict=False):
        execute(wheel, f"UPDATE delivery SET {edit} WHERE id = '{one.delivery_id}'")
    act(wheel, cycle)
    assert len(sink._keys) == LEFT_ALONE
    found = statuses(wheel)
    assert found["sent"] == LEFT_ALONE
    assert set(found) <= {"sent", "blocked", "cancelled", "suppressed"}
    noted = execute(wheel, "SELECT actor, subject FROM v_audit WHERE action = 'block'")
    assert len(noted) == found["blocked"] > 0


def test_who_changes_the_words_and_their_hash_still_has_no_approval_for_them(
    wheel, cycle, sink: Sink, account, asked, noon
) -> None:
    [one] = asked(1)
    approve(wheel, one, account("Bo"), noon)
    names = "decision_id, person_id, play, channel, purpose, language, subject, body, approvals"
    execute(wheel, "UPDATE delivery SET body = 'Win a prize'")
    [parts] = execute(wheel, f"SELECT {names} FROM delivery")
    execute(wheel, f"UPDATE delivery SET payload_hash = '{payload_hash(*map(str, parts))}'")
    act(wheel, cycle)
    assert (sink._keys, statuses(wheel)) == ([], {"waiting": 1})


def test_what_was_changed_while_it_waits_cannot_be_approved(wheel, cycle, account, asked, noon) -> None:
    [one] = asked(1)
    execute(wheel, "UPDATE delivery SET body = 'Win a prize'")
    with pytest.raises(ConfigError, match="changed after it was written"):
        approve(wheel, one, account("Bo"), noon)


def test_where_two_must_approve_one_does_not_do_and_nobody_is_two(
    wheel, cycle, sink: Sink, account, asked, noon
) -> None:
    [one] = asked(1, approvals=2)
    bo = account("Bo")
    assert approve(wheel, one, bo, noon) == 1
    act(wheel, cycle)
    assert (sink._keys, statuses(wheel)) == ([], {"waiting": 1})
    with pytest.raises(ConfigError, match="Bo has approved"):
        approve(wheel, one, bo, noon)
    assert approve(wheel, one, account("Cy"), noon) == 0
    act(wheel, cycle)
    assert statuses(wheel) == {"sent": 1}


@pytest.mark.parametrize("undone", ["lapsed", "removed", "demoted"])
def test_a_word_that_no_longer_holds_sends_nothing_and_another_one_does(
    wheel, cycle, account, asked, noon, undone
) -> None:
    [one] = asked(1)
    approve(wheel, one, account("Bo"), noon, days=-1 if undone == "lapsed" else 7)
    if undone == "removed":
        with wheel.store.write(None) as shelves:
            shelves.accounts.remove("Bo", "Ada", noon)
    elif undone == "demoted":
        execute(wheel, "UPDATE account SET role = 'reader'")
    act(wheel, cycle)
    assert statuses(wheel) == {"waiting": 1}
    approve(wheel, one, account("Cy"), noon)
    act(wheel, cycle)
    assert statuses(wheel) == {"sent": 1}


def test_what_nobody_answers_expires(wheel, cycle, sink: Sink, asked, noon) -> None:
    asked(1)
    act(wheel, cycle.model_copy(update={"as_of": noon + timedelta(days=30)}))
    assert (sink._keys, statuses(wheel)) == ([], {"expired": 1})


def test_a_play_that_asks_for_approval_by_now_waits_for_it(wheel, cycle, sink: Sink, account) -> None:
    [play] = wheel.settings.plays
    object.__setattr__(wheel.settings, "plays", (play.model_copy(update={"approval": "required"}),))
    act(wheel, cycle)
    assert (sink._keys, statuses(wheel)) == ([], {"waiting": 5})


def test_a_channel_that_is_gone_from_the_configuration_stops_only_its_own_messages(wheel, cycle, sink: Sink) -> None:
    execute(wheel, "UPDATE decision SET channel = 'pigeon' WHERE id = 'd0'")
    act(wheel, cycle)
    assert statuses(wheel) == {"sent": 4, "blocked": 1}


def test_an_address_is_veiled() -> None:
    assert veiled("ann.smith@mail.example.org") == "a***@m***.org"
    assert veiled("+48123456789") == "***89"
    assert veiled("12345") == veiled("") == "***"
    assert veiled("a@b") == "a***@***b"
