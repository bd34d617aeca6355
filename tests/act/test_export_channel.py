"""Messages for tools that pull: each key once, no cell a formula, half a row from a crash does no harm."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from pydantic import SecretStr

from flywheel.act.export_channel import ExportChannel
from flywheel.checks import check_channel
from flywheel.domain.delivery import Message


@pytest.fixture
def message(noon) -> Callable[..., Message]:
    def made(**values: object) -> Message:
        given = {
            "key": "k1", "channel": "crm", "person_id": "p1", "play": "help", "variant": "a", "language": "en",
            "address": SecretStr("anna@people.example"), "subject": "Sorry", "body": "Dear\nAnna", "leaves_at": noon,
        }  # fmt: skip
        return Message.model_validate(given | values)

    return made


def rows(folder: Path) -> list[dict[str, str]]:
    found = []
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as opened:
            found += list(csv.DictReader(opened))
    return found


def channel(folder: Path, **values: object) -> ExportChannel:
    return ExportChannel.model_validate({"id": "crm", "folder": folder} | values)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_conformance_suite_passes(tmp_path: Path, kind: str) -> None:
    def done() -> int:
        return len(rows(tmp_path)) if kind == "csv" else len(list(tmp_path.glob("*.parquet")))

    check_channel(channel(tmp_path, format=kind), done)


def test_a_key_is_written_once_also_by_another_process_and_on_another_day(tmp_path: Path, message, noon) -> None:
    one, other = channel(tmp_path), channel(tmp_path)
    assert one.send(message()).detail == ""
    later = message(leaves_at=noon.replace(day=3))
    assert other.send(later).detail == one.send(later).detail == "was there already"
    assert other.send(message(key="k2")).detail == ""
    assert one.send(message(key="k2")).detail == "was there already"
    assert [row["key"] for row in rows(tmp_path)] == ["k1", "k2"]
    assert (one.look_up("k2").answer, one.look_up("k3").answer) == ("ok", "in doubt")


def test_half_a_row_that_a_crash_left_is_cut_off(tmp_path: Path, message) -> None:
    channel(tmp_path).send(message())
    [file] = tmp_path.glob("*.csv")
    whole = file.read_bytes()
    channel(tmp_path).send(message(key="k2"))
    full = file.read_bytes()
    for cut in range(len(whole) + 1, len(full)):
        file.write_bytes(full[:cut])
        assert channel(tmp_path).send(message(key="k2")).detail == ""
        assert file.read_bytes() == full


def test_no_cell_is_a_formula_and_an_address_is_there_only_where_it_was_asked_for(tmp_path: Path, message) -> None:
    for at, evil in enumerate(("=1+1", "@sum", "\uff1dcmd", " \t-2")):
        channel(tmp_path).send(message(key=f"e{at}", subject=evil, body=evil))
    assert all(row["subject"].startswith("'") and "address" not in row for row in rows(tmp_path))
    channel(tmp_path / "b", with_address=True).send(message())
    assert rows(tmp_path / "b")[0]["address"] == "anna@people.example"


def test_parquet_files_are_read_as_one_table(tmp_path: Path, message) -> None:
    for key in ("k1", "k2", "k1"):
        assert channel(tmp_path, format="parquet").send(message(key=key)).answer == "ok"
    found = duckdb.sql(f"SELECT key, body FROM read_parquet('{tmp_path}/*.parquet') ORDER BY key").fetchall()
    assert found == [("k1", "Dear\nAnna"), ("k2", "Dear\nAnna")]
