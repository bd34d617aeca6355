"""Checking the project: settings, the first pages of each source, templates, channels; stores and sends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flywheel.assets import template_folders
from flywheel.cli.check_sources import check_source
from flywheel.cli.findings import Finding, show
from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import count, print_json
from flywheel.config import Settings, json_schema, load
from flywheel.domain.play import Play
from flywheel.errors import FlywheelError, PermanentError
from flywheel.plugins import make_importable
from flywheel.ports import Channel
from flywheel.stepping import step_function

if TYPE_CHECKING:
    from flywheel.act.words import Letterhead


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
        *(check_source(source) for source in settings.heard()),
        *_analyzer(settings),
        *(one for play in settings.plays for one in _templates(play, settings)),
        *(_channel(channel) for channel in settings.channels),
        *_steps(settings),
    ]
    return show(found, options)


def _analyzer(settings: Settings) -> Iterator[Finding]:
    from flywheel.domain.reading import Texts

    readings = settings.analyzer.read(
        Texts(["The train was late."], [None], [None], [settings.brand.name]), settings.topics
    )
    yield Finding("analyzer", "ok", f"{readings.model}, {count(len(settings.topics), 'topic')}")


def _templates(play: Play, settings: Settings) -> Iterator[Finding]:
    for template in dict.fromkeys(play.template_of(way) for way in play.ways):
        yield from _template(play, template, settings)


def _template(play: Play, template: str, settings: Settings) -> Iterator[Finding]:
    from flywheel.act.words import Letterhead, Wordsmith

    folders = template_folders(settings.project, "messages")
    languages = sorted({_language(file) for folder in folders for file in folder.glob(f"{template}.*.j2")})
    about = f"play {play.name}"
    if not languages:
        path = Path("templates") / "messages" / f"{template}.{settings.brand.language}.j2"
        yield Finding(about, "FAIL", f"there is no template {template!r}", f"Write {path}.")
        return
    for language in languages:
        try:
            for topic in (None, "delay"):
                Wordsmith(folders).write(template, (language,), _example(play, settings, topic))
        except PermanentError as error:
            yield Finding(about, "FAIL", str(error), "A template may use: " + ", ".join(Letterhead.model_fields) + ".")
            return
    yield from _tone(play, template, settings, languages)
    if settings.brand.language not in languages:
        todo = f"Write it in {settings.brand.language!r} too: that is used when we do not know a person's language."
        yield Finding(about, "warn", f"template {template} in {', '.join(languages)}", todo)
    else:
        yield Finding(about, "ok", f"template {template} in {', '.join(languages)}")


def _tone(play: Play, template: str, settings: Settings, languages: Sequence[str]) -> Iterator[Finding]:
    """Warn the author of what may hurt or annoy; in which languages, `flywheel.act.tone` knows."""
    from flywheel.act.tone import warnings
    from flywheel.act.words import Wordsmith

    smith = Wordsmith(template_folders(settings.project, "messages"))
    for language in languages:
        words = smith.write(template, (language,), _example(play, settings, None))
        for warning in warnings(f"{words.subject}\n{words.body}", language, play.tier):
            yield Finding(f"tone {template}.{language}", "warn", warning, "Say it as you would to a neighbour.")


def _example(play: Play, settings: Settings, topic: str | None) -> Letterhead:
    from flywheel.act.words import Letterhead

    return Letterhead(
        brand=settings.brand.name, play=play.name, topic=topic, topic_words=topic, touchpoint=topic,
        said_on="5 January 2026",
    )  # fmt: skip


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
