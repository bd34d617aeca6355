"""What people say a text really says: imported, listed, taught to the organisation's heads, and taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from pydantic import ValidationError

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, count, table
from flywheel.cli.trial_table import read_columns
from flywheel.domain.correction import Correction, Field
from flywheel.errors import ConfigError
from flywheel.listen.dates import DateRules, read_dates
from flywheel.steps.correcting import keep_corrections, roll_back, teach
from flywheel.wheel import Flywheel

_COLUMNS = ("feedback_id", "field", "value", "by", "at")
_MOST_NAMED = 5


def import_file(
    file: Annotated[Path, Parameter(name="FILE", help="CSV or JSON Lines: feedback_id, field, value (a|b), by, at.")],
    /,
    *,
    options: Options = PLAIN,
) -> int:
    """Import corrections."""
    with Flywheel.open(options.config) as wheel:
        given, wrong = _read(file)
        found = keep_corrections(wheel, given, wheel.clock())
    document = {
        "read": len(given) + len(wrong), "new": found.new, "known_already": found.known,
        "unknown_feedback": found.unknown, "set_aside": len(wrong), "reasons": wrong[:_MOST_NAMED],
    }  # fmt: skip
    counts = f"{found.known:,} known already, {found.unknown:,} of feedback that is not here, {len(wrong):,} set aside"
    line = f"{count(found.new, 'correction')} stored, {counts}."
    answer(options, document, [line, *(f"  {reason}" for reason in wrong[:_MOST_NAMED])])
    return 0


def list_corrections(
    *,
    field: Annotated[Field | None, Parameter(help="Only of this field.")] = None,
    limit: Annotated[int, Parameter(help="How many.")] = 20,
    options: Options = PLAIN,
) -> int:
    """List corrections and heads."""
    with Flywheel.open(options.config) as wheel, wheel.store.read() as shelves:
        found, events = shelves.corrections.newest(field, limit), shelves.corrections.events(field)
        live = {name: head for name, (head, _) in shelves.corrections.live().items()}
    rows = [(one.feedback_id, one.field, one.value, one.corrected_by, f"{one.at:%Y-%m-%d %H:%M}") for one in found]
    lines = table(("feedback", "field", "value", "by", "at"), rows) if rows else ["Nobody has corrected anything yet."]
    told = [(f"{one.at:%Y-%m-%d %H:%M}", one.field, one.event, one.head_id or "none", f"{one.own:.3f}",
             f"{one.other:.3f}", one.n) for one in events]  # fmt: skip
    heads = ["", *table(("at", "field", "event", "head", "macro-F1", "beside", "labels"), told)] if told else []
    document = {"corrections": [one.model_dump() for one in found], "heads": [one.model_dump() for one in events],
                "live": live}  # fmt: skip
    answer(options, document, [*lines, *heads])
    return 0


def train(*, options: Options = PLAIN) -> int:
    """Train the heads."""
    with Flywheel.open(options.config) as wheel:
        lessons = teach(wheel, wheel.clock())
    lines = [f"{one.field}: {one.says}." for one in lessons]
    waiting = max(one.waiting for one in lessons)
    if waiting:
        lines.append(f"{count(waiting, 'text')} will be read again by the next turn; what was read before is kept.")
    answer(options, {"lessons": [one.model_dump() for one in lessons]}, lines)
    return 0


def back(
    field: Annotated[Field, Parameter(name="FIELD", help="sentiment, intent, emotion or topic.")],
    /,
    *,
    reason: Annotated[str, Parameter(help="Why, for the record.")],
    options: Options = PLAIN,
) -> int:
    """Roll a head back."""
    with Flywheel.open(options.config) as wheel:
        to = roll_back(wheel, field, reason, wheel.clock())
    answer(
        options, {"field": field, "head": to or None},
        [f"{field} is read by {to or 'the analyzer alone'} again; everything is read again by the next turn."],
    )  # fmt: skip
    return 0


def _read(file: Path) -> tuple[list[Correction], list[str]]:
    """Return the corrections of a file, and why the other rows are none; a row's words are not repeated."""
    cells = read_columns(file, _COLUMNS).columns
    when = read_dates(cells["at"], DateRules())
    found: list[Correction] = []
    wrong: list[str] = []
    for place, (id_, field, value, by, at) in enumerate(
        zip(cells["feedback_id"], cells["field"], cells["value"], cells["by"], when, strict=True), start=1
    ):
        try:
            found.append(_correction(id_.strip(), field.strip(), value.strip(), by.strip(), at))
        except (ValidationError, ConfigError) as error:
            words = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
            wrong.append(f"row {place}: {words}")
    return found, wrong


def _correction(id_: str, field: str, value: str, by: str, at: datetime | None) -> Correction:
    if at is None or not by:
        raise ConfigError("who said it, and when (ISO 8601), must stand there")
    return Correction.model_validate(
        {"feedback_id": id_, "field": field, "value": value, "corrected_by": by, "at": at.astimezone(UTC)}
    )
