"""Complaints in public that wait for an answer, each with what we know of the person who wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, func, select
from sqlalchemy.engine import RowMapping

from flywheel.domain.account import Complaint
from flywheel.store.bulk import among
from flywheel.store.codec import moment, stamp, table
from flywheel.store.mentioned import topics_of, touchpoint_of
from flywheel.store.tables import AuditRow, DeliveryRow, FeedbackRow, ReadingRow

_FEEDBACK, _READING, _AUDIT, _DELIVERY = table(FeedbackRow), table(ReadingRow), table(AuditRow), table(DeliveryRow)
ANSWERED = "answer in public"
"""What the audit trail says of a complaint that somebody has answered."""


class PublicShelf:
    """What is said about us where everybody can read it."""

    def __init__(self, connection: Connection, model: str, brand: str) -> None:
        self._connection, self._model, self._brand = connection, model, brand

    def complaints(self, media: Sequence[str], days: float, limit: int, start: str = "") -> list[Complaint]:
        """Return the unhappy public words of the last days that nobody has answered, newest first.

        The days end with the newest of them.
        """
        answered = select(_AUDIT.c.seq).where(_AUDIT.c.subject == _FEEDBACK.c.id, _AUDIT.c.action == ANSWERED)
        ours = (_FEEDBACK.c.brand == self._brand, _FEEDBACK.c.voice == "customer", _FEEDBACK.c.medium.in_(media))
        newest = self._connection.execute(select(func.max(_FEEDBACK.c.said_at)).where(*ours)).scalar()
        if newest is None:
            return []
        names = ("seq", "id", "person_id", "text", "said_at", "medium")
        query = (
            select(*(_FEEDBACK.c[name] for name in names), _READING.c.language, touchpoint_of(self._model))
            .join(_READING, (_READING.c.feedback_seq == _FEEDBACK.c.seq) & (_READING.c.model == self._model))
            .where(*ours, _READING.c.sentiment_label == "negative", _FEEDBACK.c.reply.is_(None), ~answered.exists())
            .where(_FEEDBACK.c.said_at >= stamp(moment(newest) - timedelta(days=days)))
            .where(_FEEDBACK.c.id.startswith(start, autoescape=True))
            .order_by(_FEEDBACK.c.said_at.desc(), _FEEDBACK.c.id).limit(limit)
        )  # fmt: skip
        rows = self._connection.execute(query).mappings().all()
        people = sorted({row["person_id"] for row in rows if row["person_id"]})
        said, sent = self._said_before(people), self._sent(people)
        topics = topics_of(self._connection, [row["seq"] for row in rows], self._model)
        return [_complaint(row, topics.get(row["seq"], ()), said, sent) for row in rows]

    def _said_before(self, people: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Return how often each person spoke, and how often they were unhappy."""
        unhappy = func.count().filter(_READING.c.sentiment_label == "negative")
        query = (
            select(_FEEDBACK.c.person_id, func.count(), unhappy)
            .join(_READING, (_READING.c.feedback_seq == _FEEDBACK.c.seq) & (_READING.c.model == self._model))
            .where(among(self._connection, _FEEDBACK.c.person_id, people)).group_by(_FEEDBACK.c.person_id)
        )  # fmt: skip
        return {person: (int(n), int(bad)) for person, n, bad in self._connection.execute(query)}

    def _sent(self, people: Sequence[str]) -> dict[str, int]:
        theirs = (among(self._connection, _DELIVERY.c.person_id, people), _DELIVERY.c.status == "sent")
        query = select(_DELIVERY.c.person_id, func.count()).where(*theirs).group_by(_DELIVERY.c.person_id)
        return {person: int(n) for person, n in self._connection.execute(query)}


def _complaint(
    row: RowMapping, topics: tuple[str, ...], said: dict[str, tuple[int, int]], sent: dict[str, int]
) -> Complaint:
    person = row["person_id"] or ""
    spoke, unhappy = said.get(person, (1, 1))
    return Complaint(
        feedback_id=row["id"], person_id=row["person_id"], text=row["text"], said_at=moment(row["said_at"]),
        medium=row["medium"], language=row["language"], touchpoint=row["touchpoint"], topics=topics, spoke=spoke,
        unhappy=unhappy, messages_sent=sent.get(person, 0),
    )  # fmt: skip
