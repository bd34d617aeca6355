"""Where a figure, a decision, a learning or anything else with an id comes from."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import wrap
from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, printable, table
from flywheel.domain.explanation import Cell, Explanation, RowsBehind
from flywheel.wheel import Flywheel

_PAGE = 118
_WIDEST = 72


def explain(
    what: Annotated[str, Parameter(name="ID", help="Its id, or at least six digits of how it begins.")],
    /,
    *,
    options: Options = PLAIN,
) -> int:
    """Show where something comes from: its formula, what it rests on, the rows behind it."""
    from flywheel.steps.explaining import explain as explained

    with Flywheel.open(options.config) as wheel:
        found = explained(wheel, what)
    answer(options, found, _lines(found))
    return 0


def _lines(found: Explanation) -> Iterator[str]:
    yield f"{found.kind} {found.id}"
    for said in (found.says, f"How: {found.formula}."):
        yield from wrap(_printable(said), _PAGE, initial_indent="  ", subsequent_indent="  ")
    if found.facts:
        yield ""
        width = max(len(one.name) for one in found.facts)
        for one in found.facts:
            yield from wrap(
                _printable(one.value), _PAGE, initial_indent=f"  {one.name.ljust(width)}  ",
                subsequent_indent=" " * (width + 4),
            ) or [f"  {one.name}"]  # fmt: skip
    if found.links:
        yield ""
        yield "It names (follow with `flywheel explain ID`):"
        yield from (
            f"  {line}"
            for line in table(("kind", "id", "named in"), [(one.kind, one.id, one.named_in) for one in found.links])
        )
    for rows in found.behind:
        yield ""
        yield from _behind(rows)


def _behind(rows: RowsBehind) -> Iterator[str]:
    shown = "" if len(rows.rows) == rows.of else f" ({len(rows.rows)} of {rows.of:,})"
    yield f"{rows.title}{shown}:"
    cells = [[_short(cell) for cell in row] for row in rows.rows]
    yield from (f"  {line}" for line in table(rows.columns, cells))


def _short(value: Cell) -> str:
    text = _printable(value)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _printable(value: Cell) -> str:
    text = "-" if value is None else f"{value:.4g}" if isinstance(value, float) else str(value)
    return printable(text)
