"""What really happened in a history, written down by the test itself: the promises are held against this alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from small_world import CAP, CAP_DAYS, CONTROL, HUMANS, PEOPLE, QUIET, SAME_DAYS
from sqlalchemy import text

from flywheel.domain.delivery import Message
from flywheel.domain.play import Arm, Play
from flywheel.learn.assignment import draw, season
from flywheel.store.codec import moment
from flywheel.wheel import Flywheel

_UNWRITTEN = """
    SELECT d.id, d.play, d.not_after FROM decision d LEFT JOIN delivery l ON l.decision_id = d.id
    WHERE d.status = 'decided' AND l.id IS NULL"""


class Decided(NamedTuple):
    """A decision as it stood when it was made, whatever anybody does to its row afterwards."""

    person_id: str
    play: str
    channel: str
    arm: Arm
    status: str
    approvals: int
    at: datetime
    not_after: datetime


class Yes(NamedTuple):
    """Somebody's approval of some words."""

    decision_id: str
    account: str
    words: tuple[str, str, str]
    until: datetime


class Left(NamedTuple):
    """A message on its way out: one attempt."""

    message: Message
    at: datetime


@dataclass
class Truth:
    """Everything that was said, allowed, approved and received, in the order in which it truly happened."""

    wheel: Flywheel
    now: datetime
    decisions: dict[str, Decided] = field(default_factory=dict)
    refused: set[tuple[str, str, str]] = field(default_factory=set)
    said: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    yes: list[Yes] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    paused: bool = False
    blind: bool = False
    shadow: bool = False
    attempts: list[Left] = field(default_factory=list)
    got: list[Left] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    arrived_before: set[str] = field(default_factory=set)
    taken_for_sent: set[str] = field(default_factory=set)
    edited: set[str] = field(default_factory=set)
    all_written_at: datetime | None = None
    broken: list[str] = field(default_factory=list)
    reached: Counter[str] = field(default_factory=Counter)

    def leaves(self, message: Message, *, keyed: bool) -> None:
        """Hold an attempt against every promise."""
        play = next(one for one in self.wheel.settings.plays if one.name == message.play)
        decision_id = self._decision_of(message.key)
        decided = self.decisions.get(decision_id)
        human = HUMANS[message.person_id]
        checks: Mapping[str, bool] = {
            "sent while paused": self.paused,
            "sent although the ledger could not be read": self.blind,
            "sent in a shadow run": self.shadow,
            "sent after an opt-out": (message.person_id, play.channel, play.purpose) in self.refused,
            "sent to a competitor's customer": PEOPLE[message.person_id].brand != self.wheel.settings.brand.name,
            "sent at night": self._asleep(message.person_id),
            "offered to somebody with an open complaint": play.tier == "offer" and self._complains(human),
            "sent again although it may have arrived": not keyed and message.key in self.doubtful,
            "sent without a decision": decided is None,
        }
        self.broken += [f"{why}: {message.play} to {message.person_id}" for why, wrong in checks.items() if wrong]
        if decided is not None:
            self._as_decided(message, play, decision_id, decided)
        self.attempts.append(Left(message, self.now))

    def arrives(self, message: Message, *, keyed: bool) -> None:
        """Hold what a person got against the caps; where a receiver honours keys, a key arrives once."""
        before = [one for one in self.got if one.message.key == message.key]
        self.reached["received"] += 1
        if before and keyed:
            self.reached["the same key again, done once"] += 1
            if before[0].message.body != message.body or before[0].message.person_id != message.person_id:
                self.broken.append(f"the same key with other words: {message.play}")
            return
        human = HUMANS[message.person_id]
        theirs = [one for one in self.got if HUMANS[one.message.person_id] == human]
        lately = sum(one.at > self.now - timedelta(days=CAP_DAYS) for one in theirs)
        same = [one for one in theirs if one.message.play == message.play]
        if lately >= CAP:
            self.broken.append(f"cap exceeded: {lately + 1} messages within {CAP_DAYS} days to {human}")
        if any(one.at > self.now - timedelta(days=SAME_DAYS) for one in same):
            self.broken.append(f"the same play again within {SAME_DAYS} days: {message.play} to {human}")
        if before:
            self.broken.append(f"doubled: {message.play} to {human}")
        self.got.append(Left(message, self.now))

    def hears(self, person: str, kind: str, at: datetime) -> None:
        """Note what somebody said; the newest word counts."""
        human = HUMANS[person]
        if human not in self.said or self.said[human][1] <= at:
            self.said[human] = (kind, at)

    def ends(self) -> None:
        """Hold the states of all messages against what became of them: nothing is lost, doubled or told wrong."""
        arrived = {one.message.key for one in self.got}
        with self.wheel.store.read() as shelves:
            rows = shelves._connection.execute(text("SELECT key, status, play FROM delivery")).all()
            unwritten = shelves._connection.execute(text(_UNWRITTEN)).all()
        self.broken += [
            f"decided and never written: {play}" for id_, play, until in unwritten
            if self.all_written_at and moment(until) > self.all_written_at and id_ not in self.edited
        ]  # fmt: skip
        for key, status, play in rows:
            self.reached[f"ends: {status}"] += 1
            if key in arrived and status not in ("sent", "unknown"):
                self.broken.append(f"{status} although it arrived: {play}")
            if status == "sent" and key not in arrived | self.arrived_before | self.taken_for_sent:
                self.broken.append(f"sent although it never arrived: {play}")
            if status in ("claimed", "sending", "pending", "retry_wait"):
                self.broken.append(f"left hanging as {status}: {play}")

    def said_to_resend(self, key: str) -> None:
        """Note that a person takes a message for lost: another one would be theirs, not ours."""
        self.doubtful.discard(key)
        self.arrived_before.update(one.message.key for one in self.got if one.message.key == key)
        self.got = [one for one in self.got if one.message.key != key]

    def _decision_of(self, key: str) -> str:
        with self.wheel.store.read() as shelves:
            found = shelves._connection.execute(text("SELECT decision_id FROM delivery WHERE key = :key"), {"key": key})
            return str(found.scalar())

    def _as_decided(self, message: Message, play: Play, decision_id: str, decided: Decided) -> None:
        key, chance = self.wheel.vault.assignment_key(), season(decided.at)
        held = decided.arm != "exempt" and (
            draw(key, message.person_id, "\x1fpolicy", chance) < CONTROL
            or draw(key, message.person_id, play.name, chance) < play.holdout
        )
        words = (message.person_id, message.subject, message.body)
        said_yes = {one.account for one in self.yes if one.decision_id == decision_id and one.words == words
                    and one.until > self.now and one.account not in self.gone}  # fmt: skip
        needed = max(decided.approvals, play.approvals if play.approval == "required" else 0)
        if (message.person_id, message.play, message.channel) != decided[:3]:
            self.broken.append(f"not what was decided: {play.name} instead of {decided.play}")
        if held or decided.arm in ("holdout", "control"):
            self.broken.append(f"sent to somebody held out: {play.name}")
        if decided.status in ("blocked", "shadow", "held out"):
            self.broken.append(f"sent although {decided.status}: {play.name}")
        if len(said_yes) < needed:
            self.broken.append(f"sent with {len(said_yes)} of {needed} approvals: {play.name}")
        if decided.not_after <= self.now:
            self.broken.append(f"sent too late: {play.name}")
        self.reached["sent with approval"] += bool(needed)

    def _complains(self, human: str) -> bool:
        kind, at = self.said.get(human, ("", self.now))
        return kind == "complaint" and at > self.now - timedelta(days=90)

    def _asleep(self, person_id: str) -> bool:
        local = self.now.astimezone(ZoneInfo(PEOPLE[person_id].time_zone or "UTC"))
        clock = f"{local:%H:%M}"
        return clock >= QUIET[0] or clock < QUIET[1]
