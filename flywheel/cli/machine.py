"""The doctor's look at the machine: versions and their bounds, SQLite, room on the disk, Prefect's address."""

from __future__ import annotations

import base64
import os
import platform
import shutil
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from packaging.requirements import Requirement

from flywheel.cli.findings import Finding
from flywheel.errors import FlywheelError
from flywheel.store import Store
from flywheel.wheel import DATABASE_VARIABLE

_PACKAGE = "flywheel-cx"
_WHY = {
    "fastapi": "Prefect's server fails with newer ones (\"Body() got an unexpected keyword argument 'min_items'\").",
    "prefect": "a minor version of Prefect may break what worked before.",
}
_SAFE_SQLITE = (3, 51, 3)
_LITTLE_ROOM, _NO_ROOM = 1 << 30, 100 << 20  # bytes
_SECONDS = 5


def examine_machine(config: Path) -> Iterator[Finding]:
    """Yield what was found."""
    yield Finding("Python", "ok", f"{platform.python_version()} at {sys.executable}")
    yield from _bounds()
    yield from _database()
    yield _room(config.resolve().parent)
    yield _prefect_api()


def _bounds() -> Iterator[Finding]:
    every = [Requirement(line) for line in requires(_PACKAGE) or ()]
    wanted = [one for one in every if one.marker is None or one.marker.evaluate({"extra": ""})]
    installed = []
    for one in wanted:
        try:
            found = version(one.name)
        except PackageNotFoundError:
            yield Finding(one.name, "FAIL", "is not installed", f'Type `pip install "{one.name}{one.specifier}"`.')
            continue
        installed.append(one.name)
        if found not in one.specifier:
            why = f" Why: {_WHY[one.name]}" if one.name in _WHY else ""
            todo = f'Type `pip install "{one.name}{one.specifier}"`.{why}'
            yield Finding(one.name, "FAIL", f"{found} is outside {one.specifier}", todo)
        elif one.name in _WHY:
            yield Finding(one.name, "ok", f"{found}, within {one.specifier}")
    yield Finding("packages", "ok", f"{len(installed)} of {len(wanted)} required ones are installed")


def _database() -> Iterator[Finding]:
    url = os.environ.get(DATABASE_VARIABLE) or "sqlite://"
    try:
        store = Store(url)
        try:
            name, _, found = store.version().partition(" ")
        finally:
            store.close()
    except FlywheelError:
        return  # the look at the store tells why it cannot be reached
    if name != "SQLite" or tuple(int(part) for part in found.split(".")) >= _SAFE_SQLITE:
        yield Finding(name, "ok", found)
        return
    says = f"{found}: before 3.51.3 a rare race in WAL mode can damage a database that several processes write at once"
    todo = f"Low risk here, where one run writes at a time; keep backups, or use PostgreSQL ({DATABASE_VARIABLE})."
    yield Finding(name, "warn", says, todo)


def _room(project: Path) -> Finding:
    folder = next(one for one in (project, *project.parents) if one.exists())
    free = shutil.disk_usage(folder).free
    says = f"{free / 2**30:.1f} GiB free"
    if free < _NO_ROOM:
        return Finding("disk", "FAIL", says, f"Make room on the disk that holds {folder}.")
    return Finding("disk", "warn" if free < _LITTLE_ROOM else "ok", says)


def _prefect_api() -> Finding:
    address = os.environ.get("PREFECT_API_URL")
    if not address:
        return Finding("Prefect API", "ok", "PREFECT_API_URL is not set: a run starts a temporary server of its own")
    if not address.startswith(("http://", "https://")):
        return Finding(
            "Prefect API", "FAIL", "PREFECT_API_URL is no http address", "Write it like http://host:4200/api."
        )
    request = urllib.request.Request(f"{address.rstrip('/')}/health")  # noqa: S310 - the scheme was looked at above
    secret, key = os.environ.get("PREFECT_API_AUTH_STRING"), os.environ.get("PREFECT_API_KEY")
    if secret:
        request.add_header("Authorization", f"Basic {base64.b64encode(secret.encode()).decode()}")
    elif key:
        request.add_header("Authorization", f"Bearer {key}")
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS):  # noqa: S310 - as above
            return Finding("Prefect API", "ok", "answers at PREFECT_API_URL")
    except (OSError, ValueError) as error:
        reason = f"HTTP {error.code}" if isinstance(error, urllib.error.HTTPError) else type(error).__name__
        todo = "Start it, or unset PREFECT_API_URL to use a temporary server."
        return Finding("Prefect API", "FAIL", f"does not answer at PREFECT_API_URL ({reason})", todo)
