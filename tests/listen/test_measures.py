"""Figures that others counted come in as measures, with how many answered and when; never as fake feedback."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from sheets import write_xlsx

from flywheel.domain.standing import Measure
from flywheel.errors import PermanentError
from flywheel.listen.measure_cells import Numbers
from flywheel.listen.measures_csv import MeasuresCsv
from flywheel.listen.measures_excel import MeasuresExcel

GIVEN = {"id": "staff", "voice": "employee", "provenance": "A survey of 2017", "columns": {"brand": "trust"}}
WIDE = {
    "year": 2017,
    "measures": [
        {"column": "{q}.{answer}", "measure": "{q} {answer}", "n": "{q}.n", "unit": "percent", "higher_is_better": True}
    ],
}
LONG = {"columns": {"brand": "who", "measure": "what", "value": "figure", "n": "n", "sd": "sd", "as_of": "at"}}


def of_csv(folder: Path, content: str, name: str = "in.csv", **settings: Any) -> MeasuresCsv:
    (folder / name).write_text(content, encoding="utf-8")
    return MeasuresCsv.model_validate(GIVEN | {"path": folder / name} | settings)


def all_of(source: Any, hear: Any) -> tuple[list[Measure], list[str], dict[str, int]]:
    pages = list(source.fetch(None))
    rows = [row for page in pages for row in page.rows]
    return rows, [one.reason for page in pages for one in page.set_aside], hear_left_out(pages)


def hear_left_out(pages: list[Any]) -> dict[str, int]:
    return {reason: sum(page.left_out.get(reason, 0) for page in pages) for page in pages for reason in page.left_out}


def test_shares_come_with_how_many_answered(tmp_path: Path, hear: Any) -> None:
    content = 'trust,q1.yes,q1.no,q1.n\nA,78,22%,"1,025"\nB,NA,NA,NA\nC,101,x,40\n,1,1,1\nD,50,50,NA\n'
    measures, refused, left_out = all_of(of_csv(tmp_path, content, **WIDE), hear)
    assert [(one.brand, one.measure, one.value, one.n) for one in measures] == [
        ("A", "q1 yes", 0.78, 1025), ("A", "q1 no", 0.22, 1025), ("D", "q1 yes", 0.5, None), ("D", "q1 no", 0.5, None),
    ]  # fmt: skip
    assert measures[0].sd == pytest.approx((0.78 * 0.22) ** 0.5)
    assert measures[2].sd is None
    assert {one.as_of for one in measures} == {datetime(2017, 12, 31, tzinfo=UTC)}
    assert {(one.voice, one.basis, one.provenance) for one in measures} == {("employee", "survey", "A survey of 2017")}
    assert refused == ["no brand"]
    assert left_out == {"no figure": 2, "q1.yes: off the scale of a percent": 1, "q1.no: no number": 1}


def test_one_measure_a_row_is_read_too(tmp_path: Path, hear: Any) -> None:
    content = (
        "who,what,figure,n,sd,at\nA,index,7.5,,1.2,2026-03-01\nA,index,7.5,,1.2,2026-03-01\nA,index,8,,,2026-03-01\n"
    )
    content += "B,index,6,10,,soon\nB,,6,10,,2026-03-01\n"
    measures, refused, left_out = all_of(of_csv(tmp_path, content, **LONG), hear)
    assert [(one.brand, one.value, one.sd, one.n) for one in measures] == [("A", 7.5, 1.2, None)]
    assert refused == ["a figure that this file gives twice, differently", "no year or date that can be read"]
    assert left_out == {"no figure": 1, "a figure that this file gives twice": 1}


def test_a_file_that_did_not_change_gives_nothing_and_a_year_may_stand_in_each_row(tmp_path: Path) -> None:
    settings = {
        "columns": {"brand": "who", "year": "y", "n": "n"}, "values": {"brand": {"TJ": "Trader"}}, "basis": "table",
        "measures": [{"column": "rq", "measure": "reputation", "higher_is_better": True, "sd": "s"}],
    }  # fmt: skip
    source = of_csv(tmp_path, "who,y,rq,n,s\nTJ,2017,82.4,300,\nTJ,2018,81,300,4\nTJ,NA,80,300,\n", **settings)
    pages = list(source.fetch(None))
    assert [(one.brand, one.as_of.year, one.value, one.sd) for page in pages for one in page.rows] == [
        ("Trader", 2017, 82.4, None), ("Trader", 2018, 81, 4),
    ]  # fmt: skip
    assert [one for page in source.fetch(pages[-1].cursor) for one in page.rows] == []


def test_sheets_hold_measures_too(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "in.xlsx", {"A": [["trust", "q1.yes", "q1.n"], ["A", 40.0, 200.0]]})
    source = MeasuresExcel.model_validate(GIVEN | WIDE | {"path": tmp_path / "in.xlsx"})
    [measure] = [one for page in source.fetch(None) for one in page.rows]
    assert (measure.value, measure.n) == (0.4, 200)


def test_columns_besides_a_shape_are_left_alone(tmp_path: Path) -> None:
    [entry] = WIDE["measures"]  # type: ignore[misc]
    measures = [entry | {"besides": ["*.mean"]}, {"column": "q1.sum", "measure": "sum", "higher_is_better": True}]
    source = of_csv(tmp_path, "trust,q1.yes,q1.mean,q1.sum,q1.n\nA,1,2,3,4\n", year=2017, measures=measures)
    assert [one.measure for page in source.fetch(None) for one in page.rows] == ["q1 yes", "sum"]


def test_a_shape_that_no_column_has_is_told(tmp_path: Path) -> None:
    with pytest.raises(PermanentError, match="no column has the shape of its `measures`: trust, q1"):
        list(of_csv(tmp_path, "trust,q1\nA,1\n", **WIDE).fetch(None))
    with pytest.raises(PermanentError, match="has no column 'trust'"):
        list(of_csv(tmp_path, "who,q1.yes,q1.n\nA,1,2\n", **WIDE).fetch(None))


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"year": 2017}, "needs `measures`, or"), (WIDE | {"brand": "Own"}, "about a brand"),
        (WIDE | {"year": None}, "need their time"), (WIDE | {"provenance": ""}, "provenance"),
        (WIDE | {"columns": {"brand": "trust", "measure": "m", "value": "v"}}, "needs `measures`, or"),
        (WIDE | {"numbers": {"thousands": "."}}, "cannot both part thousands"),
    ],
)  # fmt: skip
def test_settings_that_leave_something_open_are_refused(tmp_path: Path, settings: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        of_csv(tmp_path, "", **settings)


@pytest.mark.parametrize(
    ("cell", "number"),
    [("1,025", 1025), ("1,025.5", 1025.5), ("-1,025", -1025), ("1,5", "no number"), ("12,34,567", "no number"),
     (" 7 ", 7), ("", None), ("NA", None), ("nan", "no number"), ("inf", "no number"),
     ("1e3", 1000), ("x", "no number"),     (",025", "no number")],
)  # fmt: skip
def test_a_number_is_read_as_it_is_written_or_not_at_all(cell: str, number: float | str | None) -> None:
    assert Numbers().read(cell) == number


def test_a_comma_may_begin_decimals() -> None:
    european = Numbers(thousands=".", decimal=",")
    assert (european.read("1.025,5"), european.read("0,5"), european.read("1.5")) == (1025.5, 0.5, "no number")
    assert Numbers(thousands=" ").read("1 025") == 1025
