"""Sources as dlt's users write them: a help desk with an incremental field, a secret, and a bad day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import dlt

START = datetime(2026, 3, 1, tzinfo=UTC)
ROWS: list[dict[str, Any]] = []
BREAKS: list[Exception] = []


def fill(*numbers: int) -> None:
    ROWS.extend({"id": n, "said": f"Row {n}", "who": f"c{n}", "at": START + timedelta(hours=n)} for n in numbers)


@dlt.resource
def tickets(updated: Any = dlt.sources.incremental("at")) -> Iterator[Any]:  # noqa: B008 - dlt finds it there
    for at in range(0, len(ROWS), 3):
        yield ROWS[at : at + 3]
        if BREAKS:
            raise BREAKS[0]


@dlt.resource
def answers() -> Iterator[Any]:
    yield {"id": "a1", "said": "An answer"}


@dlt.source
def desk(subdomain: str = dlt.config.value, token: str = dlt.secrets.value) -> Any:
    assert (subdomain, token) == ("own", "hunter2")
    return [tickets, answers]


def plain() -> Iterator[Any]:
    yield from ({"id": n, "said": f"Plain {n}"} for n in range(3))
