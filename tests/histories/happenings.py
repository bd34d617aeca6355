"""What may happen between two turns and within one: each a function of a history, with how often it does."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from history import History
from small_world import ACCOUNTS, PEOPLE, PLAYS
from sqlalchemy import event
from truth import Yes

from flywheel.act.letters import payload_hash
from flywheel.domain.person import Consent
from flywheel.errors import ConfigError, FlywheelError
from flywheel.steps import act, approving
from flywheel.steps.doubting import resolve
from flywheel.store.codec import insert_new, stamp
from flywheel.store.shelves.people import KnownPerson
from flywheel.store.tables import FeedbackRow, InboxRow, ReadingRow, Row

_OFTEN, _SELDOM = 0.4, 0.1
_NOT_GONE = "('waiting', 'pending', 'retry_wait')"
_OK, _DENY, _READ = sqlite3.SQLITE_OK, sqlite3.SQLITE_DENY, sqlite3.SQLITE_READ
SAID = {
    "complaint": ("negative", "complaint", -0.8), "grumble": ("negative", "statement", -0.5),
    "praise": ("positive", "praise", 0.8), "question": ("neutral", "question", 0.0),
}  # fmt: skip
EDITS = (
    "body = 'Win a prize'", "subject = 'Win a prize'", "person_id = 'p3'", "channel = 'mail'", "approvals = 0",
    "status = 'pending'", "purpose = 'service'", "play = 'ease'", "language = 'pl'", "decision_id = 'another ' || id",
)  # fmt: skip


def say(history: History) -> None:
    """Some people say something, which is heard and read."""
    rows: dict[type[Row], list[dict[str, object]]] = {FeedbackRow: [], ReadingRow: [], InboxRow: []}
    for person in history.some(_OFTEN):
        kind = history.chance.choice(list(SAID))
        history.seqs += 1
        feedback, reading = _heard(history, person, kind)
        rows[FeedbackRow].append(feedback)
        rows[ReadingRow].append(reading)
        rows[InboxRow].append({"stage": "decide", "feedback_seq": history.seqs})
        history.truth.hears(person, kind, history.today)
    with history.wheel.store.write(None) as shelves:
        for row, values in rows.items():
            insert_new(shelves._connection, row, values)


def turns(history: History) -> None:
    history.turn()


def turns_in_trouble(history: History) -> None:
    """The other ends fare badly; one of the ways is that our process dies around the call."""
    history.mood.trouble = 0.7
    history.turn()
    history.mood.trouble = 0.0


def dies(history: History) -> None:
    """The process dies at some statement or commit of a turn."""
    history.next_death = [history.chance.randrange(120)]
    history.turn()


def retries(history: History) -> None:
    """The last turn again: the same window, the same id, under a new fence."""
    history.turn(again=history.turns[-1] if history.turns else None)


def watches(history: History) -> None:
    history.turn(mode="shadow")


def triages(history: History) -> None:
    history.turn(flow="triage")


def is_overtaken(history: History) -> None:
    """While a message is on its way, another process takes over and does a turn of its own."""
    history.mood.meanwhile[:] = [partial(_overtake, history)]
    history.turn()


def thaws(history: History) -> None:
    """A process that was replaced wakes up and acts."""
    if len(history.turns) > 1:
        before = len(history.truth.attempts)
        try:
            act(history.wheel, history.turns[-2])
        except FlywheelError as error:
            history.truth.reached[f"thawed: {type(error).__name__}"] += 1
        if len(history.truth.attempts) > before:
            history.truth.broken.append("sent by a process that was replaced")


def time_passes(history: History) -> None:
    history.pass_time(timedelta(hours=history.chance.choice((1, 5, 11, 30, 24 * 8))))


def clock_jumps(history: History) -> None:
    """The machine's clock is set wrong, or right again."""
    history.skew(timedelta(hours=history.chance.choice((-24 * 20, -30, -1, 1, 26, 24 * 15))))


def change_their_minds(history: History) -> None:
    """Some people take their consent back for a play's channel and purpose, or give it anew."""
    history.pass_time(timedelta(seconds=1))
    known = []
    for person in history.some(_SELDOM):
        play, granted = history.chance.choice(PLAYS), history.chance.random() < _OFTEN
        line = Consent(channel=play.channel, purpose=play.purpose, granted=granted, at=history.today)
        known.append(KnownPerson(PEOPLE[person], (line,), ()))
        theirs = (person, play.channel, play.purpose)
        (history.truth.refused.discard if granted else history.truth.refused.add)(theirs)
    with history.wheel.store.write(None) as shelves:
        shelves.people.add("crm", known, history.today)


def are_approved(history: History) -> None:
    """Somebody says yes to some of what waits."""
    account = ACCOUNTS[history.chance.choice(list(ACCOUNTS))]
    days = history.chance.choice((0.5, 7.0))
    until = history.clock[0] + timedelta(days=days)
    if account.name in history.truth.gone:
        return
    with history.wheel.store.write(None) as shelves:
        for one in approving.inbox(history.wheel, shelves):
            if history.chance.random() < _OFTEN:
                continue
            try:
                approving.approve(shelves, one, account, history.clock[0], days)
            except ConfigError:
                history.truth.reached["approval refused"] += 1
                continue
            words = (one.person_id, one.subject, one.body)
            history.truth.yes.append(Yes(one.decision_id, account.name, words, until))
            history.truth.reached["approved"] += 1


def are_rejected(history: History) -> None:
    with history.wheel.store.write(None) as shelves:
        for one in approving.inbox(history.wheel, shelves)[:1]:
            approving.reject(shelves, one, ACCOUNTS["Di"], history.clock[0], "no")
            history.truth.yes = [yes for yes in history.truth.yes if yes.decision_id != one.decision_id]
            history.truth.reached["rejected"] += 1


def loses_an_account(history: History) -> None:
    name = history.chance.choice(list(ACCOUNTS))
    with history.wheel.store.write(None) as shelves:
        shelves.accounts.remove(name, "Ada", history.clock[0])
    history.truth.gone.add(name)


def are_edited(history: History) -> None:
    """Somebody changes messages by SQL."""
    for id_, decision_id in history.rows(f"SELECT id, decision_id FROM delivery WHERE status IN {_NOT_GONE}"):
        if history.chance.random() < _SELDOM:
            history.run_sql(f"UPDATE delivery SET {history.chance.choice(EDITS)} WHERE id = :id", id=id_)
            history.truth.edited.add(decision_id)
            history.truth.reached["edited"] += 1


def are_forged(history: History) -> None:
    """Somebody changes the words of a message that needs approval, and makes their hash fit."""
    waiting = history.rows(
        "SELECT id, decision_id, person_id, play, channel, purpose, language, subject, 'Win a prize', approvals "
        f"FROM delivery WHERE approvals > 0 AND status IN {_NOT_GONE}"
    )
    for id_, *parts in waiting[:2]:
        values = {"id": id_, "hash": payload_hash(*map(str, parts))}
        history.run_sql("UPDATE delivery SET body = 'Win a prize', payload_hash = :hash WHERE id = :id", **values)
        history.truth.reached["forged"] += 1


def is_paused_or_resumed(history: History) -> None:
    history.truth.paused = not history.truth.paused
    with history.wheel.store.write(None) as shelves:
        shelves.audit.switch("off" if history.truth.paused else "on", "Ada", "a test", history.clock[0])


def goes_blind(history: History) -> None:
    """The ledger of consents cannot be read during a turn."""
    history.truth.blind = True
    with _unreadable(history, "consent"):
        history.turn()
    history.truth.blind = False


def are_resolved(history: History) -> None:
    """A person says of messages in doubt that they were sent, or that they shall be sent again."""
    with history.wheel.store.write(None) as shelves:
        for one in shelves.doubts.listed(["unknown"]):
            sent = history.chance.random() < _OFTEN
            resolve(history.wheel, shelves, one, "Ada", ("sent" if sent else "pending", "a call"))
            history.truth.reached["resolved"] += 1
            if sent:
                history.truth.taken_for_sent.add(one.key)
            else:
                history.truth.said_to_resend(one.key)


HAPPENINGS: dict[Callable[[History], None], int] = {
    say: 14, turns: 10, turns_in_trouble: 10, dies: 12, retries: 3, watches: 1, triages: 2, is_overtaken: 3, thaws: 3,
    time_passes: 12, clock_jumps: 4, change_their_minds: 6, are_approved: 12, are_rejected: 1, loses_an_account: 1,
    are_edited: 3, are_forged: 2, is_paused_or_resumed: 3, goes_blind: 3, are_resolved: 4,
}  # fmt: skip


def play_out(history: History, events: int) -> Iterator[None]:
    """Let people say something, so many things happen, then all trouble end and time pass until nothing is left."""
    say(history)
    for happening in history.chance.choices(list(HAPPENINGS), list(HAPPENINGS.values()), k=events):
        happening(history)
        yield
    settle(history)
    history.truth.ends()
    yield


def settle(history: History) -> None:
    """Let what is still on its way come to its end."""
    if history.truth.paused:
        is_paused_or_resumed(history)
    history.pass_time(timedelta(hours=12))
    history.turn()
    history.truth.all_written_at = history.clock[0]
    history.pass_time(timedelta(days=40))
    history.turn()


def _heard(history: History, person: str, kind: str) -> tuple[dict[str, object], dict[str, object]]:
    label, intent, sentiment = SAID[kind]
    at, seq, model = stamp(history.today), history.seqs, history.wheel.settings.analyzer.model_name
    feedback = {
        "seq": seq, "id": f"f{seq}", "source": "talk", "external_id": str(seq), "brand": PEOPLE[person].brand,
        "voice": "customer", "person_id": person, "medium": history.chance.choice(("call", "mail")), "touchpoint": "",
        "said_at": at, "day": at[:10], "heard_at": at, "language": "en", "text": kind, "content_hash": str(seq),
        "revision": 0, "attributes": "{}", "cycle_id": "c",
    }  # fmt: skip
    reading = {
        "feedback_seq": seq, "model": model, "cycle_id": "c", "period": 0, "status": "read", "language": "en",
        "sentiment": sentiment, "sentiment_label": label, "confidence": 0.9, "emotions": "[]", "intent": intent,
        "urgency": "low",
    }  # fmt: skip
    return feedback, reading


def _overtake(history: History) -> None:
    history.truth.reached["overtaken"] += 1
    cycle = history.begin()
    act(history.wheel, cycle)


@contextmanager
def _unreadable(history: History, table_name: str) -> Iterator[None]:
    """Let SQLite itself refuse every read of a table."""

    def guard(connection: Any, _record: object) -> None:
        connection.set_authorizer(lambda action, name, *_: _DENY if (action, name) == (_READ, table_name) else _OK)

    engines = history.wheel.store._writer, history.wheel.store._reader
    history.wheel.store.close()
    for engine in engines:
        event.listen(engine, "connect", guard)
    try:
        yield
    finally:
        for engine in engines:
            event.remove(engine, "connect", guard)
        history.wheel.store.close()
