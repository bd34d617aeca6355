"""Conditions of plays, compiled to SQLAlchemy Core: no eval, no SQL strings, every value a bound parameter."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_, or_

from flywheel.domain.expression import Comparison, Expression, Flag, Junction, Negation
from flywheel.store.codec import table
from flywheel.store.tables import MentionRow

_MENTION = table(MentionRow)
_COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_condition(
    tree: Expression, columns: Mapping[str, ColumnElement[Any]], seq: ColumnElement[int], model: str
) -> ColumnElement[bool]:
    """Return the SQL of a parsed condition; `columns` gives each field, `seq` the feedback whose topics count."""
    match tree:
        case Junction(word, parts):
            compiled = [compile_condition(part, columns, seq, model) for part in parts]
            return and_(*compiled) if word == "and" else or_(*compiled)
        case Negation(part):
            return not_(compile_condition(part, columns, seq, model))
        case Flag(field):
            return columns[field].is_(True)
        case Comparison():
            return _compare(tree, columns, seq, model)


def _compare(
    tree: Comparison, columns: Mapping[str, ColumnElement[Any]], seq: ColumnElement[int], model: str
) -> ColumnElement[bool]:
    if tree.field == "topics":
        named = exists().where(
            _MENTION.c.feedback_seq == seq, _MENTION.c.model == model, _MENTION.c.topic == tree.values[0]
        )
        return named if tree.operator == "in" else not_(named)
    column = columns[tree.field]
    if tree.operator == "in":
        return column.in_(tree.values)
    if tree.operator == "not in":
        return or_(column.is_(None), column.not_in(tree.values))
    compared: ColumnElement[bool] = _COMPARE[tree.operator](column, tree.values[0])
    return or_(column.is_(None), compared) if tree.operator == "!=" else compared
