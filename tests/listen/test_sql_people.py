"""Persons and outcomes of another database: consents are never lost, nothing is told twice, late commits are heard."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from listening_post import Post, sqlite
from pydantic import SecretStr, ValidationError
from sqlalchemy import Engine, create_engine, text

from flywheel.checks import check_outcome_source, check_person_source
from flywheel.domain.feedback import Cursor
from flywheel.domain.person_cells import ConsentColumn
from flywheel.errors import PermanentError
from flywheel.store.outside import SqlOutcomes, SqlPersons

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def outside(database_url: str, tmp_path: Path) -> Iterator[Engine]:
    (tmp_path / "here").mkdir(exist_ok=True)  # where SQLite's URL points to
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(
            "CREATE TABLE crm (no TEXT, mail TEXT, ok BOOLEAN, since TEXT, lang TEXT, zone TEXT, tags TEXT, "
            "worth NUMERIC, days INTEGER, team TEXT, boss TEXT, desk TEXT, at TIMESTAMP)"
        ))  # fmt: skip
        connection.execute(text("CREATE TABLE deed (no TEXT, what TEXT, much NUMERIC, at TIMESTAMP, ref INTEGER)"))
    yield engine
    engine.dispose()


def add(engine: Engine, table: str, *rows: dict[str, Any]) -> None:
    with engine.begin() as connection:
        for row in rows:
            names = ", ".join(row)
            connection.execute(
                text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{one}' for one in row)})"), row
            )


def url(engine: Engine) -> SecretStr:
    return SecretStr(engine.url.render_as_string(hide_password=False))


def persons(engine: Engine, **more: Any) -> SqlPersons:
    given: dict[str, Any] = {
        "id": "crm", "brand": "Own", "url": url(engine), "query": "SELECT * FROM crm ORDER BY no", "page_rows": 2,
        "columns": {"person": "no", "language": "lang", "time_zone": "zone", "groups": "tags", "value": "worth",
                    "tenure_days": "days", "team": "team", "manager": "boss"},
        "contacts": {"email": "mail"}, "also": {"desk": "desk"},
        "consents": (ConsentColumn(channel="email", purpose="service", column="ok", at="since"),),
    }  # fmt: skip
    return SqlPersons(**given | more)


def outcomes(engine: Engine, **more: Any) -> SqlOutcomes:
    given: dict[str, Any] = {
        "id": "deeds", "url": url(engine), "query": "SELECT * FROM deed", "newer": "at", "page_rows": 2,
        "columns": {"person": "no", "metric": "what", "value": "much", "happened_at": "at", "external_id": "ref"},
    }  # fmt: skip
    return SqlOutcomes(**given | more)


def rows(source: Any, since: Cursor | None = None) -> list[Any]:
    return [row for page in source.fetch(since) for row in page.rows]


ANN = {
    "no": "c1", "mail": "ann@there.example", "ok": True, "since": "2026-01-05", "lang": "pl", "zone": "Europe/Warsaw",
    "tags": "gold; staff", "worth": 12.5, "days": 400, "team": "North", "boss": "c9", "desk": "Z-77",
    "at": "2026-02-01 09:00:00",
}  # fmt: skip


@pytest.mark.parametrize("newer", [None, "at"])
def test_persons_of_a_database_keep_the_rules_and_say_all_that_a_file_says(outside: Engine, newer: str | None) -> None:
    add(outside, "crm", ANN, *({**ANN, "no": f"c{n}", "at": f"2026-02-0{n} 09:00:00"} for n in range(2, 7)))
    check_person_source(persons(outside, newer=newer))
    ann = rows(persons(outside, newer=newer))[0]
    assert (ann.person, ann.language, ann.time_zone, ann.groups) == ("c1", "pl", "Europe/Warsaw", ("gold", "staff"))
    assert (ann.value, ann.tenure_days, ann.team, ann.manager) == (12.5, 400, "North", "c9")
    assert ann.contacts[0].address.get_secret_value() == "ann@there.example"
    assert [(one.granted, one.at) for one in ann.consents] == [(True, datetime(2026, 1, 5, tzinfo=UTC))]
    assert [(one.source, one.person) for one in ann.also] == [("desk", "Z-77")]


def test_who_withdraws_a_consent_is_heard_though_no_date_is_told_and_a_bad_cell_loses_nobody(outside: Engine) -> None:
    no = {**ANN, "ok": False, "since": None, "zone": "Nowhere", "days": -1}
    add(outside, "crm", no, {**ANN, "no": None})
    [page] = persons(outside, newer="at").fetch(None)
    [ann] = page.rows
    assert [(one.granted, one.at) for one in ann.consents] == [(False, datetime(2026, 2, 1, 9, tzinfo=UTC))]
    assert (ann.time_zone, ann.tenure_days) == (None, None)
    assert sorted(one.reason for one in page.set_aside) == [
        "a tenure_days that cannot be used", "a time_zone that cannot be used", "not a person (ValueError)",
    ]  # fmt: skip


def test_without_a_column_that_tells_what_is_newer_an_unchanged_table_is_told_once(outside: Engine) -> None:
    add(outside, "crm", ANN, {**ANN, "no": "c2"}, {**ANN, "no": "c3"})
    source = persons(outside)
    first = list(source.fetch(None))
    assert list(source.fetch(first[-1].cursor)) == []
    assert len(rows(source, first[0].cursor)) == 3
    add(outside, "crm", {**ANN, "no": "c4"})
    assert len(rows(source, first[-1].cursor)) == 4


@pytest.mark.parametrize("newer", [None, "at", "ref"])
def test_outcomes_of_a_database_keep_the_rules_and_late_ones_are_heard_once(
    outside: Engine, tmp_path: Path, newer: str | None
) -> None:
    bought = [{"no": f"c{n}", "what": "bought", "much": n, "at": f"2026-03-01 0{n}:00:00", "ref": n} for n in range(6)]
    add(outside, "deed", *(one for one in bought if one["ref"] != 4))
    source = outcomes(outside, newer=newer, query="SELECT * FROM deed ORDER BY ref", overlap_minutes=120)
    check_outcome_source(source)
    post = Post(sqlite(tmp_path), outcomes=(source,))
    assert post.turn(DAY).reasons["outcomes"] == 5
    add(outside, "deed", bought[4], {**bought[4], "no": "", "ref": 9})
    tally = post.turn(DAY + timedelta(hours=1))
    assert (tally.reasons["outcomes"], tally.reasons["set aside"]) == (1, 1)
    assert "outcomes" not in post.turn(DAY + timedelta(hours=2)).reasons
    assert [row.value for row in post.rows("SELECT value FROM outcome ORDER BY value")] == [0, 1, 2, 3, 4, 5]
    post.close()


def test_a_constant_metric_and_one_each_are_enough(outside: Engine) -> None:
    add(outside, "deed", {"no": "c1", "at": "2026-03-01 09:00:00"})
    plain = outcomes(outside, metric="visit", columns={"person": "no", "happened_at": "at"})
    assert [(one.metric, one.value, one.external_id) for one in rows(plain)] == [("visit", 1, None)]
    with pytest.raises(ValidationError, match="needs a metric"):
        outcomes(outside, columns={"person": "no", "happened_at": "at"})
    with pytest.raises(PermanentError, match="no column 'nobody'"):
        rows(outcomes(outside, metric="visit", columns={"person": "nobody", "happened_at": "at"}))
    with pytest.raises(ValidationError, match="needs a `person`"):
        persons(outside, columns={"language": "lang"})
