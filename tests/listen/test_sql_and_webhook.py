"""Rows of another database, whose transactions commit late; and what others send to us."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from listening_post import Post, sqlite
from pydantic import SecretStr
from sqlalchemy import Engine, create_engine, text

from flywheel.checks import check_source
from flywheel.errors import PermanentError, TransientError
from flywheel.listen.rest_shape import RecordShape
from flywheel.listen.webhook_source import WebhookSource
from flywheel.steps.inbound import receive
from flywheel.store.outside import SqlSource

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def outside(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    (tmp_path / "here").mkdir(exist_ok=True)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE talk (no INTEGER, said TEXT, who TEXT, at TIMESTAMP)"))
    yield engine
    engine.dispose()


def add(engine: Engine, *rows: tuple[int, str | None, str]) -> None:
    with engine.begin() as connection:
        connection.execute(
            text("INSERT INTO talk VALUES (:no, :said, :who, :at)"),
            [{"no": no, "said": said, "who": f"c{no}", "at": at} for no, said, at in rows],
        )


def source(engine: Engine, **more: Any) -> SqlSource:
    given: dict[str, Any] = {
        "id": "desk", "brand": "Own", "url": SecretStr(engine.url.render_as_string(hide_password=False)),
        "query": "SELECT no, said, who, at FROM talk;", "newer": "no", "page_rows": 3,
        "columns": {"text": "said", "external_id": "no", "person": "who", "said_at": "at"},
    }  # fmt: skip
    return SqlSource(**given | more)


@pytest.mark.parametrize("newer", ["no", "at"])
def test_another_database_keeps_the_rules_of_a_source(outside: Engine, newer: str) -> None:
    add(outside, *((n, f"Row {n}", f"2026-03-01 0{n}:00:00") for n in range(8)))
    check_source(source(outside, newer=newer))
    rows = [row for page in source(outside, newer=newer).fetch(None) for row in page.rows]
    assert [row.said_at for row in rows] == [datetime(2026, 3, 1, n, tzinfo=UTC) for n in range(8)]


@pytest.mark.parametrize("newer", ["no", "at"])
def test_a_row_that_is_committed_late_is_not_lost(outside: Engine, tmp_path: Path, newer: str) -> None:
    post = Post(sqlite(tmp_path))
    post.hear(source(outside, newer=newer))
    add(
        outside,
        (1, "One", "2026-03-01 09:00:00"),
        (3, "Three", "2026-03-01 09:20:00"),
        (4, None, "2026-03-01 09:21:00"),
    )
    add(outside, (9, "Far", "2099-01-01 00:00:00"))
    first = post.turn(DAY)
    assert (first.done, first.reasons["set aside"]) == (3, 1)
    add(outside, (2, "Two, late", "2026-03-01 09:10:00"), (10, "Ten", "2026-03-01 10:00:00"))
    assert post.turn(DAY + timedelta(hours=1)).done == 2
    assert len(post.rows("SELECT id FROM feedback")) == 5
    post.close()


def test_a_column_that_is_not_there_is_told_and_a_password_is_not(outside: Engine) -> None:
    add(outside, (1, "One", "2026-03-01 09:00:00"))
    with pytest.raises(PermanentError, match="no column 'words'"):
        list(source(outside, columns={"text": "words", "external_id": "no"}).fetch(None))
    for url in ("postgresql+psycopg://me:hunter2@127.0.0.1:1/x", "nonsense://me:hunter2@host/x"):
        with pytest.raises((PermanentError, TransientError)) as caught:
            list(source(outside, url=SecretStr(url)).fetch(None))
        assert "hunter2" not in str(caught.value)


def test_a_webhook_is_read_like_an_api_and_a_bad_delivery_is_kept_for_a_replay(tmp_path: Path) -> None:
    shape = RecordShape(records="data", fields={"text": "said", "external_id": "id"})
    hook = WebhookSource(id="hook", brand="Own", shape=shape)
    post = Post(sqlite(tmp_path))
    post.hear(hook)
    deliveries = [json.dumps({"data": [{"id": n, "said": f"Row {n}"}]}) for n in range(3)]
    for key, body in enumerate([*deliveries, deliveries[0], "no json", json.dumps({"data": []})]):
        receive(post.wheel, hook, str(key), body, DAY)
    tally = post.turn(DAY)
    assert (tally.done, tally.reasons["duplicate"], tally.reasons["set aside"]) == (3, 1, 2)
    assert len(post.rows("SELECT id FROM set_aside WHERE raw IS NOT NULL")) == 2
    post.close()
