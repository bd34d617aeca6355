"""Checking the project: settings, one record from each source, templates, channels; stores and sends nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from flywheel.assets import template_folders
from flywheel.cli.findings import Finding, show
from flywheel.cli.guess import likely_encoding
from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import count, print_json
from flywheel.config import Settings, json_schema, load
from flywheel.domain.feedback import Feedback, FeedbackColumns, Page
from flywheel.domain.play import Play
from flywheel.errors import FlywheelError, PermanentError
from flywheel.listen.table_file import files_of
from flywheel.listen.table_rows import UNDECODABLE
from flywheel.plugins import make_importable
from flywheel.ports import Channel, MeasureSource, OutcomeSource, PersonSource, SignalSource, Source
from flywheel.stepping import step_function

AnySource = Source | PersonSource | SignalSource | OutcomeSource | MeasureSource

_FEW_DATES = 0.9
"""Under this share of dates that can be read, their format is probably another one."""


def check(
    *,
    schema: Annotated[bool, Parameter(help="Print the JSON Schema of the settings, for editors.", negative=())] = False,
    options: Options = PLAIN,
) -> int:
    """Check."""
    if schema:
        print_json(json_schema())
        return 0
    settings = load(options.config)
    found = [
        Finding("configuration", "ok", count(len(settings.plays), "play") + f", hash {settings.config_hash}"),
        *(_source(source) for source in settings.heard()),
        *_analyzer(settings),
        *(one for play in settings.plays for one in _templates(play, settings)),
        *(_channel(channel) for channel in settings.channels),
        *_steps(settings),
    ]
    return show(found, options)


def _source(source: AnySource) -> Finding:
    about = f"source {source.id}"
    try:
        pages: Iterator[Page[Any]] = source.fetch(None)
        page = next(pages, None)
    except FlywheelError as error:
        return Finding(about, "FAIL", str(error))
    except Exception as error:  # noqa: BLE001 - a foreign connector may raise anything, a customer's words too
        return Finding(about, "FAIL", f"it broke with {type(error).__name__}", "Ask the author of its connector.")
    if page is None or (not len(page.rows) and not page.set_aside):
        return Finding(about, "warn", "it can be read, and there is nothing in it")
    return _page(about, source, page)


def _page(about: str, source: AnySource, page: Page[Any]) -> Finding:
    refused = count(len(page.set_aside), "record") + " set aside" if page.set_aside else ""
    if not len(page.rows):
        todo = _encoding(source) if page.set_aside[0].reason == UNDECODABLE else ""
        return Finding(about, "FAIL", f"no usable record; {refused}: {page.set_aside[0].reason}", todo)
    parts = [f"{count(len(page.rows), 'record')} in the first page", refused, _dates(source, page)]
    parts += [f"{count(n, 'cell')} left out ({reason})" for reason, n in page.left_out.items()]
    says = "; ".join(part for part in parts if part)
    if page.notices:
        return Finding(about, "warn", says, " ".join(page.notices))
    if any(one.reason == UNDECODABLE for one in page.set_aside):
        return Finding(about, "warn", says, _encoding(source))
    if isinstance(source, Source) and _share_dated(page) < _FEW_DATES:
        return Finding(
            about, "warn", says, "Set `dates: {format: ..., zone: ...}`; undated feedback stays out of trends."
        )
    return Finding(about, "ok", says)


def _encoding(source: AnySource) -> str:
    path = getattr(source, "path", None)
    files = files_of(path, source.id) if isinstance(path, Path) else []
    names = [name for name in map(likely_encoding, files) if name != "utf-8-sig"]
    return f"Set `encoding: {names[0]}`, which it seems to be." if names else "Set `encoding`."


def _dates(source: object, page: Page[Any]) -> str:
    return f"{_share_dated(page):.0%} of dates can be read" if isinstance(source, Source) else ""


def _share_dated(page: Page[Any]) -> float:
    rows = page.rows if isinstance(page.rows, FeedbackColumns) else FeedbackColumns.of(_feedback(page))
    return sum(one is not None for one in rows.said_at) / len(rows)


def _feedback(page: Page[Any]) -> list[Feedback]:
    return [row for row in page.rows if isinstance(row, Feedback)]  # type: ignore[union-attr]  # columns are told apart before


def _analyzer(settings: Settings) -> Iterator[Finding]:
    from flywheel.domain.reading import Texts

    readings = settings.analyzer.read(
        Texts(["The train was late."], [None], [None], [settings.brand.name]), settings.topics
    )
    yield Finding("analyzer", "ok", f"{readings.model}, {count(len(settings.topics), 'topic')}")


def _templates(play: Play, settings: Settings) -> Iterator[Finding]:
    from flywheel.act.words import Letterhead, Wordsmith

    folders = template_folders(settings.project, "messages")
    languages = sorted({_language(file) for folder in folders for file in folder.glob(f"{play.template}.*.j2")})
    about = f"play {play.name}"
    if not languages:
        path = Path("templates") / "messages" / f"{play.template}.{settings.brand.language}.j2"
        yield Finding(about, "FAIL", f"there is no template {play.template!r}", f"Write {path}.")
        return
    for language in languages:
        try:
            for topic in (None, "delay"):
                fields = Letterhead(
                    brand=settings.brand.name, play=play.name, topic=topic, topic_words=topic, touchpoint=topic,
                    said_on="5 January 2026",
                )  # fmt: skip
                Wordsmith(folders).write(play.template, (language,), fields)
        except PermanentError as error:
            yield Finding(about, "FAIL", str(error), "A template may use: " + ", ".join(Letterhead.model_fields) + ".")
            return
    if settings.brand.language not in languages:
        todo = f"Write it in {settings.brand.language!r} too: that is used when we do not know a person's language."
        yield Finding(about, "warn", f"template {play.template} in {', '.join(languages)}", todo)
    else:
        yield Finding(about, "ok", f"template {play.template} in {', '.join(languages)}")


def _language(file: Path) -> str:
    return file.name.removesuffix(".j2").rpartition(".")[2]


def _channel(channel: Channel) -> Finding:
    missing = channel.ready()
    return (
        Finding(f"channel {channel.id}", "ok", "ready")
        if missing is None
        else Finding(f"channel {channel.id}", "FAIL", missing)
    )


def _steps(settings: Settings) -> Iterator[Finding]:
    names = dict.fromkeys((*settings.steps.cycle, *settings.steps.triage, *settings.steps.ooda))
    make_importable(settings.project)
    for name in names:
        try:
            step_function(name)
        except FlywheelError as error:
            yield Finding(f"step {name}", "FAIL", str(error))
            return
    yield Finding("steps", "ok", ", ".join(names))
