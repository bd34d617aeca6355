"""Conditions of plays, compiled to SQLAlchemy Core: no eval, no SQL strings, every value a bound parameter."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_, or_

from flywheel.domain.expression import Comparison, Expression, Flag, Junction, Negation
from flywheel.store.codec import stamp, table
from flywheel.store.history import HISTORY_DAYS
from flywheel.store.tables import MentionRow, SignalRow

_MENTION, _SIGNAL = table(MentionRow), table(SignalRow)
_COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


Holds = Callable[[str], ColumnElement[bool]]
"""The SQL of whether a set holds a word."""


def compile_condition(
    tree: Expression, columns: Mapping[str, ColumnElement[Any]], sets: Mapping[str, Holds]
) -> ColumnElement[bool]:
    """Return the SQL of a parsed condition; `columns` gives each field that is no set."""
    match tree:
        case Junction(word, parts):
            compiled = [compile_condition(part, columns, sets) for part in parts]
            return and_(*compiled) if word == "and" else or_(*compiled)
        case Negation(part):
            return not_(compile_condition(part, columns, sets))
        case Flag(field):
            return columns[field].is_(True)
        case Comparison():
            return _compare(tree, columns, sets)


def topics_of(seq: ColumnElement[int], model: str) -> Holds:
    """Return whether a model found a topic in a piece of feedback."""
    return lambda topic: exists().where(
        _MENTION.c.feedback_seq == seq, _MENTION.c.model == model, _MENTION.c.topic == topic
    )


def signals_of(person: ColumnElement[str], as_of: datetime) -> Holds:
    """Return whether something happened to a person in our own operations, in the last days before a moment."""
    return lambda signal: exists().where(
        _SIGNAL.c.person_id == person, _SIGNAL.c.signal == signal,
        _SIGNAL.c.happened_at >= stamp(as_of - timedelta(days=HISTORY_DAYS)), _SIGNAL.c.happened_at <= stamp(as_of),
    )  # fmt: skip


def _compare(
    tree: Comparison, columns: Mapping[str, ColumnElement[Any]], sets: Mapping[str, Holds]
) -> ColumnElement[bool]:
    if tree.field in sets:
        named = sets[tree.field](str(tree.values[0]))
        return named if tree.operator == "in" else not_(named)
    column = columns[tree.field]
    if tree.operator == "in":
        return column.in_(tree.values)
    if tree.operator == "not in":
        return or_(column.is_(None), column.not_in(tree.values))
    compared: ColumnElement[bool] = _COMPARE[tree.operator](column, tree.values[0])
    return or_(column.is_(None), compared) if tree.operator == "!=" else compared
