"""The database: where it is, its schema, how much is in it; bringing it to this version's schema."""

from __future__ import annotations

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, table
from flywheel.config import Settings, load
from flywheel.store import Store
from flywheel.store import migrate as migrate_store
from flywheel.store.schema import HEAD
from flywheel.vault import open_vault
from flywheel.wheel import database_url, store_facts


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


def bring_up(settings: Settings) -> tuple[str, str | None, str | None]:
    """Create or migrate the store of a project; return its name, its schema before and after."""
    url = database_url(settings.project)
    before, after = migrate_store(url, store_facts(settings, open_vault(settings.project)))
    store = Store(url)
    store.close()
    return store.name, before, after
