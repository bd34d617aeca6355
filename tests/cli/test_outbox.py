"""`flywheel outbox` and `flywheel plays live`: doubts are settled by a person, a new play is only watched."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

RUN = ("run", "--engine", "local", "--steps", "listen,understand,decide,act")
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
  - {name: thanks, tier: relationship, when: label == "positive", channel: mail, template: thanks, not_after_days: 99, holdout: 0, expected_effect: 0.5, expected_effect_sd: 0.01}
learn: {control: 0}
"""  # noqa: E501


@pytest.fixture
def turn(flywheel, project: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], object]:
    """A project of three happy people and one play that nobody has launched; returns what turns the wheel."""
    monkeypatch.delenv("FLYWHEEL_TOKEN", raising=False)
    file = project / "config" / "project.yaml"
    text = file.read_text().replace("brand: company}", "brand: company, person: who}")
    file.write_text(text[: text.index("plays:")] + _PEOPLE.strip() + "\n")
    (project / "people.csv").write_text(
        "who,mail,yes,since\n" + "".join(f"p{n},p{n}@example.org,yes,2026-01-01\n" for n in range(6))
    )
    (project / "templates" / "messages").mkdir(parents=True, exist_ok=True)
    (project / "templates" / "messages" / "thanks.en.j2").write_text("Subject: Thank you\n\nWe passed it on.\n")
    (project / "reviews.csv").write_text("id,written,company,body,who\n")

    def turned(day: int) -> object:
        """Three people say something kind, and the wheel turns."""
        with (project / "reviews.csv").open("a") as reviews:
            for n in range(3):
                kind = "Lovely crew and thank you very much for a wonderful trip."
                reviews.write(f"d{day}n{n},2026-01-{day:02d},Lumen Rail,{kind},p{n + 3 * (day % 2)}\n")
        return flywheel(*RUN, "--until", f"2026-01-{day + 1:02d}T12:00Z")

    return turned


def tell(project: Path, *statements: str) -> list[object]:
    with sqlite3.connect(project / ".flywheel" / "flywheel.db") as store:
        found = [store.execute(statement).fetchall() for statement in statements]
    store.close()
    return found[-1]


def test_a_new_play_is_only_watched_until_somebody_launches_it(flywheel, project, turn):
    assert turn(5).code == 0
    assert tell(project, "SELECT DISTINCT play, status FROM v_decision") == [("thanks", "shadow")]
    assert tell(project, "SELECT DISTINCT status FROM v_delivery") == [("shadow",)]
    assert [one["state"] for one in flywheel("plays", "list", "--json").document] == ["shadow"]
    said = flywheel("plays", "live", "thanks", "--reason", "read three of them")
    assert (said.code, "from the next turn on" in said.out) == (0, True)
    turn(8)
    found = tell(project, "SELECT status, count(*) FROM v_delivery GROUP BY status ORDER BY status")
    assert found == [("sent", 3), ("shadow", 3)]  # what was only watched is not sent afterwards
    assert flywheel("plays", "shadow", "thanks").code == 0
    turn(11)
    assert tell(project, "SELECT count(*) FROM v_delivery WHERE status = 'sent'") == [(3,)]
    assert tell(project, "SELECT state FROM v_launch") == [("live",), ("shadow",)]
    unknown = flywheel("plays", "live", "nothing")
    assert (unknown.code, "there is thanks" in unknown.err) == (2, True)


def test_what_is_in_doubt_is_looked_up_marked_or_sent_again_and_never_by_itself(flywheel, project, turn):
    assert flywheel("plays", "live", "thanks").code == 0
    turn(5)
    assert tell(project, "SELECT count(*) FROM v_delivery WHERE status = 'sent'") == [(3,)]
    tell(project, "UPDATE delivery SET status = 'unknown', sent_at = NULL, error = 'no word after the message'")
    turn(5)
    listed = flywheel("outbox", "list", "--json").document
    assert listed["states"] == {"unknown": 3}
    there, gone, marked = (one["id"] for one in listed["messages"])
    (project / "outbox" / f"{listed['messages'][1]['key']}.json").unlink()
    known = flywheel("outbox", "resolve", there[:10], "--check")
    assert "the other end has it" in known.out, known.err
    assert "still in doubt" in flywheel("outbox", "resolve", gone, "--check").out
    assert flywheel("outbox", "resolve", gone, "--resend").code == 0
    assert flywheel("outbox", "resolve", marked, "--sent").code == 0
    neither = flywheel("outbox", "resolve", marked, "--sent", "--resend")
    assert (neither.code, "Say one of" in neither.err) == (2, True)
    twice = flywheel("outbox", "resolve", marked, "--resend")
    assert (twice.code, "No message in doubt" in twice.err) == (2, True)
    turn(5)
    assert tell(project, "SELECT status, count(*) FROM v_delivery GROUP BY status") == [("sent", 3)]
    assert len(list((project / "outbox").glob("*.json"))) == 3
    done = tell(project, "SELECT action FROM v_audit WHERE action LIKE 'resolve%' ORDER BY at")
    assert [action for (action,) in done] == ["resolve: sent", "resolve: pending", "resolve: sent"]
    assert "Messages: sent 3." in flywheel("outbox", "list").out
