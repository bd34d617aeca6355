"""The small language of conditions: `sentiment < -0.3 and topic in ("delay", "refund")`, parsed and checked, never run.

Conditions compile to SQL in the store; here they are only read into a tree of records. What is not listed
below does not exist in the language: no calls, no attributes, no arithmetic, no names but the fields given.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Kind = Literal["number", "text", "flag", "set"]
Operator = Literal["<", "<=", ">", ">=", "==", "!=", "in", "not in"]
Value = str | float | bool

_OPERATORS: dict[type[ast.cmpop], Operator] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=",
    ast.In: "in", ast.NotIn: "not in",
}  # fmt: skip
_MAX_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """A field against one value, or against several for `in` and `not in`."""

    field: str
    operator: Operator
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Flag:
    """A field that is yes or no by itself."""

    field: str


@dataclass(frozen=True, slots=True)
class Negation:
    """Not the part."""

    part: Expression


@dataclass(frozen=True, slots=True)
class Junction:
    """All or any of the parts."""

    word: Literal["and", "or"]
    parts: tuple[Expression, ...]


Expression = Comparison | Flag | Negation | Junction


def parse_condition(text: str, fields: Mapping[str, Kind]) -> Expression:
    """Return the tree of a condition over `fields`; raises ValueError with a sentence an author can act on."""
    if len(text) > _MAX_LENGTH:
        raise ValueError(f"A condition has at most {_MAX_LENGTH} characters; this one has {len(text)}.")
    try:
        tree = ast.parse(" ".join(text.split()), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ValueError("The condition cannot be read: write `field < value`, joined by and, or, not.") from error
    try:
        return _read(tree.body, fields)
    except RecursionError:
        raise ValueError("The condition is nested too deeply: write it flatter.") from None


def _read(node: ast.expr, fields: Mapping[str, Kind]) -> Expression:
    match node:
        case ast.BoolOp():
            word: Literal["and", "or"] = "and" if isinstance(node.op, ast.And) else "or"
            return Junction(word, tuple(_read(part, fields) for part in node.values))
        case ast.UnaryOp(op=ast.Not()):
            return Negation(_read(node.operand, fields))
        case ast.Name():
            return _flag(node, fields)
        case ast.Compare():
            return _comparison(node, fields)
        case _:
            pass
    raise ValueError(f"A condition cannot hold {ast.unparse(node)!r}: only fields, values, and, or, not, in.")


def _flag(node: ast.Name, fields: Mapping[str, Kind]) -> Flag:
    name = _known(node.id, fields)
    if fields[name] != "flag":
        raise ValueError(f"The field {name!r} is not yes or no by itself: compare it with something.")
    return Flag(name)


def _comparison(node: ast.Compare, fields: Mapping[str, Kind]) -> Comparison:
    if len(node.ops) != 1:
        raise ValueError("Compare two things at a time: write `a < b and b < c`.")
    operator = _OPERATORS.get(type(node.ops[0]))
    left, right = node.left, node.comparators[0]
    if operator is None:
        raise ValueError(f"The comparison in {ast.unparse(node)!r} does not exist here.")
    if operator in ("in", "not in") and isinstance(left, ast.Constant) and isinstance(right, ast.Name):
        return _membership(_known(right.id, fields), operator, left, fields)
    if not isinstance(left, ast.Name):
        raise ValueError(f"Write the field first: {ast.unparse(node)!r} does not begin with one.")  # noqa: TRY004 - what an author wrote
    name = _known(left.id, fields)
    if fields[name] in ("set", "flag"):
        raise ValueError(f"The field {name!r} is a {fields[name]}: write `'value' in {name}`, or `{name}` alone.")
    values = _values(right, several=operator in ("in", "not in"))
    wanted = str if fields[name] == "text" else float
    if not all(isinstance(value, wanted) for value in values):
        raise ValueError(f"The field {name!r} is a {fields[name]}: it cannot be compared with {ast.unparse(right)}.")
    return Comparison(name, operator, values)


def _membership(name: str, operator: Operator, left: ast.Constant, fields: Mapping[str, Kind]) -> Comparison:
    if fields[name] != "set" or not isinstance(left.value, str):
        raise ValueError(f"Only a set of words can hold a value; {name!r} is a {fields[name]}.")
    return Comparison(name, operator, (left.value,))


def _values(node: ast.expr, *, several: bool) -> tuple[Value, ...]:
    if several:
        if not isinstance(node, ast.Tuple | ast.List) or not node.elts:
            message = f"After `in` comes a list of values, not {ast.unparse(node)!r}."
            raise ValueError(message)
        return tuple(_value(part) for part in node.elts)
    return (_value(node),)


def _value(node: ast.expr) -> Value:
    negative = isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub)
    inner = node.operand if isinstance(node, ast.UnaryOp) and negative else node
    if isinstance(inner, ast.Constant) and isinstance(inner.value, str | int | float):
        if isinstance(inner.value, str):
            return inner.value
        try:
            return -float(inner.value) if negative else float(inner.value)
        except OverflowError:
            raise ValueError("A number in the condition is too large.") from None
    raise ValueError(f"{ast.unparse(node)!r} is not a value: write a number or a word in quotes.")


def _known(name: str, fields: Mapping[str, Kind]) -> str:
    if name in fields:
        return name
    close = get_close_matches(name, fields, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise ValueError(f"There is no field {name!r} in conditions.{hint} Fields: {', '.join(sorted(fields))}.")
