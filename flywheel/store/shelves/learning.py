"""Lifts, learnings, and which cycle used them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from flywheel.domain.outcome import Appraisal, LearnedEffect, Learning, Lift
from flywheel.domain.prediction import EarlyWarning
from flywheel.store.codec import insert_new, table, upsert
from flywheel.store.tables import AppraisalRow, CycleRow, LearningRow, LearningUseRow, LiftRow

_LIFT, _LEARNING, _USE = table(LiftRow), table(LearningRow), table(LearningUseRow)
_APPRAISAL, _CYCLE = table(AppraisalRow), table(CycleRow)


class LearningShelf:
    """What actions changed, and what that changes."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_lifts(self, lifts: Sequence[Lift]) -> None:
        """Store the lifts of a cycle; the same cycle overwrites its own."""
        upsert(self._connection, LiftRow, [one.model_dump() for one in lifts])

    def lifts(self, cycle_id: str) -> list[Lift]:
        """Return the lifts of a cycle."""
        query = (
            select(_LIFT).where(_LIFT.c.cycle_id == cycle_id).order_by(_LIFT.c.play, _LIFT.c.variant, _LIFT.c.metric)
        )
        return [Lift(**row) for row in self._connection.execute(query).mappings()]

    def add(self, learnings: Sequence[tuple[Learning, float]]) -> None:
        """Append learnings with the standard deviation of what is now believed; one learned twice is one."""
        insert_new(self._connection, LearningRow, [one.model_dump() | {"sd": sd} for one, sd in learnings])

    def of(self, cycle_ids: Sequence[str]) -> list[Learning]:
        """Return the learnings of some cycles, oldest first."""
        query = select(_LEARNING).where(_LEARNING.c.cycle_id.in_(cycle_ids)).order_by(_LEARNING.c.seq)
        fields = Learning.model_fields
        return [Learning(**{name: row[name] for name in fields}) for row in self._connection.execute(query).mappings()]

    def named(self, ids: Sequence[str]) -> list[Learning]:
        """Return learnings by their ids, oldest first."""
        query = select(_LEARNING).where(_LEARNING.c.id.in_(ids)).order_by(_LEARNING.c.seq)
        fields = Learning.model_fields
        return [Learning(**{name: row[name] for name in fields}) for row in self._connection.execute(query).mappings()]

    def about(self, subjects: Sequence[str]) -> list[Learning]:
        """Return the newest learning about each of these subjects, if there is one."""
        query = select(_LEARNING).where(_LEARNING.c.subject.in_(subjects)).order_by(_LEARNING.c.seq)
        fields = Learning.model_fields
        rows = self._connection.execute(query).mappings()
        newest = {row["subject"]: Learning(**{name: row[name] for name in fields}) for row in rows}
        return [newest[one] for one in subjects if one in newest]

    def believed(self) -> dict[str, LearnedEffect]:
        """Return the newest believed effect of each play, by the play's name."""
        query = select(_LEARNING.c.subject, _LEARNING.c.after, _LEARNING.c.sd, _LEARNING.c.id)
        rows = self._connection.execute(query.where(_LEARNING.c.subject.startswith("play:")).order_by(_LEARNING.c.seq))
        newest = {subject.removeprefix("play:"): told for subject, *told in rows}
        return {
            play: LearnedEffect(play=play, mean=after, sd=sd, learning_id=learning)
            for play, (after, sd, learning) in newest.items()
        }

    def weights(self, prefix: str) -> dict[str, float]:
        """Return the newest weight that was learned of each subject with this prefix, by the rest of its name."""
        query = select(_LEARNING.c.subject, _LEARNING.c.after).where(_LEARNING.c.subject.startswith(prefix))
        rows = self._connection.execute(query.order_by(_LEARNING.c.seq))
        return {subject.removeprefix(prefix): float(after) for subject, after in rows}

    def warnings(self, prefix: str) -> tuple[EarlyWarning, ...]:
        """Return the odds ratios of the subjects with this prefix whose newest weight is not 0, in their order."""
        columns = (_LEARNING.c.subject, _LEARNING.c.after, _LEARNING.c.low, _LEARNING.c.effect, _LEARNING.c.high)
        query = select(*columns).where(_LEARNING.c.subject.startswith(prefix)).order_by(_LEARNING.c.seq)
        newest = {subject: told for subject, *told in self._connection.execute(query)}
        return tuple(
            EarlyWarning(topic=subject.removeprefix(prefix), low=low, middle=ratio, high=high)
            for subject, (after, low, ratio, high) in sorted(newest.items())
            if after
        )

    def appraise(self, appraisals: Sequence[Appraisal]) -> None:
        """Store by what the wheel is judged in a cycle; the same cycle overwrites its own."""
        upsert(self._connection, AppraisalRow, [one.model_dump() for one in appraisals])

    def appraisals(self, cycle_id: str) -> list[Appraisal]:
        """Return by what the wheel was judged in a cycle."""
        query = select(_APPRAISAL).where(_APPRAISAL.c.cycle_id == cycle_id)
        rows = self._connection.execute(query.order_by(_APPRAISAL.c.subject, _APPRAISAL.c.measure)).mappings()
        return [Appraisal(**row) for row in rows]

    def last_appraisals(self, before: str) -> list[Appraisal]:
        """Return by what the wheel was judged in the last cycle that was, before the one of this id."""
        query = (
            select(_APPRAISAL.c.cycle_id)
            .join(_CYCLE, _CYCLE.c.id == _APPRAISAL.c.cycle_id)
            .where(_APPRAISAL.c.cycle_id != before)
            .order_by(_CYCLE.c.as_of.desc(), _CYCLE.c.started_at.desc())
            .limit(1)
        )
        last = self._connection.execute(query).scalar()
        return [] if last is None else self.appraisals(last)

    def note_use(self, cycle_id: str, used: dict[str, tuple[int, int]]) -> None:
        """Note, per learning, (decisions that read it, of them changed by it), in place of what was noted before."""
        rows = [
            {"learning_id": one, "cycle_id": cycle_id, "decisions": read, "changed": changed}
            for one, (read, changed) in used.items()
        ]
        upsert(self._connection, LearningUseRow, rows)

    def used_by(self, cycle_id: str) -> dict[str, tuple[int, int]]:
        """Return, per learning that a cycle read, (decisions, of them changed)."""
        query = select(_USE).where(_USE.c.cycle_id == cycle_id).order_by(_USE.c.learning_id)
        return {
            row["learning_id"]: (row["decisions"], row["changed"]) for row in self._connection.execute(query).mappings()
        }
