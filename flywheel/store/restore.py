"""A backup put back into an empty store, all in one transaction; the restored store does not send what was sent."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, delete, exists, func, insert, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from flywheel.domain.record import Moment, Record
from flywheel.errors import ConfigError, StoreError
from flywheel.store import lease, sent_before
from flywheel.store.backup import ROWS, TAKEN_AT, sqlite_file
from flywheel.store.codec import moment, stamp, table
from flywheel.store.engine import make_private, open_engines, parse_url
from flywheel.store.faults import translated
from flywheel.store.pouring import Tell, count_rows, number_on, pour
from flywheel.store.schema import HEAD, is_known, revision, upgrade
from flywheel.store.tables import METADATA, AuditRow, CycleRow, LeaseRow, StoreFactRow
from flywheel.store.views import drop_statements

_FENCES_APART = 1_000_000
"""Cycles that the earlier life may have begun after the backup: none of its fences proves anything here."""
_FACT, _LEASE, _CYCLE = table(StoreFactRow), table(LeaseRow), table(CycleRow)


class Found(Record):
    """What a backup says of itself."""

    taken_at: Moment
    schema_version: str
    rows: dict[str, int]


class Restored(Record):
    """What was put back. `sent_before` is None where the earlier life is surely gone: then no message is in doubt."""

    taken_at: Moment
    schema_before: str
    schema_version: str
    rows: dict[str, int]
    in_doubt: int
    running_cycles: int
    sent_before: Moment | None


class Restoring(Record):
    """How to put a backup back: what its store must have been made with, when, by whom, and what became of it.

    `resume`: the earlier life of the store ended with the backup, it sent nothing since.
    """

    facts: dict[str, str]
    now: Moment
    actor: str
    resume: bool = False


def restore(url_text: str, file: Path, how: Restoring, tell: Tell) -> Restored:
    """Put a backup into an empty or absent store; whatever goes wrong, nothing of it is kept.

    Raises ConfigError where the file is no backup of this project, StoreError, StoreBusyError.
    """
    found = _examined(file, how.facts)
    url = parse_url(url_text)
    make_private(url)
    engines = (*open_engines(url), *sqlite_file(file))
    target_engine, _, _, origin_engine = engines
    try:
        with target_engine.begin() as target, origin_engine.begin() as origin:
            lease.alone(target)
            _make_room(target, found.schema_version)
            pour(origin, target, found.rows, tell)
            upgrade(target)
            number_on(target)
            return _begun_anew(target, found, how)
    except SQLAlchemyError as error:
        raise translated(error, url) from None
    finally:
        for engine in engines:
            engine.dispose()


def _examined(file: Path, facts: dict[str, str]) -> Found:
    """Return what a backup says of itself, if it is whole and of this project."""
    if not file.is_file():
        raise ConfigError(f"There is no backup {str(file)!r}.")
    engines = sqlite_file(file)
    try:
        with engines[1].begin() as connection:
            found = _read(connection, file, facts)
            damage = connection.execute(text("PRAGMA integrity_check")).scalar()
            if damage != "ok" or count_rows(connection, found.rows) != found.rows | _facts_too(found):
                raise StoreError(f"The backup {str(file)!r} is damaged: take an earlier one.")
    except SQLAlchemyError as error:
        why = getattr(error, "orig", None)
        said = why.sqlite_errorname if isinstance(why, sqlite3.Error) else type(error).__name__
        raise StoreError(f"{str(file)!r} is no backup, or it is damaged ({said}).") from None
    finally:
        for engine in engines:
            engine.dispose()
    return found


def _facts_too(found: Found) -> dict[str, int]:
    return {_FACT.name: found.rows[_FACT.name] + len((TAKEN_AT, ROWS))}


def _read(connection: Connection, file: Path, facts: dict[str, str]) -> Found:
    schema = revision(connection)
    if schema is not None and not is_known(schema):
        raise ConfigError(f"The backup {str(file)!r} is of schema {schema}, newer than this version: upgrade Flywheel.")
    told = {} if schema is None else dict(connection.execute(select(_FACT)).tuples().all())
    if schema is None or TAKEN_AT not in told:
        raise ConfigError(f"{str(file)!r} is no backup that `flywheel store backup` has made.")
    for name, value in facts.items():
        if told.get(name) != value:
            raise ConfigError(
                f"The backup {str(file)!r} is of a store with another {name.replace('_', ' ')} than this project has: "
                "restore it in its own project, with its own key (.flywheel/key or FLYWHEEL_KEY)."
            )
    return Found(taken_at=moment(told[TAKEN_AT]), schema_version=schema, rows=json.loads(told[ROWS]))


def _make_room(target: Connection, schema: str) -> None:
    """Bring the empty store to the schema of the backup; raises ConfigError unless it is empty."""
    if revision(target) is not None:
        upgrade(target)
        if target.dialect.name == "postgresql":
            target.execute(text(f"LOCK TABLE {', '.join(METADATA.tables)}"))  # whoever writes now is waited for
        for name, rows in METADATA.tables.items():
            if name != _FACT.name and target.execute(select(exists().select_from(rows))).scalar():
                raise ConfigError(
                    f"The store is not empty (there are rows in {name!r}), and a restore overwrites nothing: move the "
                    "store away, or name a new one in FLYWHEEL_DATABASE_URL."
                )
        if schema == HEAD:
            target.execute(delete(_FACT))
            return
        for statement in (*drop_statements(), "DROP TABLE alembic_version"):
            target.execute(text(statement))
        METADATA.drop_all(target)
    upgrade(target, schema)


def _begun_anew(target: Connection, found: Found, how: Restoring) -> Restored:
    """Make the copy a store of its own: nobody holds it, and what may have been sent is in doubt."""
    target.execute(delete(_FACT).where(_FACT.c.name.in_((TAKEN_AT, ROWS))))
    nobody = {"cycle_id": "", "owner": "", "until": stamp(how.now), "fence": _LEASE.c.fence + _FENCES_APART}
    target.execute(update(_LEASE).values(nobody))
    since, in_doubt = None, 0
    if not how.resume:
        error = f"restored from a backup of {stamp(found.taken_at)}: it may have been sent since"
        since, in_doubt = sent_before.mark(target, how.now, error)
    running = select(func.count()).select_from(_CYCLE).where(_CYCLE.c.status == "running")
    detail = f"{sum(found.rows.values())} rows, {in_doubt} messages in doubt{', resumed' if how.resume else ''}"
    note = {"at": stamp(how.now), "actor": how.actor, "action": "restore", "detail": detail}
    target.execute(insert(table(AuditRow)).values(subject=f"backup of {stamp(found.taken_at)}", **note))
    return Restored(
        taken_at=found.taken_at, schema_before=found.schema_version, schema_version=HEAD, rows=found.rows,
        in_doubt=in_doubt, running_cycles=int(target.execute(running).scalar_one()), sent_before=since,
    )  # fmt: skip
