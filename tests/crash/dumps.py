"""What a store holds, row for row, and in what two stores differ: clocks and trails left out, ids included."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import text

from flywheel.store import Store
from flywheel.store.views import VIEWS
from flywheel.wheel import database_url

CLOCKS = {"seen_at", "started_at", "ended_at", "at", "attempts"}
"""Columns that tell when or how often something was tried, not what came of it."""
TRAILS = {"v_audit"}
"""An append-only trail tells of both tries: that is what it is for."""
SUMS = (
    "SELECT day, model, brand, voice, topic, sum(n) AS n, sum(n_read) AS n_read, sum(n_negative) AS n_negative "
    "FROM rollup GROUP BY day, model, brand, voice, topic"
)
CURSORS = "SELECT source, cursor, version, rows, last_rows FROM source_cursor"
"""What the views do not show, and must agree all the same: the sums, and how far each source was heard."""

Dump = dict[str, list[tuple[Any, ...]]]


def dump(project: Path) -> Dump:
    """Return every view, sums and cursors, and the messages that left."""
    opened, found = Store(database_url(project)), Dump()
    with opened.read() as shelves:
        for view in VIEWS:
            if view not in TRAILS:
                names, rows = shelves.views.rows(view)
                kept = [at for at, name in enumerate(names) if name not in CLOCKS]
                found[view] = sorted((tuple(row[at] for at in kept) for row in rows), key=repr)
        for name, query in (("sums", SUMS), ("cursors", CURSORS)):
            rows = shelves._connection.execute(text(query))
            found[name] = sorted((tuple(row) for row in rows), key=repr)
    opened.close()
    left = [(path.name, path.read_text()) for path in project.glob("outbox/*")]  # drafts, too: none may stay behind
    return found | {"messages": sorted(left)}


def differences(left: Dump, right: Dump) -> list[str]:
    """Return in which views two dumps differ, with counts of what is lost and what is too much."""
    told = []
    for view, rows in left.items():
        ours, theirs = Counter(rows), Counter(right[view])
        lost, more = ours - theirs, theirs - ours
        if lost or more:
            example = next(iter(lost or more))
            told.append(f"{view}: {lost.total()} lost, {more.total()} too much, e.g. {example}")
    return told
