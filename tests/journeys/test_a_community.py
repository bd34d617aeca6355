"""A forum, from posts to who helps whom: customers answer each other, staff answers too, a rival leaves them alone."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from homes import Homes

UNTIL = datetime(2026, 3, 2, 12, tzinfo=UTC)
CONFIG = """
brand: {name: Acme, zone: UTC}
competitors: [Rival]
topics: [{topic: refund, touchpoint: customer service, words: {en: [refund*]}}]
journey: [{stage: after, touchpoints: [{name: customer service, owner: Ann}]}]
sources:
  - id: forum
    kind: csv
    path: forum.csv
    medium: community
    columns:
      {text: text, external_id: id, said_at: at, person: who, brand: brand, voice: voice, thread: thread, reply: reply}
analyzer: {kind: fast, languages: [en]}
benchmarks: [{kind: heard}]
plays: [{name: help, tier: complaint, when: label == "negative", channel: mail, template: help, holdout: 0}]
channels: [{id: mail, kind: file, folder: outbox}]
"""
ASKED = "How do I get my refund? You promised it within a week, but I got nothing."
SORRY = "I am so sorry and understand how frustrating this is. We are checking it and will call you by tomorrow."


def posts() -> list[tuple[object, ...]]:
    """Return a hundred threads of each brand: of ours every second is answered by Bea, every fourth by staff."""
    rows: list[tuple[object, ...]] = []
    for brand in ("Acme", "Rival"):
        for at in range(100):
            thread, begun = f"{brand}{at}", UNTIL - timedelta(days=2 + at % 5)
            told = [("asks", ASKED, "customer", f"p{at}", 0)]
            told += [("bea", "Ask at the desk, it works.", "customer", "bea", 2)] * (brand == "Acme" and at % 2 == 0)
            told += [("staff", SORRY, "company", "agent 7", 6)] * (brand == "Acme" and at % 4 == 0)
            rows += [
                (f"{thread}-{name}", begun + timedelta(hours=hours), who, brand, voice, thread, "", text)
                for name, text, voice, who, hours in told
            ]
    rows += [(f"review {at}", UNTIL, f"r{at}", "Acme", "customer", "", SORRY, "Awful, I am angry.") for at in range(30)]
    return rows


@pytest.fixture(scope="module")
def forum(tmp_path_factory: pytest.TempPathFactory) -> tuple[Homes, Path]:
    project = tmp_path_factory.mktemp("forum") / "project"
    (project / "config").mkdir(parents=True)
    (project / "config" / "all.yaml").write_text(CONFIG, encoding="utf-8")
    (project / "templates" / "messages").mkdir(parents=True)
    (project / "templates" / "messages" / "help.en.j2").write_text("Subject: Sorry\n\nWe read you, {{ brand }}.\n")
    with (project / "forum.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "at", "who", "brand", "voice", "thread", "reply", "text"), *posts()])
    homes = Homes()
    homes.ready(project)
    assert homes.turn(project, "cycle", UNTIL).status == "completed"
    return homes, project


def test_who_helps_whom_is_told_of_ours_and_of_the_rivals(forum):
    homes, project = forum
    told = [row for row in homes.rows(project, "v_finding") if row["kind"] == "community"]
    ours, rival = sorted((row for row in told if row["subject"] == "who helps whom"), key=lambda row: row["brand"])
    assert ours["statement"] == (
        "Acme: of 100 questions in threads 50% were answered by other customers, 25% by the company, 50% by nobody; "
        "the first answer came from a customer after 2.0 hours (median of 50)."
    )
    assert rival["value"] == 0
    standings = {row["measure"]: row["verdict"] for row in homes.rows(project, "v_standing")}
    assert standings["questions that nobody answered"] == "ahead"


def test_what_staff_says_is_kept_and_is_nobodys_feedback(forum):
    homes, project = forum
    said = [row for row in homes.rows(project, "v_feedback") if row["voice"] == "company"]
    assert [row["person_id"] for row in said] == [None] * 25
    counted = next(row for row in homes.rows(project, "v_finding") if row["subject"] == "share of negative feedback")
    assert counted["n"] == 100 + 50 + 30
    assert {row["voice"] for row in homes.rows(project, "v_standing")} == {"customer"}


def test_the_broken_promise_stands_at_its_topic_and_replies_show_their_empathy(forum):
    homes, project = forum
    found = {(row["kind"], row["subject"], row["basis"]): row for row in homes.rows(project, "v_finding")}
    gap = found["cx gap", "refund", "text"]
    assert (gap["verdict"], gap["n"], gap["value"]) == ("more", 100, 1.0)
    assert found["measure", "empathy of replies", "text"]["n"] == 30
    assert (
        found["measure", "pillar: empathy", "text"]["value"] == found["measure", "empathy of replies", "text"]["value"]
    )
    explained = homes.explain(project, gap["id"])
    assert {link.kind for link in explained.links} >= {"feedback", "cycle"}
