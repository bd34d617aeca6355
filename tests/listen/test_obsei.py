"""What obsei 1.1.1 writes (its published columns, not a run of it) is read: each record once, with its rating."""

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
from flywheel.listen.obsei_source import ObseiParquet
from flywheel.store.outside_obsei import ObseiSql

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
ENRICHED = json.dumps({"classify": {"value": {"sentiment": "negative"}}})


@pytest.fixture
def outside(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    (tmp_path / "here").mkdir(exist_ok=True)
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(
            "CREATE TABLE obsei_feedback (id VARCHAR(36) PRIMARY KEY, source_type VARCHAR(64), source_instance "
            "VARCHAR(255), native_id VARCHAR(512), url TEXT, text TEXT, created_at TIMESTAMP, rating FLOAT, lang "
            "VARCHAR(16), author_pseudonym VARCHAR(64), context JSON, enrichments JSON, content_hash VARCHAR(64))"
        ))  # fmt: skip
    yield engine
    engine.dispose()


def record(number: int, said: str = "It was late.", rating: float | None = 2.0) -> tuple[Any, ...]:
    return (
        f"rec_{number:032x}", "app_store", "main", str(number), "https://store.example/1", said,
        f"2026-03-01 0{number}:00:00+00:00", rating, "en", f"psn_{number % 2:032x}", "{}", ENRICHED,
    )  # fmt: skip


def write_parquet(file: Path, *records: tuple[Any, ...]) -> None:
    duckdb = pytest.importorskip("duckdb", reason="Parquet needs DuckDB: pip install flywheel-cx[parquet]")
    file.parent.mkdir(exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE batch (id VARCHAR, source_type VARCHAR, source_instance VARCHAR, native_id VARCHAR, "
            "url VARCHAR, text VARCHAR, created_at TIMESTAMPTZ, rating DOUBLE, lang VARCHAR, author_pseudonym VARCHAR, "
            "context JSON, enrichments JSON)"
        )
        connection.executemany(f"INSERT INTO batch VALUES ({', '.join('?' * 12)})", [list(one) for one in records])
        connection.table("batch").write_parquet(str(file))


def test_obseis_parquet_files_are_read_and_a_record_that_was_written_again_is_one(tmp_path: Path) -> None:
    folder = tmp_path / "obsei"
    write_parquet(folder / "part-aa.parquet", *(record(n) for n in range(4)))
    source = ObseiParquet(id="obsei", brand="Own", path=folder)
    check_source(source)
    post = Post(sqlite(tmp_path))
    post.hear(source)
    assert post.turn(DAY).done == 4
    write_parquet(folder / "part-bb.parquet", record(3), record(2, "All is well now.", 5.0), record(5, "Off", 9.0))
    tally = post.turn(DAY + timedelta(hours=1))
    assert (tally.done, tally.reasons["edited"], tally.reasons["stars: off its scale, 1 to 5"]) == (1, 1, 1)
    assert len({row.person_id for row in post.rows("SELECT person_id FROM feedback")}) == 2
    [first] = post.rows(f"SELECT said_at, language FROM feedback WHERE external_id = '{record(1)[0]}'")
    assert tuple(first) == ("2026-03-01T01:00:00.000000Z", "en")
    post.close()


def test_obseis_table_is_read_when_it_has_changed_and_a_late_record_is_heard(outside: Engine, tmp_path: Path) -> None:
    def put(*records: tuple[Any, ...]) -> None:
        names = "id source_type source_instance native_id url text created_at rating lang author_pseudonym context"
        with outside.begin() as connection:
            for one in records:
                given = dict(zip(names.split(), one, strict=False)) | {"content_hash": "h"}
                connection.execute(text("DELETE FROM obsei_feedback WHERE id = :id"), {"id": one[0]})
                connection.execute(
                    text(f"INSERT INTO obsei_feedback ({', '.join(given)}) VALUES (:{', :'.join(given)})"), given
                )

    put(*(record(n) for n in range(3, 7)), record(8, "", None))
    url = SecretStr(outside.url.render_as_string(hide_password=False))
    source = ObseiSql(id="obsei", brand="Own", url=url)
    check_source(source)
    post = Post(sqlite(tmp_path))
    post.hear(source)
    assert (post.turn(DAY).done, len(post.rows("SELECT * FROM set_aside"))) == (4, 1)
    assert post.turn(DAY + timedelta(hours=1)).reasons.get("duplicate") is None
    put(record(1, "Came late."), record(4, "All is well now.", 5.0))
    tally = post.turn(DAY + timedelta(hours=2))
    assert (tally.done, tally.reasons["edited"], tally.reasons["duplicate"]) == (1, 1, 3)
    assert [row.value for row in post.rows("SELECT value FROM score ORDER BY value")] == [2, 2, 2, 2, 5]
    post.close()
