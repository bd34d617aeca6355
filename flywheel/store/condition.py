"""Conditions of plays, compiled to SQLAlchemy Core: no eval, no SQL strings, every value a bound parameter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, not_, or_

from flywheel.domain.expression import Comparison, Expression, Flag, Junction, Negation
from flywheel.store.codec import table
from flywheel.store.tables import MentionRow

_MENTION = table(MentionRow)


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
        named = exists().where(_MENTION.c.feedback_seq == seq, _MENTION.c.model == model, _MENTION.c.topic == tree.values[0])
        return named if tree.operator == "in" else not_(named)
    column, value = columns[tree.field], tree.values[0]
    match tree.operator:
        case "in":
            return column.in_(tree.values)
        case "not in":
            return or_(column.is_(None), column.not_in(tree.values))
        case "==":
            return column == value
        case "!=":
            return or_(column.is_(None), column != value)
        case "<":
            return column < value
        case "<=":
            return column <= value
        case ">":
            return column > value
        case ">=":
            return column >= value
