"""`flywheel cases`: who waits for an answer, everything they said, and closing it with a cause and a name."""

from __future__ import annotations

import pytest

SAID = (
    ("r1", "2026-01-20", "c1", "The train was late again. I want my money back, this is a disgrace!"),
    ("r2", "2026-01-28", "c1", "Late again and nobody answers me. Terrible, I am done with you."),
    ("r3", "2026-01-29", "c2", "\x1b[31mAwful, I was stranded at night, my child was crying. I demand a refund."),
    ("r4", "2026-01-30", "c3", "Wonderful staff, thank you so much!"),
)


@pytest.fixture
def complained(flywheel, project, configure):
    configure("company}", "company, person: who}")
    rows = [f'{id_},{at},Lumen Rail,{who},"{text}"' for id_, at, who, text in SAID]
    (project / "reviews.csv").write_text("\n".join(["id,written,company,who,body", *rows]) + "\n")
    assert flywheel("run", "--engine", "local", "--until", "2026-02-01T00:00Z").code == 0
    return flywheel


def test_whoever_complains_is_listed_with_their_owner_and_how_the_owner_does(complained):
    document = complained("cases", "list", "--json").document
    assert len(document["cases"]) == 2
    assert {one["owner"] for one in document["owners"]} == {"CX team"}
    said = complained("cases", "list", "--status", "open")
    assert "CX team: 2 wait (2 overdue); 0 of 0 answered in time" in said.out
    assert complained("cases", "list", "--owner", "nobody").out == "Nobody waits for an answer.\n"


def test_a_case_shows_the_whole_history_and_is_closed_with_a_cause_and_a_name(complained):
    cases = complained("cases", "list", "--json").document["cases"]
    shown = [complained("cases", "show", one["id"][:8]).out for one in cases]
    assert any("Late again" in said and "my money back" in said for said in shown)
    assert any("stranded at night" in said for said in shown)
    assert not any("\x1b" in said for said in shown)
    one = cases[0]
    early = complained("cases", "close", one["id"][:8], "--cause", "c", "--reason", "r", "--on", "2020-01-01")
    assert (early.code, "is not between" in early.err) == (2, True)
    closed = complained(
        "cases", "close", one["id"][:8], "--cause", "points failure", "--reason", "called, paid the taxi", "--by", "Ada"
    )
    assert (closed.code, "answered by Ada" in closed.out) == (0, True)
    assert "closed by Ada: called, paid the taxi (cause: points failure)" in complained("cases", "show", one["id"]).out
    again = complained("cases", "close", one["id"], "--cause", "c", "--reason", "r")
    assert (again.code, "closed already" in again.err) == (2, True)
    assert '"Ada","close","case"' in complained("export", "v_audit", "--format", "csv").out
    nobodys = complained("cases", "show", "feed")
    assert (nobodys.code, "`flywheel cases list`" in nobodys.err) == (2, True)


def test_a_case_is_explained_with_what_happened_to_it_and_all_they_said(complained):
    [one, *_] = complained("cases", "list", "--json").document["cases"]
    said = complained("explain", one["id"][:10])
    assert said.code == 0
    assert "What happened to it" in said.out
    assert "What this person said" in said.out
    assert "CX team owes the answer" in said.out
