"""What happened to people afterwards, from a file that is not among the configured sources, or is on its way there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.guess import format_of
from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer
from flywheel.cli.switch import who
from flywheel.errors import ConfigError, PermanentError
from flywheel.listen.outcome_csv import FieldName, OutcomeCsv
from flywheel.listen.table_file import header_of
from flywheel.steps.hearing import add_outcomes
from flywheel.wheel import Flywheel

_FIELDS: tuple[FieldName, ...] = ("person", "metric", "value", "happened_at", "external_id")
_NEEDED = ("person", "happened_at")


def import_file(
    file: Annotated[Path, Parameter(name="FILE", help="A CSV file, one outcome a row.")],
    /,
    *,
    source: Annotated[str | None, Parameter(help="Read it as this configured source of outcomes.")] = None,
    metric: Annotated[str | None, Parameter(help="What happened, where no column says it.")] = None,
    options: Options = PLAIN,
) -> int:
    """Import outcomes."""
    with Flywheel.open(options.config) as wheel:
        reader = _reader(wheel, file, source, metric)
        new = seen = refused = 0
        try:
            for page in reader.fetch(None):
                new += add_outcomes(wheel, reader.id, page, wheel.clock())
                seen, refused = seen + len(page.rows), refused + len(page.set_aside)
        except PermanentError as error:
            raise ConfigError(str(error)) from error
        with wheel.store.write(None) as shelves:
            shelves.audit.note(wheel.clock(), who(), "import outcomes", reader.id, f"{new} new of {seen}")
    document = {"source": reader.id, "read": seen, "new": new, "known_already": seen - new, "set_aside": refused}
    counts = f"{new:,} new, {seen - new:,} known already, {refused:,} set aside"
    answer(options, document, [f"{seen:,} outcomes read as {reader.id!r}: {counts}."])
    return 0


def _reader(wheel: Flywheel, file: Path, source: str | None, metric: str | None) -> OutcomeCsv:
    if not file.is_file():
        raise ConfigError(f"There is no file {str(file)!r}.")
    header = set(header_of(file, format_of(file)))
    known = {one.id: one for one in wheel.settings.outcomes if isinstance(one, OutcomeCsv)}
    if source is not None and source not in known:
        raise ConfigError(f"There is no CSV source of outcomes {source!r}; there is {', '.join(known) or 'none'}.")
    fitting = [one for one in known.values() if set(one.columns.values()) <= header]
    like = known[source] if source is not None else (fitting[0] if fitting else None)
    if like is not None:
        return like.model_copy(update={"path": file.resolve(), "metric": metric or like.metric})
    plain: Mapping[FieldName, str] = {field: field for field in _FIELDS if field in header}
    missing = [field for field in _NEEDED if field not in header]
    if missing:
        raise ConfigError(
            f"{file.name} has no column {missing[0]!r} and fits no configured source. Name its columns "
            f"{', '.join(_FIELDS)}, or configure it under `outcomes:`. Its columns: {', '.join(sorted(header))}."
        )
    delimiter = format_of(file).delimiter
    return OutcomeCsv(id="imported", path=file.resolve(), columns=dict(plain), metric=metric, delimiter=delimiter)
