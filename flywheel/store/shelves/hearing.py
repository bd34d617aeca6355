"""Who was heard since a moment of arrival: people by what they have in common, answers row by row, the loudest."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection, Float, case, cast, func, select

from flywheel.domain.feedback import Voice
from flywheel.domain.hearing import Answers, Heard, Loudness, Stake
from flywheel.store.bulk import among
from flywheel.store.codec import table
from flywheel.store.tables import CycleRow, FeedbackRow, MentionRow, PersonRow, ReadingRow, ScoreRow

_FEEDBACK, _PERSON, _READING, _SCORE = table(FeedbackRow), table(PersonRow), table(ReadingRow), table(ScoreRow)
_CYCLE, _MENTION = table(CycleRow), table(MentionRow)
_TWENTIETH = 20
_MOST_LOOKED_AT = 20_000


class HearingShelf:
    """Who was heard; `after` is a number of arrival, so that a cycle reads what is new."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def people(self, brand: str, model: str, after: int) -> list[Heard]:
        """Return the known people of a brand by language, team and groups, and how many of them were heard."""
        read = (_READING.c.feedback_seq == _FEEDBACK.c.seq) & (_READING.c.model == model)
        texts = (
            select(
                _FEEDBACK.c.person_id, func.count(_READING.c.sentiment_label).label("n_read"),
                func.sum(case((_READING.c.sentiment_label == "negative", 1), else_=0)).label("n_negative"),
            )
            .join(_READING, read, isouter=True)
            .where(_FEEDBACK.c.seq > after, _FEEDBACK.c.brand == brand, _FEEDBACK.c.person_id.is_not(None))
            .group_by(_FEEDBACK.c.person_id)
            .subquery("texts")
        )  # fmt: skip
        alike = (_PERSON.c.voice, _PERSON.c.language, _PERSON.c.team, _PERSON.c.groups)
        query = (
            select(
                *alike, func.count().label("known"), func.count(texts.c.person_id).label("heard"),
                func.coalesce(func.sum(texts.c.n_read), 0).label("n_read"),
                func.coalesce(func.sum(texts.c.n_negative), 0).label("n_negative"),
            )
            .join(texts, texts.c.person_id == _PERSON.c.id, isouter=True)
            .where(_PERSON.c.brand == brand)
            .group_by(*alike)
            .order_by(*alike)
        )  # fmt: skip
        return [
            Heard(
                voice=row.voice, language=row.language or "", team=row.team or "",
                groups=tuple(json.loads(row.groups)), known=row.known, heard=row.heard, n_read=int(row.n_read),
                n_negative=int(row.n_negative),
            )
            for row in self._connection.execute(query)
        ]  # fmt: skip

    def loudest(self, brand: str, after: int) -> list[Loudness]:
        """Return by voice how much of all that people wrote the loudest twentieth of them wrote."""
        wrote = (
            select(_FEEDBACK.c.voice, _FEEDBACK.c.person_id, func.sum(func.length(_FEEDBACK.c.text)).label("wrote"))
            .where(_FEEDBACK.c.seq > after, _FEEDBACK.c.brand == brand, _FEEDBACK.c.person_id.is_not(None))
            .group_by(_FEEDBACK.c.voice, _FEEDBACK.c.person_id)
            .subquery("wrote")
        )
        longest = (wrote.c.wrote.desc(), wrote.c.person_id)
        place = func.row_number().over(partition_by=wrote.c.voice, order_by=longest)
        placed = select(
            wrote.c.voice, wrote.c.wrote, func.count().over(partition_by=wrote.c.voice).label("people"),
            place.label("place"),
        ).subquery("placed")  # fmt: skip
        loud = placed.c.place * _TWENTIETH < placed.c.people + _TWENTIETH
        query = (
            select(
                placed.c.voice, func.max(placed.c.people).label("people"),
                func.sum(case((loud, 1), else_=0)).label("loudest"),
                func.sum(case((loud, placed.c.wrote), else_=0)).label("theirs"), func.sum(placed.c.wrote).label("all"),
            )
            .group_by(placed.c.voice)
            .order_by(placed.c.voice)
        )  # fmt: skip
        rows = self._connection.execute(query).mappings()
        return [
            Loudness(
                voice=row["voice"], people=row["people"], loudest=int(row["loudest"]),
                share=float(row["theirs"]) / float(row["all"]),
            )
            for row in rows
            if row["all"]
        ]  # fmt: skip

    def stakes(self, brand: str, after: int) -> list[Stake]:
        """Return who spoke at each touchpoint, and what one of them is worth to us on average."""
        spoke = (
            select(_FEEDBACK.c.touchpoint, _FEEDBACK.c.person_id)
            .where(_FEEDBACK.c.seq > after, _FEEDBACK.c.brand == brand, _FEEDBACK.c.person_id.is_not(None))
            .distinct()
            .subquery("spoke")
        )
        worth = cast(func.avg(_PERSON.c.value), Float)
        query = (
            select(spoke.c.touchpoint, func.count().label("people"), worth.label("value"))
            .join(_PERSON, _PERSON.c.id == spoke.c.person_id, isouter=True)
            .group_by(spoke.c.touchpoint)
            .order_by(spoke.c.touchpoint)
        )
        return [Stake(**row) for row in self._connection.execute(query).mappings()]

    def answers(self, brand: str, voice: Voice, kinds: Sequence[str], after: int, most: int) -> Answers:
        """Return the answers of the newest pieces of feedback that hold any of some kinds, on 0 to 10."""
        place = (_SCORE.c.value - _SCORE.c.scale_low) / (_SCORE.c.scale_high - _SCORE.c.scale_low)
        query = (
            select(_SCORE.c.feedback_seq, _SCORE.c.kind, place.label("place"))
            .join(_FEEDBACK, _FEEDBACK.c.seq == _SCORE.c.feedback_seq)
            .where(_SCORE.c.feedback_seq > after, among(self._connection, _SCORE.c.kind, list(kinds)))
            .where(_FEEDBACK.c.brand == brand, _FEEDBACK.c.voice == voice)
            .order_by(_SCORE.c.feedback_seq.desc(), _SCORE.c.kind)
            .limit(most * max(len(kinds), 1))
        )
        rows = self._connection.execute(query).all()
        row_of = {seq: at for at, seq in enumerate(sorted({row[0] for row in rows}))}
        column_of = {kind: at for at, kind in enumerate(kinds)}
        values = np.full((len(row_of), len(kinds)), np.nan)
        if rows:
            seqs, names, places = zip(*rows, strict=True)
            values[[row_of[seq] for seq in seqs], [column_of[kind] for kind in names]] = 10 * np.array(places)
        return Answers(tuple(kinds), values)

    def let_down(self, brand: str, model: str, after: int, each: int) -> dict[str, list[str]]:
        """Return ids of what says that a promise was broken or less came than expected, by touchpoint and by topic.

        A stated rule: of the newest 20,000 pieces the surest ones first, then the oldest.
        """
        newest = self._connection.execute(select(func.max(_FEEDBACK.c.seq))).scalar() or 0
        found: dict[str, list[str]] = {}
        for place, of in ((_FEEDBACK.c.touchpoint, None), (_MENTION.c.topic, _MENTION)):
            read = (_READING.c.feedback_seq == _FEEDBACK.c.seq) & (_READING.c.model == model)
            said = select(_FEEDBACK.c.id, place.label("place"), _READING.c.confidence, _FEEDBACK.c.seq)
            said = said.join(_READING, read)
            if of is not None:
                said = said.join(of, (of.c.feedback_seq == _FEEDBACK.c.seq) & (of.c.model == model))
            said = said.where(
                _FEEDBACK.c.seq > max(after, newest - _MOST_LOOKED_AT), _FEEDBACK.c.brand == brand,
                _READING.c.expectation.in_(("broken", "unmet")), place != "", _FEEDBACK.c.voice != "company",
            )  # fmt: skip
            for row in self._connection.execute(said.order_by(_READING.c.confidence.desc(), _FEEDBACK.c.seq)):
                named = found.setdefault(row.place, [])
                if len(named) < each:
                    named.append(row.id)
        return found

    def arrived_before(self, period: int) -> int:
        """Return the number of the last piece of feedback that arrived before a period began."""
        query = select(func.min(_CYCLE.c.seq_after)).where(_CYCLE.c.period == period, _CYCLE.c.flow != "ooda")
        return int(self._connection.execute(query).scalar() or 0)
