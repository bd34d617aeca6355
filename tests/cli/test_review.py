"""`flywheel review`, `flywheel objections`: a planned change is challenged, and answered with a name and a reason."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

CHANGE = "name: fewer-desks\nkind: process\nwhat: Three desks close.\ntopics: [delay]\n"


@pytest.fixture
def heard(flywheel, project, configure):
    """Sixty people speak: those who speak of delays are unhappy, the others are not."""
    configure("company}", "company, person: who}")
    late, fine = "The train was late again, terrible. I had to call three times.", "Lovely journey, thank you."
    rows = [f'r{n},2026-01-{1 + n % 28:02d},Lumen Rail,c{n},"{late if n % 2 else fine}"' for n in range(60)]
    (project / "reviews.csv").write_text("\n".join(["id,written,company,who,body", *rows]) + "\n")
    assert flywheel("run", "--engine", "local", "--until", "2026-02-01T00:00Z").code == 0
    return flywheel


def test_a_change_that_touches_what_people_suffer_from_is_objected_to_and_the_answer_has_a_name(
    heard, project, monkeypatch
):
    monkeypatch.setattr("flywheel.wheel._utc_now", lambda: datetime(2026, 2, 1, tzinfo=UTC))
    (project / "change.yaml").write_text(CHANGE)
    said = heard("review", "change.yaml")
    assert said.code == 1
    assert "Who is worse off?" in said.out
    assert "those who speak of it are unhappy: 100% of 30, others 0% of 30" in said.out
    document = heard("review", "change.yaml", "--json").document
    worse = next(one for one in document["findings"] if one["objects"])
    assert (worse["n"], worse["low"] > 0, worse["low"] < worse["value"]) == (60, True, True)
    listed = heard("objections", "list", "--json").document
    assert {one["plan"] for one in listed} == {"change:fewer-desks"}  # reviewed twice, raised once
    for one in listed:
        answered = heard("objections", "override", one["id"][:10], "--reason", "the desks stay open at night")
        assert (answered.code, "the plan goes on" in answered.out) == (0, True)
    again = heard("objections", "override", listed[0]["id"], "--reason", "r")
    assert (again.code, "overridden by" in again.err) == (2, True)
    assert heard("review", "change.yaml").code == 0
    accepted = heard("objections", "accept", listed[0]["id"], "--reason", "they are right")
    assert "the plan rests until" in accepted.out
    assert heard("review", "change.yaml").code == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("name: x\nkind: magic\nwhat: w\n", "kind"), ("- a\n", "the file"),
        ("name: x\nkind: price\nwhat: w\n", "touches"),
        ("{", "YAML"), (CHANGE.replace("delay", "dely"), "There is no topic 'dely' here; there is delay."),
        (CHANGE + "effort: 1\n", "effort"),
    ],
)  # fmt: skip
def test_a_file_that_describes_no_change_is_refused(flywheel, project, content, told):
    (project / "change.yaml").write_text(content)
    said = flywheel("review", "change.yaml")
    assert (said.code, told in said.err) == (2, True), said.err
    assert flywheel("review", "nowhere.yaml").code == 2
