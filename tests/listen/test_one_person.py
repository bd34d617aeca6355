"""What we know of one person is one: what happened to them in our operations, and how often we wrote to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from homes import Homes
from listening_post import Post
from test_rules_for_all import ListSource, said

from flywheel.domain.cycle import Cycle
from flywheel.domain.expression import parse_condition
from flywheel.domain.play import CONDITION_FIELDS, Candidate
from flywheel.listen.person_csv import PersonCsv
from flywheel.listen.signal_csv import SignalCsv
from flywheel.store.shelves.outbox import Letter

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def people(folder: Path, name: str, rows: str, **more: Any) -> PersonCsv:
    (folder / f"{name}.csv").write_text(rows, encoding="utf-8")
    return PersonCsv(**{"id": name, "path": folder / f"{name}.csv", "brand": "Own", "columns": {"person": "no"}} | more)


@pytest.fixture
def post(database_url: str) -> Iterator[Post]:
    made = Post(database_url)
    yield made
    made.close()


def listen(post: Post, words: ListSource, **settings: Any) -> Cycle:
    post._settings |= settings
    post.hear(words)
    post.turn(DAY, read=True)
    return post.cycle(DAY + timedelta(hours=1))


def candidates(post: Post, cycle: Cycle, **when: str) -> dict[str, Candidate]:
    conditions = {name: parse_condition(text, CONDITION_FIELDS) for name, text in when.items()}
    model = post.wheel.settings.analyzer.model_name
    with post.wheel.store.read() as shelves:
        waiting = shelves.waiting.people(model, "Own", limit=100)
        found = shelves.waiting.candidates(cycle, model, conditions, waiting, longest=timedelta(days=30))
    return {one.view.person.id: one for one in found.candidates}


def letter(post: Post, person: str, name: str) -> Letter:
    return Letter(
        id=name, decision_id=name, person_id=post.wheel.vault.pseudonym(person), play="help", channel="file",
        purpose="service", key=name, language="en", subject="s", body="b", payload_hash="h", status="pending",
        attempts=0, next_at=DAY - timedelta(days=3), not_after=DAY + timedelta(days=1),
    )  # fmt: skip


def test_a_play_can_ask_what_happened_to_a_person_in_the_last_90_days(post: Post, tmp_path: Path) -> None:
    happened = [("c1", "late order", 1), ("c2", "renewal", 1), ("c3", "late order", 91), ("c4", "late order", -1)]
    lines = [f"{who},{what},{(DAY - timedelta(days=days)).isoformat()}" for who, what, days in happened]
    (tmp_path / "orders.csv").write_text("\n".join(["no,what,at", *lines]) + "\n", encoding="utf-8")
    orders = SignalCsv(
        id="orders", path=tmp_path / "orders.csv", columns={"person": "no", "signal": "what", "happened_at": "at"}
    )
    crm = people(tmp_path, "crm", "no\nc1\nc2\nc3\nc4\n")
    talk = ListSource(pages=(tuple(said(who, "It was late.", person=who) for who, *_ in happened),))
    cycle = listen(post, talk, people=(crm,), signals=(orders,))
    seen = candidates(post, cycle, late='"late order" in signals', other='"late order" not in signals')
    fits = {who: seen[post.wheel.vault.pseudonym(who)].fits for who, *_ in happened}
    assert fits == {"c1": ("late",), "c2": ("other",), "c3": ("other",), "c4": ("other",)}


def test_one_person_under_two_ids_shares_what_may_be_written_to_them_and_nobody_else_does(
    post: Post, tmp_path: Path
) -> None:
    crm = people(tmp_path, "crm", "no,shop,desk\nc1,s9,c2\nc2,,\n", also={"shop": "shop", "desk": "desk"})
    shop = people(tmp_path, "shop", "no\ns9\ns8\n")
    everybody = ("c1", "c2", "s9", "s8")
    talk = ListSource(pages=(tuple(said(who, "It was late.", person=who) for who in everybody),))
    cycle = listen(post, talk, people=(crm, shop))
    with post.wheel.store.write(None) as shelves:
        shelves.outbox.add([letter(post, "s9", "a"), letter(post, "c1", "b"), letter(post, "s8", "c")])
    seen = candidates(post, cycle, all="feedback_90d >= 0")
    contacts = {who: len(seen[post.wheel.vault.pseudonym(who)].view.contacts) for who in everybody}
    assert contacts == {"c1": 2, "s9": 2, "c2": 0, "s8": 1}  # the desk's "c2" is c1, that of the CRM is somebody else


PROJECT = """\
brand: {name: Own}
analyzer: {kind: fast}
channels:
  - {id: mail, kind: file, folder: outbox}
policies:
  - {kind: consent}
  - {kind: contact_cap, max_contacts: 1, days: 3}
plays:
  - {name: sorry, tier: complaint, when: feedback_90d > 0, channel: mail, template: sorry, mode: live}
sources:
  - {id: talk, kind: csv, path: talk.csv, brand: Own, columns: {text: text, external_id: no, person: no, said_at: at}}
people:
"""
SOURCE_OF_PEOPLE = """\
  - id: {id}
    kind: csv
    path: {id}.csv
    brand: Own
    columns: {{person: no}}
    also: {{shop: also}}
    contacts: {{mail: mail}}
    consents: [{{channel: mail, purpose: service, column: ok, at: since}}]
"""


def test_one_person_under_two_ids_gets_one_message_of_a_turn_that_would_send_to_both(tmp_path: Path) -> None:
    header, rest = "no,also,mail,ok,since\n", "a@there.example,yes,2026-01-01\n"
    (tmp_path / "crm.csv").write_text(f"{header}c1,s9,{rest}c2,,{rest}", encoding="utf-8")
    (tmp_path / "shop.csv").write_text(f"{header}s9,,{rest}", encoding="utf-8")
    said = "".join(f"{who},It was late and nobody helped.,2026-03-01\n" for who in ("c1", "s9", "c2"))
    (tmp_path / "talk.csv").write_text(f"no,text,at\n{said}", encoding="utf-8")
    (tmp_path / "config").mkdir()
    people_of = "".join(SOURCE_OF_PEOPLE.format(id=name) for name in ("crm", "shop"))
    (tmp_path / "config" / "project.yaml").write_text(PROJECT + people_of, encoding="utf-8")
    (tmp_path / "templates" / "messages").mkdir(parents=True)
    (tmp_path / "templates" / "messages" / "sorry.en.j2").write_text("Subject: Sorry\n\nSorry.\n", encoding="utf-8")
    homes = Homes()
    homes.turn(homes.ready(tmp_path), "cycle", DAY)
    states = sorted(row["status"] for row in homes.rows(tmp_path, "v_delivery"))
    assert states == ["sent", "sent", "suppressed"]
    assert len(list((tmp_path / "outbox").iterdir())) == 2
