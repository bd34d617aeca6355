"""Tables in files: grown, replaced, broken, odd; nothing read twice that need not be, nothing lost without a word."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from flywheel.errors import PermanentError
from flywheel.listen.csv_source import CsvSource
from flywheel.listen.outcome_csv import OutcomeCsv
from flywheel.listen.person_csv import PersonCsv
from flywheel.listen.prepare import prepare

ROWS = "id,text\n" + "".join(f"{n},row {n}\n" for n in range(7))


def test_a_grown_file_costs_only_its_new_rows(csv_of: Any, hear: Any) -> None:
    first = hear(csv_of(ROWS))
    assert first.cursor.value["in.csv"]["bytes"] == len(ROWS)
    assert len(first.rows) == 7
    again = hear(csv_of(ROWS + "7,row 7\n8,row 8\n"), first.cursor)
    assert again.texts == ["row 7", "row 8"]
    assert again.positions == [f"in.csv, byte {len(ROWS)}, line 1", f"in.csv, byte {len(ROWS)}, line 2"]
    assert hear(csv_of(ROWS + "7,row 7\n8,row 8\n"), again.cursor).rows == []


def test_a_replaced_file_is_read_again(csv_of: Any, hear: Any) -> None:
    first = hear(csv_of(ROWS))
    changed = ROWS.replace("row 1", "ROW 1") + "7,row 7\n"
    assert hear(csv_of(changed), first.cursor).texts == ["row 0", "ROW 1", *(f"row {n}" for n in range(2, 8))]
    assert hear(csv_of("id,text\n9,short\n"), first.cursor).texts == ["short"]


def test_a_last_line_without_a_newline_is_read_and_its_file_again_when_it_grows(csv_of: Any, hear: Any) -> None:
    first = hear(csv_of(ROWS.rstrip("\n")))
    assert first.texts[-1] == "row 6"
    assert hear(csv_of(ROWS.rstrip("\n")), first.cursor).rows == []
    grown = hear(csv_of(ROWS.rstrip("\n") + " goes on\n7,row 7\n"), first.cursor)
    assert grown.texts[-2:] == ["row 6 goes on", "row 7"]


@pytest.mark.parametrize(
    ("content", "texts"),
    [
        (b"\xef\xbb\xbfid,text\n1,bom\n", ["bom"]),
        (b"id,text\r\n1,crlf\r\n2,more\r\n", ["crlf", "more"]),
        (b'id,text\n1,"two\nlines"\n2,x\n', ["two\nlines", "x"]),
        (b'id,text\r\n1,"two\r\nlines"\r\n', ["two\r\nlines"]),
        (b'id,text\n1,"say ""hi"""\n', ['say "hi"']),
        (b"id,text\n\n\n1,after empty lines\n", ["after empty lines"]),
        (b"text,more,id\nfirst,x,1\n", ["first"]),
        (b"id,text,\n1,a trailing comma,\n", ["a trailing comma"]),
        ("id,text\n1,zażółć \U0001f600\n".encode(), ["zażółć \U0001f600"]),
    ],
)  # fmt: skip
def test_a_file_is_read_as_people_write_it(csv_of: Any, hear: Any, content: bytes, texts: list[str]) -> None:
    heard = hear(csv_of(content))
    assert heard.texts == texts
    assert heard.set_aside == []


def test_a_row_with_too_many_cells_is_set_aside_and_a_short_one_is_filled_up(csv_of: Any, hear: Any) -> None:
    heard = hear(csv_of("id,text,more\n1,a,b,c\n2,d\n3,e,f\n4,g,h,,\n"))
    assert heard.texts == ["d", "e", "g"]
    assert [(one.position, one.reason) for one in heard.set_aside] == [
        ("in.csv, line 2", "4 cells where the header has 3"),
    ]


def test_a_quote_that_is_never_closed_is_set_aside_and_not_taken_for_one_long_text(csv_of: Any, hear: Any) -> None:
    content = 'id,text\n1,good\n2,"never closed\n3,swallowed\n4,too\n'
    heard = hear(csv_of(content))
    assert heard.texts == ["good"]
    assert [(one.position, one.reason.partition(":")[0]) for one in heard.set_aside] == [
        ("in.csv, line 3", "a quote is opened here and never closed"),
    ]  # fmt: skip
    assert hear(csv_of(content), heard.cursor).rows == []
    mended = hear(csv_of(content + '5,its end"\n6,next\n'), heard.cursor)
    assert mended.texts[-1] == "next"
    assert "swallowed" in mended.texts[-2]


def test_a_file_that_grows_inside_a_quoted_cell_loses_nothing(csv_of: Any, hear: Any) -> None:
    first = hear(csv_of('id,text\n1,one\n2,"two\n'))
    assert first.texts == ["one"]
    assert hear(csv_of('id,text\n1,one\n2,"two\nlines"\n3,three\n'), first.cursor).texts == [
        "one",
        "two\nlines",
        "three",
    ]


def test_bytes_of_another_encoding_are_set_aside_with_a_hint(csv_of: Any, hear: Any) -> None:
    content = "id,text\n1,na\u00efve\n2,plain\n".encode("latin-1")
    heard = hear(csv_of(content))
    assert heard.texts == ["plain"]
    assert [one.reason for one in heard.set_aside] == ["bytes that the encoding does not know: set `encoding`"]
    assert hear(csv_of(content, encoding="latin-1")).texts == ["naïve", "plain"]


@pytest.mark.parametrize(
    ("row", "reason"),
    [("1,  \n", "no text and no score"), ("  ,words\n", "an empty id")],
)  # fmt: skip
def test_a_row_that_says_nothing_is_set_aside(csv_of: Any, hear: Any, row: str, reason: str) -> None:
    heard = hear(csv_of("id,text\n" + row + "2,good\n"))
    assert heard.texts == ["good"]
    assert [one.reason for one in heard.set_aside] == [reason]


def test_a_column_that_is_not_there_is_told_with_the_nearest_one(csv_of: Any, hear: Any) -> None:
    with pytest.raises(
        PermanentError, match=r"in.csv has no column 'txt'. Did you mean 'text'\? Its columns: id, text"
    ):
        hear(csv_of(ROWS, columns={"text": "txt"}))


def test_a_missing_file_is_named(csv_of: Any, hear: Any, tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match=r"'talk': there is no file .*gone\.csv"):
        hear(csv_of(ROWS, path=tmp_path / "gone.csv"))
    with pytest.raises(PermanentError, match="no file"):
        hear(csv_of(ROWS, path=tmp_path / "*.tsv"))


def test_a_file_whose_header_is_no_csv_is_named(csv_of: Any, hear: Any) -> None:
    with pytest.raises(PermanentError, match="no header that can be read as CSV"):
        hear(csv_of("id,text\r1,old Mac\r2,lines\r"))


def test_all_files_of_a_glob_are_read_and_a_new_one_costs_only_itself(csv_of: Any, hear: Any, tmp_path: Path) -> None:
    csv_of("id,text\n1,one\n", name="a-1.csv")
    csv_of("id,text\n2,two\n", name="a-2.csv")
    source = csv_of("id,text\n9,other\n", path=tmp_path / "a-*.csv")
    first = hear(source)
    assert first.texts == ["one", "two"]
    csv_of("id,text\n0,zero\n", name="a-0.csv")
    assert hear(source, first.cursor).texts == ["zero"]


def test_a_bad_json_line_is_set_aside_and_the_rest_goes_on(jsonl_of: Any, hear: Any) -> None:
    lines = [
        '{"id": 1, "text": "good"}',
        "{broken",
        "[1]",
        "",
        '{"id": "2"}',
        "[" * 20_000,
        '{"id": "3", "text": "end"}',
    ]
    heard = hear(jsonl_of("\n".join(lines) + "\n"))
    assert heard.texts == ["good", "end"]
    assert Counter(one.reason for one in heard.set_aside) == {
        "not readable as JSON": 2, "a JSON list where an object was expected": 1, "no text and no score": 1,
    }  # fmt: skip


def test_a_dotted_name_reaches_into_an_object(jsonl_of: Any, hear: Any) -> None:
    line = '{"post": {"body": {"text": "deep"}}, "a.b": "flat", "id": 7}'
    heard = hear(jsonl_of(line + "\n", columns={"text": "post.body.text", "external_id": "id", "touchpoint": "a.b"}))
    assert (heard.texts, heard.rows[0]["touchpoint"], heard.rows[0]["external_id"]) == (["deep"], "flat", "7")


def ids(source: CsvSource, hear: Any) -> list[str]:
    seen: Counter[str] = Counter()
    return [
        one for page in source.fetch(None)
        for one in prepare(page.rows, source, ZoneInfo("UTC"), lambda person: f"p-{person}", seen).id
    ]  # fmt: skip


def test_equal_rows_without_an_id_stay_apart_and_rows_before_them_change_nothing(csv_of: Any, hear: Any) -> None:
    rows = "same\nother\nsame\nsame\n"
    before = ids(csv_of("text\n" + rows, columns={"text": "text"}), hear)
    assert len(set(before)) == 4
    after = ids(csv_of("text\nnew\nsame\n" + rows, columns={"text": "text"}), hear)
    assert set(before) < set(after)
    assert len(set(after)) == 6


def test_scores_outside_their_scale_and_blanks_are_no_answers(csv_of: Any, hear: Any) -> None:
    score = {"kind": "nps", "column": "n", "low": 0, "high": 10, "blanks": ["", "11"]}
    source = csv_of("id,n\n1,0\n2,10\n3,11\n4,\n5,x\n6,nan\n7,12\n", columns={"external_id": "id"}, scores=[score])
    heard = hear(source)
    assert [row["scores"][0].value for row in heard.rows] == [0, 10]
    assert len(heard.set_aside) == 5


def test_values_are_mapped_constants_fill_in_and_several_columns_make_one_text(csv_of: Any, hear: Any) -> None:
    source = csv_of(
        "id,title,body,co\n1,Late,again,O\n2,,only body,X\n", columns={
            "text": ["title", "body"], "external_id": "id", "brand": "co",
        }, values={"brand": {"O": "Own"}}, voice="employee", touchpoint="desk",
    )  # fmt: skip
    heard = hear(source)
    assert heard.texts == ["Late\nagain", "only body"]
    assert [row["brand"] for row in heard.rows] == ["Own", "X"]
    assert {(row["voice"], row["touchpoint"]) for row in heard.rows} == {("employee", "desk")}


def test_settings_that_cannot_work_are_refused(csv_of: Any) -> None:
    for settings in (
        {"columns": {"external_id": "id"}},
        {"brand": None},
        {"columns": {"txt": "a"}},
        {"delimiter": ";;"},
    ):
        with pytest.raises(ValidationError):
            csv_of(ROWS, **settings)


PEOPLE = {
    "id": "crm", "brand": "Own", "columns": {"person": "no", "value": "worth", "time_zone": "zone"},
    "contacts": {"mail": "mail"},
    "consents": [{"channel": "mail", "purpose": "service", "column": "ok", "at": "since"}],
}  # fmt: skip


def people(folder: Path, *rows: str) -> tuple[list[Any], list[Any]]:
    path = folder / "people.csv"
    path.write_text("no,worth,zone,mail,ok,since\n" + "".join(row + "\n" for row in rows), encoding="utf-8")
    pages = list(PersonCsv.model_validate(PEOPLE | {"path": path}).fetch(None))
    return [one for page in pages for one in page.rows], [one for page in pages for one in page.set_aside]


def test_a_bad_cell_never_costs_a_person_their_no(tmp_path: Path) -> None:
    facts, refused = people(
        tmp_path, "c1,much,Warsaw,a@b.example,no,2026-01-01", ",1,,,yes,2026-01-01", "c2,5,,,yes,2026-01-01"
    )
    assert [one.person for one in facts] == ["c1", "c2"]
    assert (facts[0].value, facts[0].time_zone, facts[0].consents[0].granted) == (None, None, False)
    assert [one.reason for one in refused] == [
        "a time_zone that cannot be used", "a value that cannot be used", "not a person (ValueError)",
    ]  # fmt: skip


def test_a_yes_needs_its_date_and_a_no_counts_without_one(tmp_path: Path) -> None:
    facts, _ = people(tmp_path, "c1,,,,yes,", "c2,,,,no,", "c3,,,,,", "c4,,,,YES,2026-01-01", "c5,,,,yes,soon")
    assert [[line.granted for line in one.consents] for one in facts] == [[], [False], [], [True], []]


def test_an_outcome_needs_a_person_a_date_and_a_number(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text(
        "no,at,n\nc1,2026-01-01,2\nc2,soon,1\n,2026-01-01,1\nc3,2026-01-01,nan\nc4,2026-01-01,\n", encoding="utf-8"
    )
    columns = {"person": "no", "happened_at": "at", "value": "n"}
    source = OutcomeCsv.model_validate({"id": "orders", "path": path, "columns": columns, "metric": "returned"})
    pages = list(source.fetch(None))
    assert [(one.person, one.value) for page in pages for one in page.rows] == [("c1", 2), ("c4", 1)]
    assert len([one for page in pages for one in page.set_aside]) == 3
