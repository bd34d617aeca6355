"""The past of persons at a moment, as predictors look at it; the same for now and for moments to learn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from operator import itemgetter

from sqlalchemy import ColumnElement, Connection, exists, func, select

from flywheel.domain.prediction import LATELY, PersonHistory, Turn, Utterance
from flywheel.store.bulk import among
from flywheel.store.codec import moment, stamp, table
from flywheel.store.history import HISTORY_DAYS, marks, recent
from flywheel.store.tables import FeedbackRow, MentionRow, OutcomeRow, PersonRow, ReadingRow, ScoreRow, SignalRow

_FEEDBACK, _READING, _PERSON = table(FeedbackRow), table(ReadingRow), table(PersonRow)
_MENTION = table(MentionRow)
_YEAR = timedelta(days=365)
_SIGNAL, _OUTCOME, _SCORE = table(SignalRow), table(OutcomeRow), table(ScoreRow)


def histories(connection: Connection, whom: ColumnElement[bool], as_of: datetime, model: str) -> list[PersonHistory]:
    """Return the past, up to `as_of`, of those persons in `whom` who said something in the 90 days before."""
    past = (
        select(
            _FEEDBACK.c.person_id,
            *(func.sum(mark).label(name) for name, mark in marks().items()),
            func.avg(_READING.c.sentiment).label("sentiment_90d"),
        )
        .join(_READING, (_READING.c.feedback_seq == _FEEDBACK.c.seq) & (_READING.c.model == model))
        .where(whom, recent(as_of), _FEEDBACK.c.person_id.is_not(None))
        .group_by(_FEEDBACK.c.person_id)
        .subquery("past")
    )
    since, until = stamp(as_of - timedelta(days=HISTORY_DAYS)), stamp(as_of)
    signals = (
        select(func.count())
        .where(_SIGNAL.c.person_id == past.c.person_id)
        .where(_SIGNAL.c.happened_at >= since, _SIGNAL.c.happened_at <= until)
        .scalar_subquery()
    )
    placed = (_SCORE.c.value - _SCORE.c.scale_low) / (_SCORE.c.scale_high - _SCORE.c.scale_low)
    score = (
        select(func.avg(placed))
        .join(_FEEDBACK, _FEEDBACK.c.seq == _SCORE.c.feedback_seq)
        .where(_FEEDBACK.c.person_id == past.c.person_id, recent(as_of))
        .scalar_subquery()
    )
    query = (
        select(past, _PERSON.c.tenure_days, _PERSON.c.value, signals.label("signals_90d"), score.label("score_90d"))
        .join(_PERSON, _PERSON.c.id == past.c.person_id, isouter=True)
        .order_by(past.c.person_id)
    )
    found = connection.execute(query)
    names = found.keys()
    return [PersonHistory(as_of=as_of, **dict(zip(names, row, strict=True))) for row in found]


def customers(brand: str, outcome: str, before: datetime) -> ColumnElement[bool]:
    """Return the condition that a text is of one of the brand's customers who had not left before a moment."""
    gone = exists().where(
        _OUTCOME.c.person_id == _FEEDBACK.c.person_id, _OUTCOME.c.metric == outcome, _OUTCOME.c.value > 0,
        _OUTCOME.c.happened_at <= stamp(before),
    )  # fmt: skip
    return (_FEEDBACK.c.brand == brand) & (_FEEDBACK.c.voice == "customer") & ~gone


def lately(connection: Connection, ids: Sequence[str], as_of: datetime, model: str) -> dict[str, tuple[Utterance, ...]]:
    """Return the last dated texts of persons in the year to `as_of`, the oldest first; topics stand at the last."""
    newest = (_FEEDBACK.c.said_at.desc(), _FEEDBACK.c.seq.desc())
    place = func.row_number().over(partition_by=_FEEDBACK.c.person_id, order_by=newest)
    said = (
        select(_FEEDBACK.c.person_id, _FEEDBACK.c.seq, _FEEDBACK.c.said_at, _READING.c.sentiment, place.label("place"))
        .join(_READING, (_READING.c.feedback_seq == _FEEDBACK.c.seq) & (_READING.c.model == model))
        .where(among(connection, _FEEDBACK.c.person_id, ids))
        .where(_FEEDBACK.c.said_at > stamp(as_of - _YEAR), _FEEDBACK.c.said_at <= stamp(as_of))
        .subquery("said")
    )
    order = (said.c.person_id, said.c.place.desc())
    rows = connection.execute(select(said).where(said.c.place <= LATELY).order_by(*order)).all()
    topics = _topics(connection, [row.seq for row in rows if row.place == 1], model)
    return {
        person: tuple(
            Utterance(at=moment(row.said_at), sentiment=row.sentiment, topics=topics.get(row.seq, ())) for row in texts
        )
        for person, texts in groupby(rows, key=itemgetter(0))
    }


def turns(connection: Connection, brand: str, model: str, since: datetime, until: datetime) -> Iterator[Turn]:
    """Yield what a brand's customers spoke of after each topic: their next text on any, as they said it in time."""
    query = (
        select(_FEEDBACK.c.person_id, _FEEDBACK.c.said_at, _FEEDBACK.c.seq, _MENTION.c.topic)
        .join(_MENTION, (_MENTION.c.feedback_seq == _FEEDBACK.c.seq) & (_MENTION.c.model == model))
        .where(_FEEDBACK.c.brand == brand, _FEEDBACK.c.voice == "customer", _FEEDBACK.c.person_id.is_not(None))
        .where(_FEEDBACK.c.said_at > stamp(since), _FEEDBACK.c.said_at <= stamp(until))
        .order_by(_FEEDBACK.c.person_id, _FEEDBACK.c.said_at, _FEEDBACK.c.seq, _MENTION.c.topic)
    )
    texts = groupby(connection.execute(query), key=itemgetter(0, 1, 2))
    spoken = ((head, tuple(row[3] for row in rows)) for head, rows in texts)
    for (first, topics), (second, then) in pairwise(spoken):
        if first[0] == second[0]:
            for topic in topics:
                yield Turn(person_id=first[0], topic=topic, then=then, at=second[1])


def _topics(connection: Connection, seqs: Sequence[int], model: str) -> dict[int, tuple[str, ...]]:
    query = select(_MENTION.c.feedback_seq, _MENTION.c.topic).where(
        among(connection, _MENTION.c.feedback_seq, seqs), _MENTION.c.model == model
    )
    found: dict[int, tuple[str, ...]] = {}
    for seq, topic in connection.execute(query.order_by(_MENTION.c.feedback_seq, _MENTION.c.topic)):
        found[seq] = (*found.get(seq, ()), topic)
    return found
