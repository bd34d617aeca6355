"""What a message template may say: a short list of what is allowed; whatever is not on it is refused.

Allowed: the declared fields, constants, `{% if %}` with comparisons, `and`, `or`, `not`, `in`; a few filters on text;
`{% set name = {...} %}` with constants, and looking a field up in it. Nothing can be called, reached into, repeated,
imported or defined, so a template ends at once, and is not longer than what stands in it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from jinja2 import Environment, TemplateError, nodes

LONGEST = 20_000
_DEEPEST = 12
_FILTERS = frozenset({"lower", "upper", "title", "capitalize", "trim", "default"})
_PLAIN = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Compare, nodes.Operand,
    nodes.And, nodes.Or, nodes.Not, nodes.Dict, nodes.Pair,
)  # fmt: skip
_WORDS = {
    "Call": "calls something", "Getattr": "reaches into something with a dot", "For": "repeats something",
    "Include": "includes a file", "Import": "imports a file", "FromImport": "imports a file",
    "Extends": "extends a file",
    "Block": "defines a block", "Macro": "defines a macro", "Concat": "joins texts with ~", "List": "makes a list",
}  # fmt: skip


def faults(source: str, fields: Collection[str]) -> Iterator[str]:
    """Yield what a template may not do, each with its line; nothing where it may be used."""
    if len(source) > LONGEST:
        yield f"it is longer than {LONGEST:,} characters"
        return
    try:
        tree = Environment(autoescape=True).parse(source)  # only parsed, never rendered
    except TemplateError as error:
        yield f"line {getattr(error, 'lineno', '?')}: it is not written as a template ({type(error).__name__})"
        return
    except (RecursionError, ValueError, OverflowError, MemoryError) as error:
        yield f"it cannot be read ({type(error).__name__})"
        return
    tables = {one.target.name: one for one in tree.find_all(nodes.Assign) if isinstance(one.target, nodes.Name)}
    yield from _Reading(frozenset(fields), tables).of(tree, 0)


class _Reading:
    """One template being read: the fields it may use, and the tables of words that it sets itself."""

    def __init__(self, fields: frozenset[str], tables: dict[str, nodes.Assign]) -> None:
        self._fields, self._tables = fields, tables

    def of(self, node: nodes.Node, depth: int) -> Iterator[str]:
        fault = f"it is more than {_DEEPEST} levels deep" if depth > _DEEPEST else self._fault(node)
        if fault:
            yield f"line {node.lineno}: {fault}"
            return
        for child in node.iter_child_nodes():
            yield from self.of(child, depth + 1)

    def _fault(self, node: nodes.Node) -> str | None:
        if isinstance(node, _PLAIN):
            return None
        if isinstance(node, nodes.Assign | nodes.Getitem):
            return self._table(node) if isinstance(node, nodes.Assign) else self._looked_up(node)
        return self._leaf(node)

    def _leaf(self, node: nodes.Node) -> str | None:
        match node:
            case nodes.Name():
                known = node.name in self._fields or node.name in self._tables
                return None if known else f"there is no field {node.name!r}"
            case nodes.Const():
                return None if isinstance(node.value, str | int | None) else "it has a constant of another kind"
            case nodes.Filter():
                return None if node.name in _FILTERS and not node.kwargs else f"the filter {node.name!r} is not allowed"
            case _:
                name = type(node).__name__
                return f"it {_WORDS.get(name, f'uses {name}')}, which a message may not do"

    def _table(self, node: nodes.Assign) -> str | None:
        if not isinstance(node.target, nodes.Name) or node.target.name in self._fields:
            return "it sets something other than a name of its own"
        pairs = node.node.items if isinstance(node.node, nodes.Dict) else None
        if pairs is None or not all(isinstance(part, nodes.Const) for one in pairs for part in (one.key, one.value)):
            return "it sets a name to something other than a table of words"
        return None

    def _looked_up(self, node: nodes.Getitem) -> str | None:
        table = isinstance(node.node, nodes.Name) and node.node.name in self._tables
        plain = isinstance(node.arg, nodes.Const) or (
            isinstance(node.arg, nodes.Name) and node.arg.name in self._fields
        )
        return None if table and plain else "it looks something up other than a field in a table of its own"
