"""The register of initiatives: what was opened, and everything that happened to it since; nothing is ever edited."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, insert, select, text
from sqlalchemy.engine import RowMapping

from flywheel.domain.initiative import Expectation, Initiative, InitiativeStatus, Milestone
from flywheel.domain.summary import GroupCount
from flywheel.domain.sums import SENTIMENT
from flywheel.store.codec import insert_new, moment, stamp, stamp_or_none, table, to_json
from flywheel.store.tables import InitiativeRow, MilestoneRow, RollupRow

_MILESTONE, _ROLLUP = table(MilestoneRow), table(RollupRow)
_TOLD = ("cycle_id", "voice", "topic", "touchpoint", "cause", "owner", "evidence_count", "score", "cost", "doubt")
_STANDS = ("id", "status", "effect", "low", "high", "escalations")


class InitiativeShelf:
    """What is done about causes, by whom, and what came of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, initiatives: Sequence[Initiative]) -> None:
        """Write initiatives into the register; those that stand there already are left as they are."""
        insert_new(self._connection, InitiativeRow, [_row(one) for one in initiatives])

    def note(self, milestones: Sequence[Milestone]) -> list[Milestone]:
        """Append what happened to initiatives, each once; return what is new."""
        ids = select(_MILESTONE.c.id).where(_MILESTONE.c.id.in_([one.id for one in milestones]))
        known = set(self._connection.execute(ids).scalars())
        new = [one for one in milestones if one.id not in known]
        for one in new:
            times = {"at": stamp(one.at), "began": stamp_or_none(one.began), "evidence": to_json(one.evidence)}
            self._connection.execute(insert(_MILESTONE).values(**one.model_dump() | times))
        return new

    def register(self, *statuses: InitiativeStatus) -> list[Initiative]:
        """Return the register as it stands, soonest due first; only those of some states, if any are named."""
        rows = self._connection.execute(text("SELECT * FROM v_initiative ORDER BY due, id")).mappings()
        return [one for one in map(_initiative, rows) if not statuses or one.status in statuses]

    def find(self, start: str) -> list[Initiative]:
        """Return the initiatives whose id begins so."""
        return [one for one in self.register() if one.id.startswith(start)]

    def milestones(self, initiative_id: str) -> list[Milestone]:
        """Return what happened to an initiative, in the order in which it was written down."""
        query = select(_MILESTONE).where(_MILESTONE.c.initiative_id == initiative_id).order_by(_MILESTONE.c.seq)
        return [_milestone(row) for row in self._connection.execute(query).mappings()]

    def heard_from(self, model: str, brand: str, voice: str, days: tuple[date, date]) -> date | None:
        """Return the first of some days (both ends included) on which topics of a brand's voice were heard."""
        query = select(func.min(_ROLLUP.c.day)).where(*_of_topics(model, brand, voice, days))
        found = self._connection.execute(query).scalar()
        return None if found is None else date.fromisoformat(found)

    def mentions(self, model: str, brand: str, voice: str, days: tuple[date, date]) -> list[GroupCount]:
        """Return counts by topic over what was said from the first to the last of `days`, both included."""
        names = ("n", "n_read", "n_negative", "n_positive")
        query = (
            select(_ROLLUP.c.topic.label("name"), *(func.sum(_ROLLUP.c[name]).label(name) for name in names))
            .where(*_of_topics(model, brand, voice, days))
            .group_by(_ROLLUP.c.topic)
            .order_by(_ROLLUP.c.topic)
        )
        return [GroupCount(**row) for row in self._connection.execute(query).mappings()]


def _of_topics(model: str, brand: str, voice: str, days: tuple[date, date]) -> tuple[ColumnElement[bool], ...]:
    return (
        _ROLLUP.c.basis == "text", _ROLLUP.c.measure == SENTIMENT, _ROLLUP.c.model == model, _ROLLUP.c.segment == "",
        _ROLLUP.c.brand == brand, _ROLLUP.c.voice == voice, _ROLLUP.c.topic != "",
        _ROLLUP.c.day >= days[0].isoformat(), _ROLLUP.c.day <= days[1].isoformat(),
    )  # fmt: skip


def _row(one: Initiative) -> dict[str, object]:
    return {name: getattr(one, name) for name in ("id", *_TOLD)} | {
        "evidence": to_json(one.evidence), "expected": to_json(one.expected.model_dump()),
        "opened_at": stamp(one.opened_at), "due": stamp(one.due),
    }  # fmt: skip


def _initiative(row: RowMapping) -> Initiative:
    return Initiative(
        **{name: row[name] for name in (*_STANDS, *_TOLD)}, evidence=tuple(json.loads(row["evidence"])),
        expected=Expectation.model_validate_json(row["expected"]), opened_at=moment(row["opened_at"]),
        due=moment(row["due"]), changed_at=moment(row["changed_at"]),
    )  # fmt: skip


def _milestone(row: RowMapping) -> Milestone:
    values = {name: row[name] for name in Milestone.model_fields if name not in ("at", "began", "evidence")}
    began = None if row["began"] is None else moment(row["began"])
    return Milestone(**values, at=moment(row["at"]), began=began, evidence=tuple(json.loads(row["evidence"])))
