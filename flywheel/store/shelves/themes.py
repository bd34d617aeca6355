"""Themes that nobody listed, cycle by cycle, and the texts that they are found in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, select

from flywheel.domain.feedback import Voice
from flywheel.domain.theme import Theme
from flywheel.store.bulk import among, insert_rows
from flywheel.store.codec import table
from flywheel.store.tables import FeedbackRow, ReadingRow, ThemeRow

_THEME, _FEEDBACK, _READING = table(ThemeRow), table(FeedbackRow), table(ReadingRow)
_COLUMNS = tuple(Theme.model_fields)
_JSON = ("came_from", "words", "examples")


@dataclass(frozen=True, slots=True)
class SaidTexts:
    """Texts of one brand's voice in one language, in the order of their arrival."""

    brand: str
    voice: Voice
    language: str
    ids: list[str]
    texts: list[str]


class ThemeShelf:
    """Themes, and what they are found in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def texts(self, model: str, cycle_ids: Sequence[str], *, fewest: int, most: int) -> list[SaidTexts]:
        """Return the texts that some cycles read, by brand, voice and language; the oldest `most` of each group.

        Groups of fewer than `fewest` texts are left out.
        """
        read = (
            (_READING.c.model == model) & (_READING.c.status == "read")
            & among(self._connection, _READING.c.cycle_id, cycle_ids)
        )  # fmt: skip
        group = (_FEEDBACK.c.brand, _FEEDBACK.c.voice, _READING.c.language)
        joined = select(*group, func.count()).join(_FEEDBACK, _FEEDBACK.c.seq == _READING.c.feedback_seq).where(read)
        joined = joined.where(_FEEDBACK.c.voice != "company")
        counts = self._connection.execute(joined.group_by(*group).order_by(*group)).all()
        return [self._group(brand, voice, language, read, most) for brand, voice, language, n in counts if n >= fewest]

    def add(self, cycle_id: str, themes: Sequence[Theme]) -> None:
        """Store the themes of a cycle in place of those that it had."""
        self._connection.execute(delete(_THEME).where(_THEME.c.cycle_id == cycle_id))
        insert_rows(self._connection, ThemeRow, _COLUMNS, [_row(one) for one in themes])

    def of(self, cycle_id: str) -> list[Theme]:
        """Return the themes of a cycle, by brand, voice and language, the largest first."""
        order = (_THEME.c.brand, _THEME.c.voice, _THEME.c.language, _THEME.c.n.desc(), _THEME.c.id)
        rows = self._connection.execute(select(_THEME).where(_THEME.c.cycle_id == cycle_id).order_by(*order))
        return [_theme(dict(row)) for row in rows.mappings()]

    def before(self, period: int) -> list[Theme]:
        """Return the themes that each brand's voice had when it was last asked for, before a period."""
        group = (_THEME.c.brand, _THEME.c.voice, _THEME.c.language)
        last = (
            select(*group, func.max(_THEME.c.period).label("period"))
            .where(_THEME.c.period < period)
            .group_by(*group)
            .subquery("last")
        )
        here = (_THEME.c.period == last.c.period) & (_THEME.c.language == last.c.language)
        query = select(_THEME).join(last, here & (_THEME.c.brand == last.c.brand) & (_THEME.c.voice == last.c.voice))
        rows = self._connection.execute(query.order_by(_THEME.c.n.desc(), _THEME.c.id)).mappings()
        return [_theme(dict(row)) for row in rows]

    def words_of(self, feedback_ids: Sequence[str]) -> dict[str, str]:
        """Return the (redacted) text of feedback by its id; what was erased is not there."""
        query = select(_FEEDBACK.c.id, _FEEDBACK.c.text)
        found = self._connection.execute(query.where(among(self._connection, _FEEDBACK.c.id, feedback_ids)))
        return {str(id_): str(text) for id_, text in found}

    def _group(self, brand: str, voice: Voice, language: str, read: ColumnElement[bool], most: int) -> SaidTexts:
        query = (
            select(_FEEDBACK.c.id, _FEEDBACK.c.text)
            .join(_READING, _FEEDBACK.c.seq == _READING.c.feedback_seq)
            .where(read, _FEEDBACK.c.brand == brand, _FEEDBACK.c.voice == voice, _READING.c.language == language)
            .order_by(_FEEDBACK.c.seq)
            .limit(most)
        )
        rows = self._connection.execute(query).all()
        return SaidTexts(brand, voice, language, [row.id for row in rows], [row.text for row in rows])


def _row(theme: Theme) -> tuple[object, ...]:
    # not with sorted keys: the heaviest word stands first
    values = theme.model_dump()
    return tuple(json.dumps(values[name]) if name in _JSON else values[name] for name in _COLUMNS)


def _theme(row: dict[str, object]) -> Theme:
    return Theme.model_validate(row | {name: json.loads(str(row[name])) for name in _JSON})
