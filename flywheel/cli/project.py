"""The doctor's look at the project: configuration, secrets, plugins, key, store, schedules, the last cycle."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

from flywheel.cli.findings import Finding
from flywheel.cli.screen import count
from flywheel.config import Settings, load
from flywheel.config.settings import Schedule
from flywheel.config.yaml_files import read_folder
from flywheel.errors import ConfigError, FlywheelError
from flywheel.plugins import SOCKETS, installed, plugin_class
from flywheel.steps.held_back import resting_words
from flywheel.store import Shelves, Store
from flywheel.vault import KEY_VARIABLE, open_vault
from flywheel.wheel import DATABASE_VARIABLE, Flywheel, database_url

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(:-[^}]*)?\}")
_OLD = timedelta(hours=6)


def examine_project(config: Path) -> Iterator[Finding]:
    """Yield what was found."""
    yield from _plugins()
    yield from _variables(config)
    try:
        settings = load(config)
    except ConfigError as error:
        yield Finding("configuration", "FAIL", str(error), "Mend it; `flywheel check --schema` helps your editor.")
        return
    yield Finding("configuration", "ok", f"{len(settings.sources)} sources, {len(settings.plays)} plays")
    yield _key(settings.project)
    yield from _store(settings, config)
    now = datetime.now(UTC)  # noqa: TID251 - the doctor asks what time it is
    yield from (_next_run(schedule, now) for schedule in settings.schedules)


def _plugins() -> Iterator[Finding]:
    names = [(socket, kind) for socket in SOCKETS for kind in installed(socket)]
    good = 0
    for socket, kind in names:
        try:
            plugin_class(socket, kind)
            good += 1
        except ConfigError as error:
            yield Finding(f"{socket} {kind}", "FAIL", str(error), "Install the package again, or remove it.")
    yield Finding("plugins", "ok", f"{good} of {len(names)} installed plugins can be loaded")


def _variables(config: Path) -> Iterator[Finding]:
    try:
        raw = repr(read_folder(config, os.environ).raw)
    except ConfigError:
        return
    for name, default in sorted(set(_VARIABLE.findall(raw))):
        if name in os.environ:
            yield Finding(f"${{{name}}}", "ok", "is set")
        elif default:
            yield Finding(f"${{{name}}}", "ok", "is not set; its default is used")
        else:
            yield Finding(f"${{{name}}}", "FAIL", "is not set", f"Set {name} in the environment before you start.")


def _key(project: Path) -> Finding:
    try:
        open_vault(project)
    except ConfigError as error:
        return Finding("key", "FAIL", str(error), "`flywheel init .` writes a key where there is none.")
    where = KEY_VARIABLE if os.environ.get(KEY_VARIABLE) else "a file that only you can read"
    return Finding("key", "ok", f"from {where}; keep a copy: without it nobody is recognised again")


def _store(settings: Settings, config: Path) -> Iterator[Finding]:
    where = DATABASE_VARIABLE if os.environ.get(DATABASE_VARIABLE) else "the project folder"
    try:
        store = Store(database_url(settings.project))
        try:
            store.require_migrated()
        finally:
            store.close()
        yield Finding("store", "ok", f"{store.name} (from {where}), schema up to date")
    except FlywheelError as error:
        yield Finding("store", "FAIL", str(error))
        return
    try:
        yield from _cycles(Flywheel.open(config))
    except FlywheelError as error:
        yield Finding("project and store", "FAIL", str(error))


def _cycles(wheel: Flywheel) -> Iterator[Finding]:
    try:
        with wheel.store.read() as shelves:
            last, running = shelves.cycles.newest(), shelves.cycles.newest(statuses=("running",))
            sending = tuple(_sending(shelves))
        now = wheel.clock()
    finally:
        wheel.store.close()
    if last is None:
        yield Finding("last cycle", "ok", "none yet")
    else:
        state = "ok" if last.status in ("completed", "running") else "warn"
        todo = "" if state == "ok" else f"`flywheel retry {last.cycle.id[:12]}`"
        said = f"{last.cycle.flow} until {last.cycle.window.until:%Y-%m-%d %H:%M} {last.status}"
        yield Finding("last cycle", "ok" if state == "ok" else "warn", said, todo)
    if running is not None and now - running.started_at > _OLD:
        said = f"{running.cycle.flow} {running.cycle.id[:12]} is running since {running.started_at:%Y-%m-%d %H:%M}"
        todo = f"If its process is gone, `flywheel {_command(running.cycle.flow)}` takes it up again."
        yield Finding("old run", "warn", said, todo)
    yield from sending


def _sending(shelves: Shelves) -> Iterator[Finding]:
    messages, paused = shelves.outbox.statuses(), shelves.audit.sending_paused()
    for status, said, todo in (("waiting", "for approval", "approvals list"), ("unknown", "in doubt", "outbox list")):
        if messages[status]:
            yield Finding("messages", "warn", f"{count(messages[status], 'message')} {said}", f"`flywheel {todo}`.")
    yield from (Finding("channel", "warn", words) for words in resting_words(shelves.breakers.open().values()))
    if paused is not None:
        yield Finding("sending", "warn", paused, "`flywheel resume` when the reason is gone.")


def _command(flow: str) -> str:
    return "run" if flow == "cycle" else flow


def _next_run(schedule: Schedule, now: datetime) -> Finding:
    about = f"schedule {schedule.name}"
    if schedule.every_minutes is not None:
        return Finding(about, "ok", f"{schedule.flow} every {schedule.every_minutes} minutes under `flywheel schedule`")
    try:
        cronsim = import_module("cronsim")  # comes with Prefect
    except ImportError:
        said = f"{schedule.flow} at {schedule.cron!r}: its next run cannot be told here"
        return Finding(about, "warn", said, "Type `pip install cronsim`.")
    try:
        found = next(iter(cronsim.CronSim(schedule.cron, now.astimezone(ZoneInfo(schedule.zone)))))
    except (cronsim.CronSimError, StopIteration):
        said = f"{schedule.cron!r} is no cron line, or never happens"
        return Finding(about, "FAIL", said, "Write five fields: 0 7 * * 1 is every Monday at seven.")
    return Finding(about, "ok", f"{schedule.flow} next at {found:%Y-%m-%d %H:%M} {schedule.zone}")
