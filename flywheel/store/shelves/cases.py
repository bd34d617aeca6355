"""The register of the inner loop: who needs an answer, and everything that happened since; nothing is ever edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, String, and_, column, func, or_, select, text
from sqlalchemy import table as any_table
from sqlalchemy.engine import RowMapping

from flywheel.domain.care import MACHINE, Case, CaseEvent, CaseSummary, Heard, StandingCase
from flywheel.domain.cycle import Cycle
from flywheel.domain.ids import content_id
from flywheel.domain.play import MERCY_TIERS
from flywheel.store.bulk import among, insert_missing
from flywheel.store.codec import moment, stamp, table
from flywheel.store.contacted import kin_of, with_kin
from flywheel.store.history import HISTORY_DAYS, WHEN, marks, recent
from flywheel.store.mentioned import touchpoint_of
from flywheel.store.tables import CaseEventRow, CaseRow, DecisionRow, FeedbackRow, ReadingRow

_CASE, _EVENT, _DECISION = table(CaseRow), table(CaseEventRow), table(DecisionRow)
_FEEDBACK, _READING = table(FeedbackRow), table(ReadingRow)
_STANDS = any_table("v_case", *(column(one, String()) for one in ("id", "person_id", "status", "answered_at")))
_NEEDY = ("hardship", "legal or safety", "threat to leave", "gone", "complaint")
_ANSWERS = text("""
    SELECT c.id, d.id AS answer, d.play AS reason, d.sent_at AS at
    FROM v_case c JOIN delivery d ON d.person_id = c.person_id
    WHERE c.status = 'open' AND d.status = 'sent' AND d.purpose <> 'marketing' AND d.sent_at >= c.since
    UNION ALL
    SELECT c.id, f.id, 'a reply where it was said', CAST(:as_of AS TEXT)
    FROM v_case c JOIN feedback f ON f.id = c.occasion
    WHERE c.status = 'open' AND c.since = c.opened_at AND f.reply IS NOT NULL
    ORDER BY 4, 2""")
_CASE_COLUMNS = tuple(Case.model_fields)
_EVENT_COLUMNS = tuple(CaseEvent.model_fields)
_TIMES = ("since", "opened_at", "due", "answered_at", "closed_at")
_WORDS = 20
_AT_PEACE = 30
"""Days in which somebody who was answered, and has not spoken since, still counts as waiting for peace."""


class CaseShelf:
    """Who waits for an answer, from whom, until when."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, cases: Sequence[Case], events: Sequence[CaseEvent]) -> None:
        """Write cases and what happened to them, each once."""
        rows = [tuple(_cell(getattr(one, name)) for name in _CASE_COLUMNS) for one in cases]
        insert_missing(self._connection, CaseRow, _CASE_COLUMNS, rows)
        told = [tuple(_cell(getattr(one, name)) for name in _EVENT_COLUMNS) for one in events]
        insert_missing(self._connection, CaseEventRow, _EVENT_COLUMNS, told)

    def heard(self, cycle: Cycle, model: str, own_brand: str, oldest: datetime) -> list[Heard]:
        """Return what a turn read of our customers that may open a case, or bear on one that stands."""
        answers = (
            select(
                _DECISION.c.occasion,
                func.min(_DECISION.c.tier).label("tier"),
                func.max(_DECISION.c.ruling).label("ruling"),
            )
            .where(_DECISION.c.cycle_id == cycle.id, _DECISION.c.status != "shadow")
            .where(or_(_DECISION.c.tier.in_(MERCY_TIERS), _DECISION.c.ruling == "review"))
            .group_by(_DECISION.c.occasion)
            .subquery("answers")
        )
        known = select(_CASE.c.person_id)
        calls = or_(_READING.c.intent.in_(_NEEDY), _READING.c.urgency == "high", answers.c.occasion.is_not(None))
        query = (
            select(
                _FEEDBACK.c.id.label("feedback_id"), _FEEDBACK.c.person_id, WHEN.label("at"), touchpoint_of(model),
                _READING.c.intent, _READING.c.urgency, (_READING.c.sentiment_label == "negative").label("unhappy"),
                (_READING.c.status == "read").label("read"), answers.c.tier, answers.c.ruling,
            )
            .join(_READING, and_(_READING.c.feedback_seq == _FEEDBACK.c.seq, _READING.c.model == model))
            .join(answers, answers.c.occasion == _FEEDBACK.c.id, isouter=True)
            .where(_READING.c.cycle_id == cycle.id, _FEEDBACK.c.brand == own_brand, _FEEDBACK.c.voice == "customer")
            .where(_FEEDBACK.c.person_id.is_not(None), stamp(oldest) < WHEN)
            .where(or_(calls, _FEEDBACK.c.person_id.in_(known)))
        )  # fmt: skip
        rows = self._connection.execute(query).mappings().all()
        often = self._complaints(sorted({row["person_id"] for row in rows}), model, cycle.as_of)
        return [_heard(row, often.get(row["person_id"], 0), cycle.as_of) for row in rows]

    def newest(self, people: Sequence[str]) -> dict[str, StandingCase]:
        """Return the newest case of each of these persons, as it stands."""
        theirs = among(self._connection, _STANDS.c.person_id, people)
        query = select(text("*")).select_from(_STANDS).where(theirs).order_by(text("opened_at"), _STANDS.c.id)
        return {row["person_id"]: _standing(row) for row in self._connection.execute(query).mappings()}

    def register(self, *, owner: str | None = None, status: str | None = None) -> list[StandingCase]:
        """Return the cases as they stand, soonest due first; only those of an owner or in a state, if named."""
        query = text("""SELECT * FROM v_case
                        WHERE (CAST(:owner AS TEXT) IS NULL OR owner = :owner)
                          AND (CAST(:status AS TEXT) IS NULL OR status = :status)
                        ORDER BY due, id""")
        rows = self._connection.execute(query, {"owner": owner, "status": status}).mappings()
        return [_standing(row) for row in rows]

    def find(self, start: str) -> list[StandingCase]:
        """Return the cases whose id begins so."""
        query = text("SELECT * FROM v_case WHERE id >= :start AND id < :end ORDER BY id")
        rows = self._connection.execute(query, {"start": start, "end": start + "g"}).mappings()
        return [_standing(row) for row in rows]

    def events(self, case_id: str) -> list[CaseEvent]:
        """Return what happened to a case, in the order in which it was written down."""
        query = select(_EVENT).where(_EVENT.c.case_id == case_id).order_by(_EVENT.c.seq)
        return [_event(row) for row in self._connection.execute(query).mappings()]

    def words_of(self, person_id: str) -> list[str]:
        """Return what a person said, newest first, with its day and how it was read; redacted, as it is stored."""
        query = (
            select(WHEN.label("at"), _FEEDBACK.c.medium, _READING.c.intent, _FEEDBACK.c.text)
            .join(_READING, _READING.c.feedback_seq == _FEEDBACK.c.seq, isouter=True)
            .where(_FEEDBACK.c.person_id == person_id)
            .order_by(WHEN.desc(), _FEEDBACK.c.seq.desc())
            .limit(_WORDS)
        )
        rows = self._connection.execute(query)
        return [
            f"{at[:10]} {medium} ({intent or 'unread'}): {' '.join(words.split())}"
            for at, medium, intent, words in rows
        ]

    def note_answers(self, cycle: Cycle) -> int:
        """Write down which open cases our messages or replies at the source have answered; return how many."""
        rows = self._connection.execute(_ANSWERS, {"as_of": stamp(cycle.as_of)}).mappings()
        first: dict[str, CaseEvent] = {}
        for row in rows:
            answered = CaseEvent(
                id=content_id("care_event", row["id"], "answered", row["answer"]), case_id=row["id"],
                cycle_id=cycle.id, kind="answered", actor=MACHINE, reason=row["reason"], at=moment(row["at"]),
            )  # fmt: skip
            first.setdefault(answered.case_id, answered)
        self.add([], list(first.values()))
        return len(first)

    def upset(self, people: Sequence[str], now: datetime) -> set[str]:
        """Return those of these persons who wait for an answer or complained lately, under whichever id we know them.

        A complaint that no turn has made a case of yet counts, too.
        """
        if not people:
            return set()
        kin = kin_of(self._connection, people)
        everybody = with_kin(people, kin)
        said = (
            select(_FEEDBACK.c.person_id)
            .join(_READING, _READING.c.feedback_seq == _FEEDBACK.c.seq)
            .where(among(self._connection, _FEEDBACK.c.person_id, everybody), _READING.c.intent.in_(_NEEDY))
            .where(stamp(now - timedelta(days=HISTORY_DAYS)) <= WHEN)
        )
        found = with_open_case(self._connection, everybody, now) | set(self._connection.execute(said).scalars())
        return {one for one in people if not found.isdisjoint(kin.get(one, (one,)))}

    def summary(self, now: datetime) -> list[CaseSummary]:
        """Return how the inner loop does, owner by owner; an owner without a case has no row."""
        query = text("""
            SELECT owner, count(*) AS n,
                   sum(CASE WHEN status = 'open' THEN 1 ELSE 0 END) AS open,
                   sum(CASE WHEN status = 'open' AND due < :now THEN 1 ELSE 0 END) AS overdue,
                   sum(CASE WHEN answered_at IS NOT NULL THEN 1 ELSE 0 END) AS answered,
                   sum(CASE WHEN answered_at <= first_due THEN 1 ELSE 0 END) AS in_time,
                   sum(CASE WHEN reopened > 0 THEN 1 ELSE 0 END) AS reopened,
                   sum(CASE WHEN reopened + recovered > 0 THEN 1 ELSE 0 END) AS heard_again,
                   sum(CASE WHEN status = 'recovered' THEN 1 ELSE 0 END) AS recovered
            FROM v_case GROUP BY owner ORDER BY owner""")
        rows = self._connection.execute(query, {"now": stamp(now)}).mappings()
        return [CaseSummary.model_validate(dict(row)) for row in rows]

    def _complaints(self, people: Sequence[str], model: str, as_of: datetime) -> dict[str, int]:
        counted = marks(recent(as_of))["complaints_90d"]
        query = (
            select(_FEEDBACK.c.person_id, func.sum(counted))
            .join(_READING, and_(_READING.c.feedback_seq == _FEEDBACK.c.seq, _READING.c.model == model))
            .where(among(self._connection, _FEEDBACK.c.person_id, people))
            .group_by(_FEEDBACK.c.person_id)
        )
        return {str(person): int(n) for person, n in self._connection.execute(query)}


def with_open_case(connection: Connection, people: Sequence[str], now: datetime) -> set[str]:
    """Return those of these persons who wait for an answer, or had one lately and have not spoken since."""
    lately = and_(_STANDS.c.status == "answered", _STANDS.c.answered_at >= stamp(now - timedelta(days=_AT_PEACE)))
    query = select(_STANDS.c.person_id).where(
        among(connection, _STANDS.c.person_id, people), or_(_STANDS.c.status == "open", lately)
    )
    return set(connection.execute(query).scalars())


def _cell(value: object) -> object:
    return stamp(value) if isinstance(value, datetime) else value


def _heard(row: RowMapping, complaints: int, as_of: datetime) -> Heard:
    at = min(moment(row["at"]), as_of)  # what is dated in the future happened now, at the latest
    flags = {name: bool(row[name]) for name in ("unhappy", "read")}
    return Heard.model_validate(dict(row) | flags | {"at": at, "complaints_90d": complaints})


def _standing(row: RowMapping) -> StandingCase:
    values = {name: row[name] for name in StandingCase.model_fields}
    return StandingCase(**values | {name: moment(values[name]) if values[name] else None for name in _TIMES})


def _event(row: RowMapping) -> CaseEvent:
    values = {name: row[name] for name in _EVENT_COLUMNS}
    return CaseEvent(**values | {"at": moment(row["at"]), "due": moment(row["due"]) if row["due"] else None})
