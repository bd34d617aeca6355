"""One person's words on several channels are one history, whenever we learn that it is one person."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from listening_post import Post
from test_rules_for_all import ListSource, said

from flywheel.listen.dates import DateRules
from flywheel.listen.person_csv import PersonCsv
from flywheel.listen.signal_csv import SignalCsv

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def crm(tmp_path: Path) -> PersonCsv:
    (tmp_path / "people.csv").write_text("no,desk,team,boss\nc1,Z-77,North,c9\nc2,,North,\n", encoding="utf-8")
    return PersonCsv(
        id="crm", path=tmp_path / "people.csv", brand="Own", also={"support": "desk"},
        columns={"person": "no", "team": "team", "manager": "boss"},
    )  # fmt: skip


@pytest.fixture
def post(database_url: str, crm: PersonCsv) -> Iterator[Post]:
    made = Post(database_url)
    yield made
    made.close()


def talking(post: Post) -> None:
    talk = ListSource(pages=((said("1", "Late again.", person="c1"), said("2", "Also late.", person="Z-77")),))
    post.hear(talk, ListSource(id="support", pages=((said("1", "My ticket.", person="Z-77"),),)))


def who(post: Post) -> dict[tuple[str, str], str]:
    return {(row.source, row.external_id): row.person_id for row in post.rows("SELECT * FROM feedback")}


def people(post: Post, crm: PersonCsv, **more: Any) -> None:
    post._settings |= {"people": (crm,), **more}
    talking(post)


def test_what_a_person_says_under_another_id_is_theirs(post: Post, crm: PersonCsv) -> None:
    people(post, crm)
    assert post.turn(DAY).reasons["identities linked"] == 1
    found = who(post)
    assert found["support", "1"] == found["talk", "1"]
    assert found["talk", "2"] != found["talk", "1"]


def test_what_they_said_before_we_knew_is_theirs_too_and_is_stored_once(post: Post, crm: PersonCsv) -> None:
    talking(post)
    post.turn(DAY)
    assert len(set(who(post).values())) == 2
    people(post, crm)
    with post.wheel.store.write(None) as shelves:
        shelves.feedback.reset("support")
    tally = post.turn(DAY + timedelta(hours=1))
    assert (tally.done, tally.reasons.get("edited", 0)) == (0, 0)
    found = who(post)
    assert found["support", "1"] == found["talk", "1"]
    assert found["talk", "2"] != found["talk", "1"]


def test_an_employee_has_a_team_and_a_manager_by_pseudonym(post: Post, crm: PersonCsv) -> None:
    people(post, crm)
    post.turn(DAY)
    rows = post.rows("SELECT team, manager_id FROM v_person ORDER BY manager_id DESC")
    assert {row.team for row in rows} == {"North"}
    assert {row.manager_id for row in rows} == {None, post.wheel.vault.pseudonym("c9")}


def test_a_late_order_is_a_fact_about_a_person_beside_what_they_say(post: Post, crm: PersonCsv, tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text("who,at,what\nZ-77,2026-03-01,late order\nc2,,late order\n", encoding="utf-8")
    orders = SignalCsv(
        id="support_orders", path=tmp_path / "orders.csv", dates=DateRules(),
        columns={"person": "who", "happened_at": "at", "signal": "what"},
    )  # fmt: skip
    people(post, crm.model_copy(update={"also": {"support": "desk", "support_orders": "desk"}}), signals=(orders,))
    tally = post.turn(DAY)
    assert (tally.reasons["signals"], tally.reasons["set aside"]) == (1, 1)
    me = post.wheel.vault.pseudonym("c1")
    with post.wheel.store.read() as shelves:
        found = shelves.identities.signals([me], DAY - timedelta(days=9), DAY)
    assert found == {me: (("late order", "2026-03-01T00:00:00.000000Z"),)}
    assert post.turn(DAY + timedelta(hours=1)).reasons.get("signals") is None
