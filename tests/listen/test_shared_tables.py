"""Tables as the world publishes them: columns that drift, shares by trust, dirty labels, people without ids."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flywheel.listen.csv_source import CsvSource
from flywheel.listen.measures_csv import MeasuresCsv
from flywheel.listen.prepare import prepare

CLOCK = {"zone": "America/Los_Angeles"}
SURVEY = {
    "id": "sfo", "brand": "SFO", "medium": "survey", "ids_within": "file",
    "columns": {"external_id": "RESPNUM", "said_at": "INTDATE"}, "also_called": {"RESPNUM": ["*RESPNUM"]},
    "dates": CLOCK | {"format": "%m/%d/%Y %I:%M:%S %p"},
    "dates_in": {f"*_{year}.csv": CLOCK | {"format": "%d", "year": year, "month": 5} for year in (2014, 2015, 2017)},
    "scores": [
        # 6 = never used; what is blank is written in four ways
        {"kind": "csat", "column": "Q7ALL", "low": 1, "high": 5, "blanks": ["0", "6", "Blank", "BLANK"]},
        {"kind": "nps", "column": "NETPRO", "low": 0, "high": 10, "blanks": ["11"], "only_in": ["*_2017.csv"]},
    ],
}  # fmt: skip
ROWS = {2014: 2_818, 2015: 2_958, 2016: 3_087, 2017: 2_831}
SATISFIED = {2014: (2_677, 3.9959), 2015: (2_810, 4.0480), 2016: (2_919, 4.0380), 2017: (2_688, 4.0644)}


def test_four_years_of_a_survey_whose_columns_drift_come_through_one_source(data_dir: Path, hear: Any) -> None:
    heard = hear(CsvSource.model_validate(SURVEY | {"path": data_dir / "10_benchmarks" / "sfo_airport_survey_*.csv"}))
    scores: defaultdict[tuple[int, str], list[float]] = defaultdict(list)
    rows = Counter(int(position.position[19:23]) for position in heard.set_aside)
    for row in heard.rows:
        rows[row["said_at"].astimezone(ZoneInfo("America/Los_Angeles")).year] += 1
        for one in row["scores"]:
            scores[row["said_at"].year, one.kind].append(one.value)
    assert rows == ROWS
    assert {one.reason for one in heard.set_aside} == {"no text and no score"}
    assert len({row["external_id"] for row in heard.rows}) == len(heard.rows)
    assert (heard.left_out, heard.notices) == ({}, [])  # every blank is known as one
    told = {
        year: (len(answers), round(sum(answers) / len(answers), 4))
        for (year, kind), answers in scores.items()
        if kind == "csat"
    }
    assert told == SATISFIED
    answers = scores[2017, "nps"]
    assert [key for key in scores if key[1] == "nps"] == [(2017, "nps")]
    promoters, detractors = sum(one >= 9 for one in answers), sum(one <= 6 for one in answers)
    assert len(answers) == 2_746
    nps = 100 * (promoters - detractors) / len(answers)
    assert nps == pytest.approx(39.84, abs=0.005)
    spread = ((promoters + detractors) / len(answers) - (nps / 100) ** 2) ** 0.5
    half = 196 * spread / len(answers) ** 0.5
    assert (nps - half, nps + half) == pytest.approx((37.22, 42.45), abs=0.01)
    print(f"NPS {nps:+.1f} ({nps - half:+.1f} to {nps + half:+.1f}) on {len(answers):,} answers")


def test_shares_of_a_staff_survey_come_in_as_measures_with_how_many_answered(data_dir: Path) -> None:
    source = MeasuresCsv.model_validate({
        "id": "staff", "voice": "employee", "path": data_dir / "07_employee" / "nhs_staff_survey_2017_by_trust.csv",
        "columns": {"brand": "Code"}, "year": 2017, "provenance": "NHS Staff Survey 2017",
        "measures": [
            {"column": "{q}.{answer}", "measure": "{q} {answer}", "n": "{q}.Respondents", "unit": "percent",
             "higher_is_better": True, "besides": ["*.vigor*", "*.dedication*", "*.absorption*"]},
            {"column": "q2a.vigor.mean", "measure": "vigour", "n": "q2a.Respondents", "sd": "q2a.vigor.sd",
             "higher_is_better": True},
            {"column": "SHMI.index", "measure": "mortality", "higher_is_better": False},
        ],
    })  # fmt: skip
    pages = list(source.fetch(None))
    measures = [one for page in pages for one in page.rows]
    assert [one for page in pages for one in page.set_aside] == []
    assert len({one.brand for one in measures}) == 138
    shares = [one for one in measures if one.measure not in ("vigour", "mortality")]
    assert all(one.n and one.n > 100 and one.sd is not None and 0 <= one.value <= 1 for one in shares)
    by_name = {(one.brand, one.measure): one for one in measures}
    known = by_name["R1K", "q1 Frequently"]
    assert (known.value, known.n) == (0.78, 3_526)
    left_out = Counter[str]()
    for page in pages:
        left_out.update(page.left_out)
    assert set(left_out) == {"no figure"}
    columns = len({one.measure for one in measures})
    assert len(measures) + left_out["no figure"] == 138 * columns
    print(
        f"{len(measures):,} measures of 138 trusts, {columns} a trust; {left_out['no figure']:,} cells without a figure"
    )


def test_eight_years_of_engagement_come_in_as_measures_of_their_years(data_dir: Path) -> None:
    source = MeasuresCsv.model_validate({
        "id": "staff", "voice": "employee", "path": data_dir / "07_employee" / "nhs_staff_engagement_2012_2019.csv",
        "columns": {"brand": "Code", "year": "Year.Index", "n": "Responses"}, "provenance": "NHS Staff Surveys",
        "measures": [
            {"column": "Engagement.Index", "measure": "engagement", "higher_is_better": True},
            {"column": "SHMI.Index", "measure": "mortality", "higher_is_better": False},
        ],
    })  # fmt: skip
    pages = list(source.fetch(None))
    measures = [one for page in pages for one in page.rows]
    assert len({one.brand for one in measures}) == 146
    assert {one.as_of.year for one in measures} == set(range(2012, 2020))
    assert all(one.n for one in measures if one.measure == "engagement")
    assert len(measures) + sum(page.left_out.get("no figure", 0) for page in pages) == 2 * 1_084


def test_dirty_labels_are_counted_and_cost_no_row(data_dir: Path, hear: Any) -> None:
    score = {"kind": "criticality", "column": "criticality", "low": -5, "high": 5, "blanks": ["NA"]}
    heard = hear(CsvSource.model_validate({
        "id": "fft", "path": data_dir / "01_multibrand_feedback" / "nhs_fft_3trusts_text.csv", "scores": [score],
        "columns": {"text": "feedback", "brand": "organization", "touchpoint": "question", "external_id": "row_index"},
    }))  # fmt: skip
    assert (len(heard.rows), heard.set_aside) == (10_334, [])
    assert heard.left_out == {"criticality: no number": 25, "criticality: off its scale, -5 to 5": 7}
    assert sum(len(row["scores"]) for row in heard.rows) == 10_334 - 25 - 7 - 4
    assert len(heard.notices) == 2


def test_people_whose_rows_are_equal_stay_apart(data_dir: Path) -> None:
    names = ["history_segment", "zip_code", "newbie", "channel", "segment", "mens", "womens", "recency", "history"]
    source = CsvSource.model_validate({
        "id": "mail", "brand": "Own", "path": data_dir / "09_learn" / "hillstrom_email_rct_64k.csv",
        "columns": {"text": names},
        "scores": [{"kind": one, "column": one, "low": 0, "high": 1_000} for one in ("visit", "conversion", "spend")],
    })  # fmt: skip
    seen, ids, contents = Counter[str](), list[str](), list[str]()
    for page in source.fetch(None):
        heard = prepare(page.rows, source, ZoneInfo("UTC"), str, seen)
        ids += heard.id
        contents += heard.content_hash
    assert len(ids) == len(set(ids)) == 64_000
    assert 64_000 - len(set(contents)) == 6_562
