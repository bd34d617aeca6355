"""Public surveys through the whole product: an airport over four years, staff of 138 hospitals, a yearly index."""

from __future__ import annotations

import csv
import shutil
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from flywheel.turn import TurnRequest, turn_local

Rows = Callable[[Path, str], list[dict]]
YEARS = (2014, 2015, 2016, 2017)
ITEMS = {
    "csat": "Q7ALL", "signs": "Q7SIGN", "screens": "Q7SCREENS", "food": "Q7FOOD", "art": "Q7ART", "wifi": "Q7WIFI",
    "walkways": "Q7WALKWAYS", "boarding": "Q9BOARDING", "restrooms": "Q9RESTROOM",
}  # fmt: skip
BLANKS = ("0", "6", "Blank", "BLANK")
_SCALE = f"low: 1, high: 5, blanks: {list(BLANKS)}"
AIRPORT = """
brand: {name: SFO, zone: America/Los_Angeles}
segments: [area]
sources:
  - id: sfo
    kind: csv
    brand: SFO
    path: data/sfo_*.csv
    medium: survey
    ids_within: file
    columns: {external_id: RESPNUM, said_at: INTDATE}
    also_called: {RESPNUM: ["*RESPNUM"], area: [AREA, BAREA]}
    dates: {zone: America/Los_Angeles, format: "%m/%d/%Y %I:%M:%S %p"}
    dates_in:
      "*_2014.csv": {zone: America/Los_Angeles, format: "%d", year: 2014, month: 5}
      "*_2015.csv": {zone: America/Los_Angeles, format: "%d", year: 2015, month: 5}
      "*_2017.csv": {zone: America/Los_Angeles, format: "%d", year: 2017, month: 5}
    scores:
ITEMS
      - {kind: nps, column: NETPRO, low: 0, high: 10, blanks: ["11"], only_in: ["*_2017.csv"]}
    attributes: [area]
analyzer: {kind: fast, languages: [en]}
orient: {max_age_days: 40000, window_days: 250}
""".replace(
    "ITEMS", "\n".join(f"      - {{kind: {kind}, column: {column}, {_SCALE}}}" for kind, column in ITEMS.items())
)
HOSPITALS = """
brand: {name: Trust A, zone: Europe/London}
competitors: [Trust B, Trust C]
sources:
  - id: fft
    kind: csv
    path: data/fft.csv
    medium: survey
    columns: {text: feedback, brand: organization, touchpoint: question, external_id: row_index}
measures:
  - id: staff
    kind: measures_csv
    voice: employee
    path: data/staff.csv
    columns: {brand: Code}
    year: 2017
    provenance: NHS Staff Survey 2017
    measures:
      - {column: "{q}.{answer}", measure: "{q} {answer}", n: "{q}.Respondents", unit: percent, higher_is_better: true,
         besides: ["*.vigor*", "*.dedication*", "*.absorption*"]}
  - id: poll
    kind: measures_csv
    voice: customer
    path: data/poll.csv
    columns: {brand: company, year: year, measure: industry, value: rq}
    provenance: Axios Harris Poll
    basis: table
analyzer: {kind: fast, languages: [en]}
benchmarks:
  - {kind: heard}
  - {kind: table, source: staff, own: R1K, measures_named: ["q2? Often", "q2? Always", "q1 Frequently"]}
  - {kind: table, source: poll, own: Toyota Motor Corporation, measures_named: [Automotive]}
orient: {max_age_days: 40000, floor: 60}
"""


def turned(project: Path, until: datetime, *steps: str) -> str:
    request = TurnRequest(config=project / "config", until=until, as_of=until, steps=steps or None)
    result = turn_local(request)
    assert result.status == "completed", [one.error for one in result.steps]
    return result.cycle_id


def made(project: Path, config: str, ready: Callable[[Path], Path]) -> Path:
    for name in ("config", "data"):
        (project / name).mkdir()
    (project / "config" / "all.yaml").write_text(config, encoding="utf-8")
    ready(project)
    return project


def answered(file: Path, column: str, blanks: tuple[str, ...]) -> dict[str, list[int]]:
    """Return the answers to a question by boarding area, straight from the file."""
    found = defaultdict(list)
    with file.open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            if row[column] not in (*blanks, ""):
                found[row.get("BAREA") or row["AREA"]].append(int(row[column]))
    return found


@pytest.mark.usefixtures("data_dir")
def test_an_airports_satisfaction_by_year_with_what_moved_it(
    data_dir: Path, tmp_path: Path, ready: Callable[[Path], Path], rows: Rows
) -> None:
    project = made(tmp_path, AIRPORT, ready)
    cycles = {}
    for year in YEARS:
        shutil.copy(data_dir / "10_benchmarks" / f"sfo_airport_survey_{year}.csv", project / "data" / f"sfo_{year}.csv")
        cycles[year] = turned(project, datetime(year, 12, 1, tzinfo=UTC), "listen", "orient")
    found = defaultdict(dict)
    for one in rows(project, "v_finding"):
        found[one["cycle_id"]][one["kind"], one["subject"], one["part"]] = one
    for kind, column in ITEMS.items():
        by_hand = {year: answered(project / "data" / f"sfo_{year}.csv", column, BLANKS) for year in YEARS}
        for year in YEARS:
            _mean_as_by_hand(kind, by_hand[year], found[cycles[year]])
        for before, year in pairwise(YEARS):
            _moved_as_by_hand(kind, by_hand[before], by_hand[year], found[cycles[year]])
    given = [one for area in answered(project / "data" / "sfo_2017.csv", "NETPRO", ("11",)).values() for one in area]
    nps = 100 * (sum(one >= 9 for one in given) - sum(one <= 6 for one in given)) / len(given)
    told = found[cycles[2017]]["measure", "NPS", ""]
    assert told["value"] == pytest.approx(nps)
    assert nps == pytest.approx(39.8, abs=0.05)
    assert told["n"] == len(given) == 2_746
    assert (told["low"], told["high"]) == pytest.approx((37.2, 42.5), abs=0.1)
    print(f"\nNPS of 2017: {told['value']:+.1f} [{told['low']:+.1f}, {told['high']:+.1f}]")


def _mean_as_by_hand(kind: str, by_area: dict[str, list[int]], found: dict) -> None:
    values = [one for area in by_area.values() for one in area]
    mean, n = sum(values) / len(values), len(values)
    sd = (sum((one - mean) ** 2 for one in values) / (n - 1)) ** 0.5
    told = found["measure", f"{kind} 1..5", ""]
    assert (told["value"], told["n"]) == (pytest.approx(mean), n)
    assert (told["low"], told["high"]) == pytest.approx((mean - 1.96 * sd / n**0.5, mean + 1.96 * sd / n**0.5))
    print(f"\n{kind}: {mean:.3f} [{told['low']:.3f}, {told['high']:.3f}], n {n:,}", end="")


def _moved_as_by_hand(kind: str, before: dict[str, list[int]], now: dict[str, list[int]], found: dict) -> None:
    n0, n1 = (sum(map(len, year.values())) for year in (before, now))
    share = {area: (len(before[area]) / n0, len(now[area]) / n1) for area in before}
    mean = {area: (sum(before[area]) / len(before[area]), sum(now[area]) / len(now[area])) for area in before}
    rate = sum(share[area][0] * (mean[area][1] - mean[area][0]) for area in before)
    mix = sum((share[area][1] - share[area][0]) * mean[area][0] for area in before)
    whole = found["move", f"{kind} 1..5", ""]
    assert found["move", f"{kind} 1..5", "area: rate"]["value"] == pytest.approx(rate)
    assert found["move", f"{kind} 1..5", "area: mix"]["value"] == pytest.approx(mix)
    assert whole["low"] <= whole["value"] <= whole["high"]
    print("\n  ", whole["statement"], end="")


@pytest.mark.usefixtures("data_dir")
def test_three_trusts_and_138_stand_side_by_side_and_are_not_joined(
    data_dir: Path, tmp_path: Path, ready: Callable[[Path], Path], rows: Rows
) -> None:
    project = made(tmp_path, HOSPITALS, ready)
    shutil.copy(data_dir / "07_employee" / "nhs_staff_survey_2017_by_trust.csv", project / "data" / "staff.csv")
    shutil.copy(data_dir / "10_benchmarks" / "axios_harris_poll_2017_2021.csv", project / "data" / "poll.csv")
    fft = data_dir / "01_multibrand_feedback" / "nhs_fft_3trusts_text.csv"
    with (
        fft.open(encoding="utf-8", newline="") as whole,
        (project / "data" / "fft.csv").open("w", encoding="utf-8", newline="") as some,
    ):
        csv.writer(some).writerows(row for at, row in enumerate(csv.reader(whole)) if at == 0 or at % 25 == 1)
    cycle = turned(project, datetime(2022, 6, 1, tzinfo=UTC), "listen", "understand", "orient", "report")
    standings = rows(project, "v_standing")
    staff = [one for one in standings if one["provenance"] == "NHS Staff Survey 2017"]
    assert {one["brand"] for one in staff} == {"R1K"}
    assert {one["voice"] for one in staff} == {"employee"}
    assert len({one["peer"] for one in staff}) == 135  # two of the other 137 tell nothing of these questions
    assert {one["verdict"] for one in staff} >= {"ahead", "behind", "cannot tell"}
    assert all(one["low"] <= one["gap"] <= one["high"] for one in staff)
    trusts = [one for one in standings if one["voice"] == "customer" and one["basis"] == "text"]
    assert {(one["brand"], one["peer"]) for one in trusts} == {("Trust A", "Trust B"), ("Trust A", "Trust C")}
    index = [one for one in standings if one["provenance"] == "Axios Harris Poll"]
    assert index
    assert {one["verdict"] for one in index} == {"cannot tell"}
    assert {one["reason"] for one in index} == {"our figure comes without its n"}
    assert {one["as_of"][:4] for one in index} == {"2021"}
    odd = {one["statement"] for one in rows(project, "v_finding") if one["kind"] == "oddity"}
    assert "staff calls us R1K, not Trust A: the two stand side by side and are not joined." in odd
    assert len([one for one in rows(project, "v_set_aside") if one["source"] == "poll"]) == 1
    _tells(project, cycle, "Our place among many others", "are not joined", "Trust C")


def _tells(project: Path, cycle: str, *words: str) -> None:
    [report] = project.glob(f".flywheel/reports/*{cycle[:8]}/report.md")
    text = report.read_text(encoding="utf-8")
    assert [one for one in words if one not in text] == []


def test_what_mobile_customers_expected_and_got(
    data_dir: Path, tmp_path: Path, ready: Callable[[Path], Path], rows: Rows
) -> None:
    file = data_dir / "10_benchmarks" / "ecsi_mobile_provider_survey.csv"
    header = file.read_text(encoding="utf-8").splitlines()[0].replace('"', "").split(",")
    scores = "\n".join(f"      - {{kind: {name.lower()}, column: {name}, low: 1, high: 10}}" for name in header)
    config = f"""
brand: {{name: Mobile}}
sources:
  - id: ecsi
    kind: csv
    brand: Mobile
    path: data/ecsi.csv
    columns: {{}}
    scores:
{scores}
analyzer: {{kind: fast, languages: [en]}}
orient:
  outcome_item: cusa1
  pillars:
    - {{pillar: integrity, items: [imag1, imag2, imag3, imag4, imag5]}}
    - {{pillar: resolution, items: [cusco]}}
    - {{pillar: expectations, items: [perq1, perq2, perq3, perq4, perq5, perq6, perq7]}}
    - {{pillar: time & effort, items: [perv1, perv2]}}
  promises:
    - touchpoint: network
      expected: [cuex1, cuex2, cuex3]
      delivered: [perq1, perq2, perq3, perq4, perq5, perq6, perq7]
"""
    project = made(tmp_path, config, ready)
    shutil.copy(file, project / "data" / "ecsi.csv")
    turned(project, datetime(2026, 3, 1, tzinfo=UTC), "listen", "orient")
    with file.open(encoding="utf-8", newline="") as lines:
        people = [
            {name.upper(): 10 * (float(cell) - 1) / 9 for name, cell in row.items()} for row in csv.DictReader(lines)
        ]
    gaps = [
        sum(row[f"CUEX{at}"] for at in (1, 2, 3)) / 3 - sum(row[f"PERQ{at}"] for at in range(1, 8)) / 7
        for row in people
    ]
    mean = sum(gaps) / 250
    half = 1.969537 * (sum((one - mean) ** 2 for one in gaps) / 249) ** 0.5 / 250**0.5  # R: qt(0.975, 249)
    found = rows(project, "v_finding")
    [gap] = [one for one in found if one["kind"] == "cx gap"]
    assert (gap["value"], gap["low"], gap["high"]) == pytest.approx((mean, mean - half, mean + half), abs=1e-5)
    assert gap["n"] == 250
    weights = {one["subject"]: one for one in found if one["kind"] == "pillar weight"}
    assert sum(one["value"] for one in weights.values()) == pytest.approx(1)
    assert all(one["low"] < one["value"] < one["high"] for one in weights.values())
    print("\n", gap["statement"], *(one["statement"] for one in weights.values()), sep="\n  ")
