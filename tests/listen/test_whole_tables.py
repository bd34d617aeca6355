"""Excel, OpenDocument and Parquet: the same promises as for files that are read by the line."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sheets import write_ods, write_xlsx

from flywheel.checks import check_source
from flywheel.cli.guess import records_of
from flywheel.errors import PermanentError
from flywheel.listen.excel_source import ExcelSource
from flywheel.listen.parquet_source import ParquetSource

ROWS: list[list[Any]] = [[n, f"row {n}"] for n in range(7)]
HEADER = ["id", "text"]
GIVEN = {"id": "talk", "brand": "Own", "columns": {"text": "text", "external_id": "id"}}


def excel(path: Path, rows: list[list[Any]] | None = None, **settings: Any) -> ExcelSource:
    if rows is not None:
        write_xlsx(path, {"Cover": [], "Data": [[None, None], HEADER, *rows]})
    return ExcelSource.model_validate(GIVEN | {"path": path, "sheet": "Data"} | settings)


def parquet(path: Path, rows: list[list[Any]] | None = None, **settings: Any) -> ParquetSource:
    if rows is not None:
        table = " UNION ALL ".join(f"SELECT {n} AS id, '{text}' AS text" for n, text in rows)
        duckdb.connect(":memory:").execute(f"COPY ({table}) TO '{path}' (FORMAT parquet)")
    return ParquetSource.model_validate(GIVEN | {"path": path} | settings)


KINDS = {"in.xlsx": excel, "in.parquet": parquet}


@pytest.mark.parametrize("name", KINDS)
def test_a_grown_table_costs_its_new_rows_and_a_replaced_one_is_told(name: str, tmp_path: Path, hear: Any) -> None:
    made, path = KINDS[name], tmp_path / name
    first = hear(made(path, ROWS))
    assert first.texts == [f"row {n}" for n in range(7)]
    assert hear(made(path), first.cursor).rows == []
    grown = hear(made(path, [*ROWS, [7, "row 7"]]), first.cursor)
    assert (grown.texts, grown.notices) == (["row 7"], [])
    replaced = hear(made(path, [[0, "other"], *ROWS[1:]]), grown.cursor)
    assert len(replaced.texts) == 7
    assert "was replaced and is read anew" in replaced.notices[0]


@pytest.mark.parametrize("name", KINDS)
def test_what_reads_whole_tables_passes_the_suite(name: str, tmp_path: Path) -> None:
    check_source(KINDS[name](tmp_path / name, ROWS))
    check_source(KINDS[name](tmp_path / name, ROWS, columns={"text": "text"}))


@pytest.mark.parametrize("name", KINDS)
def test_rows_without_an_id_are_counted_from_the_start(name: str, tmp_path: Path, hear: Any) -> None:
    made, path = KINDS[name], tmp_path / name
    first = hear(made(path, ROWS, columns={"text": "text"}))
    assert len(hear(made(path, [*ROWS, [7, "row 0"]], columns={"text": "text"}), first.cursor).texts) == 8


@pytest.mark.parametrize("name", KINDS)
def test_what_is_wrong_with_a_table_is_told_in_words(name: str, tmp_path: Path, hear: Any) -> None:
    with pytest.raises(PermanentError, match=r"'talk': in.* has no column 'txt'. Did you mean 'text'\?"):
        hear(KINDS[name](tmp_path / name, ROWS, columns={"text": "txt"}))
    (tmp_path / name).write_bytes(b"no table at all")
    with pytest.raises(PermanentError, match=r"'talk': in.* cannot be read as"):
        hear(KINDS[name](tmp_path / name))


def test_cells_become_the_texts_that_a_person_sees(tmp_path: Path, hear: Any) -> None:
    path = tmp_path / "in.xlsx"
    columns = {"text": "text", "external_id": "id", "said_at": "at"}
    rows = [[1001.0, "two\nlines", "date:46082.5"], [None, None, None], [2.5, " zażółć ", None]]
    write_xlsx(path, {"Data": [["id", "text", "at"], *rows]})
    heard = hear(ExcelSource.model_validate(GIVEN | {"path": path, "columns": columns}))
    assert [(row["external_id"], row["text"], row["said_at"]) for row in heard.rows] == [
        ("1001", "two\nlines", datetime(2026, 3, 1, 12, tzinfo=UTC)), ("2.5", " zażółć ", None),
    ]  # fmt: skip
    assert heard.positions == ["in.xlsx, row 2", "in.xlsx, row 4"]


def test_an_opendocument_sheet_is_read(tmp_path: Path, hear: Any) -> None:
    write_ods(tmp_path / "in.ods", "Sheet", [HEADER, ["a1", "said & done"]])
    heard = hear(ExcelSource.model_validate(GIVEN | {"path": tmp_path / "in.ods"}))
    assert [(row["external_id"], row["text"]) for row in heard.rows] == [("a1", "said & done")]


def test_a_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path: Path, hear: Any) -> None:
    with pytest.raises(PermanentError, match="no sheet 'Dat'; it has Cover, Data"):
        hear(excel(tmp_path / "in.xlsx", ROWS, sheet="Dat"))
    with pytest.raises(PermanentError, match="no column 'text'"):
        hear(excel(tmp_path / "in.xlsx", sheet=None))  # the first one is empty


def test_a_file_that_would_unpack_to_fill_the_disk_is_refused(tmp_path: Path, hear: Any) -> None:
    with zipfile.ZipFile(tmp_path / "in.xlsx", "w", zipfile.ZIP_DEFLATED) as parts, parts.open("a", "w") as part:
        for _ in range(65):
            part.write(bytes(2**24))
    with pytest.raises(PermanentError, match=r"would unpack to 1\.0 GiB"):
        hear(excel(tmp_path / "in.xlsx"))


@pytest.mark.parametrize(
    ("place", "bytes_there", "why"),
    [(0, b"XX", "BadZipFile"), (6, b"\x63\x00", "NotImplementedError")],  # no entry; an entry for unpacker 9.9
)
def test_a_sheet_whose_archive_cannot_be_listed_is_called_damaged(
    tmp_path: Path, hear: Any, place: int, bytes_there: bytes, why: str
) -> None:
    source = excel(tmp_path / "in.xlsx", ROWS)
    packed = bytearray((tmp_path / "in.xlsx").read_bytes())
    entry = packed.index(b"PK\x01\x02") + place
    packed[entry : entry + 2] = bytes_there
    (tmp_path / "in.xlsx").write_bytes(packed)
    with pytest.raises(PermanentError, match=rf"in\.xlsx is damaged \({why}\)"):
        hear(source)


def test_values_with_parts_and_moments_come_out_of_parquet_as_text(tmp_path: Path, hear: Any) -> None:
    path = tmp_path / "odd [1].parquet"
    duckdb.connect(":memory:").execute(
        "COPY (SELECT 1::BIGINT AS id, NULL AS text, true AS yes, [1, 2] AS many, DATE '2026-03-01' AS day "
        f"UNION ALL SELECT 2, 'ł', false, NULL, NULL) TO '{path}' (FORMAT parquet)"
    )
    columns = {"text": ["text", "yes", "many"], "external_id": "id", "said_at": "day"}
    heard = hear(ParquetSource.model_validate(GIVEN | {"path": path.with_name("odd*.parquet"), "columns": columns}))
    assert heard.texts == ["true\n[1, 2]", "ł\nfalse"]
    assert [row["said_at"] for row in heard.rows] == [datetime(2026, 3, 1, tzinfo=UTC), None]


def test_a_sheet_can_be_tried_out(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "in.xlsx", {"Data": [HEADER, *ROWS]})
    assert records_of(tmp_path / "in.xlsx", None, 2) == (["row 0", "row 1"], "text")
