"""`flywheel approvals`: what needs a person's yes leaves with it, exactly as it was read, and never without."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

_PEOPLE = """
people:
  - id: crm
    kind: csv
    path: people.csv
    brand: Lumen Rail
    columns: {person: who}
    contacts: {mail: mail}
    consents: [{channel: mail, purpose: service, column: yes, at: since}]
plays:
  - name: care
    tier: safety
    when: label == "negative"
    channel: mail
    template: care
    approval: required
    not_after_days: 60
    mode: live
"""
RUN = ("run", "--engine", "local", "--steps", "listen,understand,decide,act")
AS_OF = "2026-02-01T00:00Z"


@pytest.fixture
def turn(flywheel, project: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """A project in which one upset person waits for a message that needs a yes; returns what turns the wheel."""
    file = project / "config" / "project.yaml"
    text = file.read_text().replace("brand: company}", "brand: company, person: who}")
    file.write_text(text[: text.index("plays:")] + _PEOPLE.strip() + "\n")
    said = "The train was late again and nobody told us."
    (project / "reviews.csv").write_text(f"id,written,company,body,who\nr1,2026-01-20,Lumen Rail,{said},p1\n")
    (project / "people.csv").write_text("who,mail,yes,since\np1,ann@example.org,yes,2026-01-01\n")
    (project / "templates" / "messages").mkdir(parents=True, exist_ok=True)
    (project / "templates" / "messages" / "care.en.j2").write_text("Subject: Sorry\n\nWe are sorry, {{ brand }}.\n")
    monkeypatch.delenv("FLYWHEEL_TOKEN", raising=False)

    def turned(hours: int = 0):
        return flywheel(*RUN, "--until", AS_OF, "--as-of", f"2026-02-01T{hours:02d}:00Z")

    assert turned().code == 0
    return turned


@pytest.fixture
def sign(flywheel, turn, monkeypatch) -> Callable[[str], None]:
    """Make Ada (admin), Bo (approver) and Di (reader); returns what lets one of them act."""
    tokens = {"Ada": flywheel("users", "add", "Ada", "--role", "admin", "--json").document["token"]}
    monkeypatch.setenv("FLYWHEEL_TOKEN", tokens["Ada"])
    for name, role in (("Bo", "approver"), ("Di", "reader")):
        tokens[name] = flywheel("users", "add", name, "--role", role, "--json").document["token"]
    return lambda name: monkeypatch.setenv("FLYWHEEL_TOKEN", tokens[name])


@pytest.fixture
def the_id(flywheel, turn) -> str:
    [one] = flywheel("approvals", "list", "--json").document
    return str(one["decision_id"])


def tell(project: Path, *statements: str) -> list[object]:
    with sqlite3.connect(project / ".flywheel" / "flywheel.db") as store:
        found = [store.execute(statement).fetchall() for statement in statements]
    store.close()
    return found[-1]


def status(project: Path) -> str:
    [(found,)] = tell(project, "SELECT status FROM v_delivery")
    return str(found)


def sent(project: Path) -> int:
    return len(list((project / "outbox").glob("*.json")))


def test_what_waits_shows_its_words_and_as_much_of_the_address_as_one_knows_it_by(flywheel, project, the_id):
    shown = flywheel("approvals", "show", the_id[:8]).out
    for words in ("We are sorry, Lumen Rail.", "The train was late again", "a***@e***.org", "0 of 1", "safety tier"):
        assert words in shown
    assert "ann@example.org" not in shown + flywheel("approvals", "list", "--json").out
    assert status(project) == "waiting"
    assert "1 message for approval" in flywheel("doctor").out


def test_nothing_leaves_before_somebody_who_may_has_said_yes(flywheel, project, turn, sign, the_id, monkeypatch):
    turn(1)
    assert (sent(project), status(project)) == (0, "waiting")
    sign("Di")
    assert "reader, who may not approve" in flywheel("approvals", "approve", the_id).err
    monkeypatch.delenv("FLYWHEEL_TOKEN")
    assert "needs an account's token" in flywheel("approvals", "approve", the_id).err
    sign("Bo")
    assert "the next act sends it" in flywheel("approvals", "approve", the_id[:8]).out
    again = flywheel("approvals", "approve", the_id)
    assert (again.code, "Nothing waits" in again.err) == (2, True)
    turn(2)
    assert (sent(project), status(project)) == (1, "sent")
    assert tell(project, "SELECT status, ruling FROM v_decision") == [("decided", "review")]
    assert tell(project, "SELECT account, word FROM v_approval") == [("Bo", "approved")]
    assert tell(project, "SELECT actor FROM v_audit WHERE action = 'approve'") == [("Bo",)]


def test_a_rejection_has_its_reason_and_a_shadow_run_leaves_nothing_to_approve(flywheel, project, turn, sign, the_id):
    with (project / "reviews.csv").open("a") as reviews:
        reviews.write("r2,2026-01-30,Lumen Rail,The train was late again and I am stuck here.,p1\n")
    assert flywheel(*RUN, "--until", "2026-02-02", "--shadow").code == 0
    assert [one["decision_id"] for one in flywheel("approvals", "list", "--json").document] == [the_id]
    sign("Bo")
    assert "needs its reason" in flywheel("approvals", "reject", the_id, "--reason", " ").err
    assert flywheel("approvals", "reject", the_id, "--reason", "she was called").code == 0
    assert tell(project, "SELECT status FROM v_delivery WHERE status <> 'shadow'") == [("cancelled",)]
    assert tell(project, "SELECT status FROM v_decision WHERE status <> 'shadow'") == [("rejected",)]
