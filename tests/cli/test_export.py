"""A view as a file: whole, guarded, in kinds that are kept."""

from __future__ import annotations

import csv
import json

import duckdb
import pytest

from flywheel.parquet_file import write_parquet


@pytest.fixture
def turned(flywheel, project):
    assert flywheel("run", "--engine", "local", "--until", "2026-01-20").code == 0
    return project


def test_an_export_is_complete_and_guarded(flywheel, project):
    data = project / "reviews.csv"
    data.write_text(data.read_text() + 'r15,2026-01-15,Lumen Rail,"=HYPERLINK(""http://x"") is late"\n')
    flywheel("run", "--engine", "local", "--until", "2026-01-20")
    assert flywheel("export", "v_feedback", "--out", "out.csv", "--json").document["rows"] == 15
    with (project / "out.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows[-1]["text"].startswith("'=HYPERLINK")
    assert (project / "out.csv").stat().st_mode & 0o077 == 0
    lines = flywheel("export", "v_feedback", "--format", "jsonl").out.splitlines()
    assert json.loads(lines[-1])["text"].startswith("=HYPERLINK")


def test_a_parquet_export_keeps_kinds_and_says_what_the_lines_say(flywheel, turned):
    assert flywheel("export", "v_score", "--format", "parquet", "--out", "scores.parquet", "--json").code == 0
    n = flywheel("export", "v_feedback", "--format", "parquet", "--out", "said.parquet", "--json").document["rows"]
    lines = [json.loads(line) for line in flywheel("export", "v_feedback", "--format", "jsonl").out.splitlines()]
    said = duckdb.sql(f"FROM read_parquet('{turned / 'said.parquet'}')")
    assert [dict(zip(said.columns, row, strict=True)) for row in said.fetchall()] == lines
    assert n == len(lines) > 0
    assert (turned / "said.parquet").stat().st_mode & 0o077 == 0
    assert [path for path in turned.iterdir() if path.name.startswith(".flywheel-")] == []


def test_parquet_cells_are_of_the_kind_that_all_of_a_column_are(tmp_path):
    rows = [
        (1, "2026-01-01", None, "a\x00b", 1),
        (2, "007", None, "\U0001f600", 0.5),
    ]
    assert write_parquet(tmp_path / "x.parquet", ("a", 'b"; --', "c", "d", "e"), rows) == 2
    read = duckdb.sql(f"FROM read_parquet('{tmp_path / 'x.parquet'}')")
    assert read.fetchall() == [(1, "2026-01-01", None, "a\x00b", 1.0), (2, "007", None, "\U0001f600", 0.5)]
    assert [str(kind) for kind in read.types] == ["BIGINT", "VARCHAR", "VARCHAR", "VARCHAR", "DOUBLE"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("v_feedbak",), "v_feedback"),
        (("v_feedback", "--format", "parquet"), "--out"),
        (("v_audit", "--json"), "--out"),
    ],
)
def test_an_export_that_cannot_be_is_explained(flywheel, project, words, says):
    screen = flywheel("export", *words)
    assert screen.code == 2
    assert says in screen.err
