"""The database: where it is, its schema, how much is in it; bringing it to this version's schema; its backups."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.progress import Progress
from flywheel.cli.screen import answer, count, table
from flywheel.cli.switch import who
from flywheel.config import Settings, load
from flywheel.store import Store
from flywheel.store import migrate as migrate_store
from flywheel.store.backup import Backup, back_up
from flywheel.store.restore import Restored, Restoring
from flywheel.store.restore import restore as put_back
from flywheel.store.schema import HEAD
from flywheel.vault import open_vault
from flywheel.wheel import database_url, store_facts

Target = Annotated[Path, Parameter(help="A new file; or a folder, then the file is named by the time.")]
File = Annotated[Path, Parameter(help="A file that `flywheel store backup` has made.")]
Resume = Annotated[
    bool,
    Parameter(help="The earlier store is gone since the backup and sent nothing after it: go on sending.", negative=()),
]


def status(*, options: Options = PLAIN) -> int:
    """Show the store."""
    store = Store(database_url(load(options.config).project))
    try:
        found = store.schema()
        counts: dict[str, int] = {}
        if found == HEAD:
            with store.read() as shelves:
                counts = {name: shelves.views.count(name) for name in shelves.views.names()}
    finally:
        store.close()
    document = {"store": store.name, "schema": found, "needs": HEAD, "up_to_date": found == HEAD, "rows": counts}
    head = f"{store.name} stands at schema {found or 'none'}"
    if found != HEAD:
        answer(options, document, [f"{head}; this version needs {HEAD}: run `flywheel store migrate`."])
        return 2
    answer(options, document, [f"{head}, as this version needs.", "", *table(("view", "rows"), list(counts.items()))])
    return 0


def migrate(*, options: Options = PLAIN) -> int:
    """Migrate the store."""
    name, before, after = bring_up(load(options.config))
    changed = before != after
    said = f"from schema {before or 'none'} to {after}." if changed else f"is at schema {after} already."
    answer(options, {"store": name, "before": before, "after": after, "changed": changed}, [f"{name} {said}"])
    return 0


def backup(file: Target, /, *, options: Options = PLAIN) -> int:
    """Back up the store."""
    url, began, now = database_url(load(options.config).project), time.monotonic(), _now()
    with Progress() as progress:
        made = back_up(url, file, now, lambda share: progress.doing(f"backing up ... {share:.0%}"))
    seconds = round(time.monotonic() - began, 1)
    store = Store(url)
    try:
        with store.write(None) as shelves:
            detail = f"{sum(made.rows.values())} rows, {made.size_bytes} bytes, sha256 {made.sha256}"
            shelves.audit.note(now, who(), "backup", made.file.name, detail)
    finally:
        store.close()
    answer(options, _document(made, seconds), _backup_lines(made, seconds))
    return 0


def restore(file: File, /, *, resume: Resume = False, options: Options = PLAIN) -> int:
    """Restore the store."""
    settings = load(options.config)
    url, began = database_url(settings.project), time.monotonic()
    how = Restoring(facts=store_facts(settings, open_vault(settings.project)), now=_now(), actor=who(), resume=resume)
    with Progress() as progress:
        made = put_back(url, file, how, lambda share: progress.doing(f"restoring ... {share:.0%}"))
    seconds = round(time.monotonic() - began, 1)
    store = Store(url)
    store.close()
    answer(options, _document(made, seconds) | {"store": store.name}, _restore_lines(made, store.name, seconds))
    return 0


def bring_up(settings: Settings) -> tuple[str, str | None, str | None]:
    """Create or migrate the store of a project; return its name, its schema before and after."""
    url = database_url(settings.project)
    before, after = migrate_store(url, store_facts(settings, open_vault(settings.project)))
    store = Store(url)
    store.close()
    return store.name, before, after


def _document(made: Backup | Restored, seconds: float) -> dict[str, object]:
    return made.model_dump() | {"rows_total": sum(made.rows.values()), "seconds": seconds}


def _backup_lines(made: Backup, seconds: float) -> list[str]:
    size = f"{count(sum(made.rows.values()), 'row')}, {made.size_bytes / 1e6:,.1f} MB, schema {made.schema_version}"
    return [
        f"{made.file}: {size}, in {seconds} s; read again and found whole.",
        f"sha256 {made.sha256}",
        "",
        *table(("table", "rows"), [(name, n) for name, n in made.rows.items() if n]),
        "",
        "It holds what customers said: only you can read it (0600), keep it so.",
        "The key is NOT in it. Keep a copy of the key (.flywheel/key or FLYWHEEL_KEY) in another place: without it",
        "nobody in this backup is recognised again, and no address can be opened.",
    ]


def _restore_lines(made: Restored, name: str, seconds: float) -> list[str]:
    lines = [
        f"Restored {count(sum(made.rows.values()), 'row')} into {name}, in {seconds} s.",
        f"The backup was taken at {made.taken_at:%Y-%m-%d %H:%M:%S} UTC.",
    ]
    if made.schema_before != made.schema_version:
        lines.append(f"It was brought from schema {made.schema_before} to {made.schema_version}.")
    if made.sent_before is None:
        lines.append("What was on its way then is sent by the next act (--resume).")
    else:
        lines += [
            f"On their way then, perhaps sent since: {count(made.in_doubt, 'message')}, now `unknown`; not sent again.",
            f"What was said before {made.sent_before:%Y-%m-%d %H:%M:%S} UTC may have been answered since: messages",
            "about it become `unknown` too, for a person to look at (v_delivery). What is said later is answered.",
        ]
    if made.running_cycles:
        lines.append("A cycle was under way: `flywheel run` takes it up again.")
    return lines


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - when a person asked for it
