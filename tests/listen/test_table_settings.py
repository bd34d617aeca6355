"""Columns that change their names, files that differ, dates written in several ways: nothing is guessed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from flywheel.errors import PermanentError

NPS = {"kind": "nps", "column": "n", "low": 0, "high": 10}


def test_a_column_may_be_called_differently_from_file_to_file(csv_of: Any, hear: Any, tmp_path: Path) -> None:
    csv_of("id,text\n1,new\n", name="b.csv")
    csv_of("*ID,Text\n2,old\n", name="a.csv")
    source = csv_of("id,text\n", name="c.txt", path=tmp_path / "?.csv", also_called={"id": ["*ID"], "text": ["Text"]})
    assert hear(source).texts == ["old", "new"]


def test_two_columns_that_could_be_the_same_one_are_told_and_none_is_taken(csv_of: Any, hear: Any) -> None:
    with pytest.raises(PermanentError, match="has 'text' and 'Text', and only one of them can be 'text'"):
        hear(csv_of("id,text,Text\n1,a,b\n", also_called={"text": ["Text"]}))
    with pytest.raises(PermanentError, match="has 'text' and 'text'"):
        hear(csv_of("id,text,text\n1,a,b\n"))
    with pytest.raises(ValidationError, match="also_called names 'txt', which is no column that is read"):
        csv_of("id,text\n", also_called={"txt": ["Text"]})


def test_of_two_names_in_a_json_line_the_one_that_says_something_counts(jsonl_of: Any, hear: Any) -> None:
    lines = '{"id": "1", "text": "new"}\n{"id": "2", "body": "old", "text": ""}\n'
    assert hear(jsonl_of(lines, also_called={"text": ["body"]})).texts == ["new", "old"]


def test_a_misspelt_name_in_json_lines_is_told(jsonl_of: Any, hear: Any) -> None:
    columns = {"text": "text", "external_id": "id", "said_at": "when"}
    heard = hear(jsonl_of('{"id": "1", "text": "a", "at": "2026-03-01"}\n', columns=columns))
    assert heard.notices == [
        "Source 'talk': no record on the first page of in.jsonl has anything in 'when': is it the name?"
    ]


def test_a_question_that_was_asked_in_some_files_only_is_missing_in_no_other(
    csv_of: Any, hear: Any, tmp_path: Path
) -> None:
    csv_of("id,text\n1,before\n", name="y-2016.csv")
    csv_of("id,text,n\n1,after,9\n", name="y-2017.csv")
    settings = {"path": tmp_path / "y-*.csv", "ids_within": "file"}
    heard = hear(csv_of("", name="c.txt", scores=[NPS | {"only_in": ["*-2017.csv"]}], **settings))
    assert [(row["external_id"], len(row["scores"])) for row in heard.rows] == [
        ("y-2016.csv:1", 0),
        ("y-2017.csv:1", 1),
    ]
    with pytest.raises(PermanentError, match=r"y-2016.csv has no column 'n'"):
        hear(csv_of("", name="c.txt", scores=[NPS], **settings))


def test_a_file_that_cannot_be_read_stops_none_of_the_others(csv_of: Any, tmp_path: Path) -> None:
    for name, content in {"a.csv": "no,such\n1,2\n", "b.csv": "id,text\n1,heard\n", "c.csv": ""}.items():
        csv_of(content, name=name)
    pages = csv_of("", name="d.txt", path=tmp_path).fetch(None)
    assert next(pages).rows.text == ["heard"]
    with pytest.raises(PermanentError, match=r"a.csv has no column 'text'.* So it is with 1 more of its files\."):
        next(pages)


def test_all_tables_of_a_folder_are_read(csv_of: Any, hear: Any, tmp_path: Path) -> None:
    csv_of("id,text\n1,a\n", name="a.csv")
    csv_of("id,text\n2,b\n", name="b.CSV")
    csv_of("not a table", name="notes.txt")
    assert hear(csv_of("", name="more.log", path=tmp_path)).texts == ["a", "b"]


def test_a_replaced_file_is_told_and_a_grown_one_is_not(csv_of: Any, hear: Any) -> None:
    first = hear(csv_of("id,text\n1,a\n"))
    assert first.notices == []
    grown = hear(csv_of("id,text\n1,a\n2,b\n"), first.cursor)
    assert grown.notices == []
    replaced = hear(csv_of("id,text\n3,c\n"), grown.cursor)
    assert replaced.notices == [
        "Source 'talk': in.csv was replaced and is read anew; what is stored of it already is not stored twice."
    ]
    anonymous = {"columns": {"text": "text"}}
    first = hear(csv_of("text\na\n", **anonymous))
    again = hear(csv_of("text\na\nb\n", **anonymous), first.cursor)
    assert (again.texts, again.notices) == (["a", "b"], [])  # equal rows are counted from the start: no other file


def test_other_separators_are_proposed_and_not_taken(csv_of: Any, hear: Any) -> None:
    with pytest.raises(PermanentError, match="seem to be separated otherwise: try `delimiter: ';'`"):
        hear(csv_of("id;text\n1;a\n"))


def test_a_year_and_a_month_may_come_from_the_settings(csv_of: Any, hear: Any, tmp_path: Path) -> None:
    csv_of("id,text,day\n1,a,7\n2,b,29\n", name="y-2016.csv")
    csv_of("id,text,day\n3,c,05/09/2017 12:00:00 AM\n", name="y-2017.csv")
    source = csv_of(
        "", name="c.txt", path=tmp_path / "y-*.csv", columns={"text": "text", "external_id": "id", "said_at": "day"},
        dates={"format": "%m/%d/%Y %I:%M:%S %p"}, dates_in={"*-2016.csv": {"format": "%d", "year": 2016, "month": 2}},
    )  # fmt: skip
    assert [row["said_at"] for row in hear(source).rows] == [
        datetime(2016, 2, 7, tzinfo=UTC), datetime(2016, 2, 29, tzinfo=UTC), datetime(2017, 5, 9, tzinfo=UTC),
    ]  # fmt: skip


def test_a_date_and_a_time_may_stand_in_two_columns(csv_of: Any, hear: Any) -> None:
    columns = {"text": "text", "external_id": "id", "said_at": ["day", "time"]}
    heard = hear(csv_of("id,text,day,time\n1,a,2026-03-01,10:05\n", columns=columns))
    assert heard.rows[0]["said_at"] == datetime(2026, 3, 1, 10, 5, tzinfo=UTC)


DATED = {"columns": {"text": "text", "external_id": "id", "said_at": "at"}}


def test_a_column_with_two_formats_of_dates_is_told_and_not_guessed(csv_of: Any, hear: Any) -> None:
    rows = "id,text,at\n1,a,2026-03-01\n2,b,03/21/2026\n3,c,\n4,d,2026-03-02\n"
    heard = hear(csv_of(rows, **DATED))
    assert [row["said_at"] is None for row in heard.rows] == [False, True, True, False]
    [notice] = heard.notices
    assert "1 of 2 on one page cannot be read; they seem to be written as '%m/%d/%Y'" in notice
    assert "None was guessed" in notice


def test_a_column_of_dates_that_all_fail_is_told_with_what_would_read_them(csv_of: Any, hear: Any) -> None:
    [notice] = hear(csv_of("id,text,at\n1,a,21.03.2026 10:15\n2,b,22.03.2026 11:00\n", **DATED)).notices
    assert "no date of in.csv can be read; they seem to be written as '%d.%m.%Y %H:%M'" in notice
    assert hear(csv_of("id,text,at\n1,a,\n", **DATED)).notices == []  # there is no date, and that is all


def test_of_two_named_formats_a_date_that_both_read_differently_is_not_read(csv_of: Any, hear: Any) -> None:
    rows = "id,text,at\n1,a,21/03/2026\n2,b,03/21/2026\n3,c,04/03/2026\n4,d,03/03/2026\n"
    heard = hear(csv_of(rows, dates={"format": ["%d/%m/%Y", "%m/%d/%Y"]}, **DATED))
    assert [row["said_at"] and row["said_at"].day for row in heard.rows] == [21, 21, None, 3]


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"format": "%d"}, "does not say the year"), ({"format": "%d", "year": 2014}, "does not say the month"),
        ({"format": "%d.%m.%Y", "year": 2014}, "says the year itself"),
        ({"year": 2014, "month": 2}, "give the `format`"),
        ({"format": "%d.%m", "year": 0}, "greater than or equal to 1"),
    ],
)  # fmt: skip
def test_rules_of_dates_that_leave_something_open_are_refused(csv_of: Any, rules: Any, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        csv_of("id,text\n", dates=rules)


def test_cells_of_scores_that_are_no_answers_are_counted_with_their_reason(csv_of: Any, hear: Any) -> None:
    score = NPS | {"blanks": ["11", "Blank"], "values": {"ten": 10}}
    heard = hear(
        csv_of("id,text,n\n1,a,9\n2,b,11\n3,c, Blank\n4,d,-o\n5,e,12\n6,f,\n7,g,ten\n8,h,-o\n", scores=[score])
    )
    assert [one.value for row in heard.rows for one in row["scores"]] == [9, 10]
    assert heard.left_out == {"nps: no number": 2, "nps: off its scale, 0 to 10": 1}
    assert len(heard.notices) == 2
    assert not any("-o" in notice for notice in heard.notices)  # a cell may hold a customer's words


def test_a_scale_must_have_two_ends_and_an_encoding_a_name(csv_of: Any) -> None:
    with pytest.raises(ValidationError, match="`low` below `high`"):
        csv_of("id,text\n", scores=[NPS | {"low": 10}])
    with pytest.raises(ValidationError, match="there is no encoding 'utf-9'"):
        csv_of("id,text\n", encoding="utf-9")
    with pytest.raises(ValidationError, match="there is no encoding 'base64'"):
        csv_of("id,text\n", encoding="base64")
