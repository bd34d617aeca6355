"""Trying out: a few records of a file or a source, redacted and read, on the screen; nothing is stored or sent."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from flywheel.assets import folder
from flywheel.cli.guess import records_of
from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, say
from flywheel.config import Settings, load
from flywheel.domain.feedback import Feedback, FeedbackColumns
from flywheel.domain.reading import Readings, Texts
from flywheel.domain.saying import Outcome
from flywheel.errors import ConfigError
from flywheel.listen.prepare import clean
from flywheel.listen.redact import redact

_LONGEST = 240

_OUTCOMES: dict[Outcome, str] = {
    "broken": "a promise was broken", "kept": "a promise was kept", "unmet": "less than expected",
    "met": "as expected", "exceeded": "more than expected",
}  # fmt: skip


def try_out(
    file: Annotated[Path | None, Parameter(name="FILE", help="A CSV or JSON Lines file.")] = None,
    /,
    *,
    text: Annotated[str | None, Parameter(help="The column of the text; default: the one that looks like it.")] = None,
    source: Annotated[str | None, Parameter(help="A configured source instead of a file.")] = None,
    limit: Annotated[int, Parameter(help="How many records.")] = 5,
    options: Options = PLAIN,
) -> int:
    """Try out."""
    settings = _settings(options)
    if (file is None) == (source is None):
        raise ConfigError("Name a file (`flywheel try reviews.csv`) or a configured source (`--source ID`).")
    texts = _of_file(file, text, limit) if file is not None else _of_source(settings, source or "", limit)
    readings = settings.analyzer.read(texts, settings.topics)
    found = [_record(texts, readings, at) for at in range(len(texts))]
    document = {"model": readings.model, "stored": False, "records": found}
    answer(options, document, [line for one in found for line in _lines(one)] or ["There is no record in it."])
    return 0


def _settings(options: Options) -> Settings:
    """Return the project's settings, or the example's when one stands outside of a project."""
    if options.config.is_dir() or options.config != PLAIN.config:
        return load(options.config)
    say("No project here: topics and settings are those of the example.")
    return load(folder("config"))


def _of_file(file: Path, column: str | None, limit: int) -> Texts:
    texts, guessed = records_of(file, column, limit)
    if column is None:
        say(f"The text is taken from the column {guessed!r}; another one: --text COLUMN.")
    clean_texts = redact([clean(one) for one in texts])
    return Texts(clean_texts, [None] * len(texts), [None] * len(texts), [""] * len(texts))


def _of_source(settings: Settings, name: str, limit: int) -> Texts:
    known = {one.id: one for one in settings.sources}
    if name not in known:
        raise ConfigError(f"There is no source {name!r}; there is {', '.join(known)}.")
    rows: list[tuple[str, str | None, str | None, str | None]] = []
    for page in islice(known[name].fetch(None), 1):
        columns = page.rows if isinstance(page.rows, FeedbackColumns) else FeedbackColumns.of(_feedback(page.rows))
        rows = list(zip(columns.text, columns.language, columns.touchpoint, columns.brand, strict=True))[:limit]
    brands = {known[name].brand, *(row[3] for row in rows)}
    return Texts(
        redact([clean(row[0]) for row in rows], known[name].redact, brands),
        [row[1] for row in rows], [row[2] for row in rows], [row[3] or "" for row in rows],
    )  # fmt: skip


def _feedback(rows: Any) -> list[Feedback]:
    return [row for row in rows if isinstance(row, Feedback)]


def _record(texts: Texts, readings: Readings, at: int) -> dict[str, Any]:
    read = readings.status[at] == "read"
    mentions = readings.mentions
    return {
        "text": texts.text[at], "status": readings.status[at], "language": readings.language[at],
        "sentiment": round(float(readings.sentiment[at]), 3) if read else None, "label": readings.label[at],
        "confidence": round(float(readings.confidence[at]), 3) if read else None,
        "intent": readings.intent[at], "urgency": readings.urgency[at], "urgency_reason": readings.urgency_reason[at],
        "expectation": readings.expectation[at], "promised_by": readings.promised_by[at],
        "topics": [
            {"topic": mentions.topic[one], "touchpoint": mentions.touchpoint[one], "evidence": mentions.evidence[one]}
            for one, row in enumerate(mentions.row)
            if row == at
        ],
    }  # fmt: skip


def _lines(one: dict[str, Any]) -> list[str]:
    short = " ".join(one["text"].split())
    lines = [f'"{short[:_LONGEST]}{"..." if len(short) > _LONGEST else ""}"']
    if one["status"] != "read":
        return [*lines, f"  {one['status']} (language {one['language']})", ""]
    urgent = f", urgent ({one['urgency']}: {one['urgency_reason']})" if one["urgency"] not in (None, "none") else ""
    sure = f"{one['label']} with confidence {one['confidence']:.2f}"
    expected = f", {_OUTCOMES[one['expectation']]}" if one["expectation"] else ""
    lines.append(f"  {one['language']}, {sure}, intent {one['intent']}{urgent}{expected}")
    topics = [f"{topic['topic']} ({topic['evidence']!r})" for topic in one["topics"]]
    return [*lines, f"  topics: {', '.join(topics) or 'none of the taxonomy'}", ""]
