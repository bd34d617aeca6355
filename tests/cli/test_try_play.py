"""`flywheel plays try`: everybody who spoke is counted once, under the reason that counts, and nothing is written."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

PEOPLE = """people:
  - {id: crm, kind: csv, path: people.csv, brand: Lumen Rail, columns: {person: who}, contacts: {mail: mail},
     consents: [{channel: mail, purpose: service, column: yes_, granted: ["yes"], at: since}]}
policies: [{kind: care_first}]
"""
SORRY = (
    '  - {name: sorry, tier: complaint, when: label == "negative", channel: mail, template: thank_you, holdout: 0}\n'
)


@pytest.fixture
def spoken(flywheel, project, configure, monkeypatch):
    configure("company}", "company, person: who}")
    configure("plays:\n", PEOPLE + "plays:\n" + SORRY)
    configure('when: label == "positive"', "when: feedback_90d > 0")
    late, fine = "The train was late again, terrible.", "Lovely journey, thank you."
    rows = [f'r{n},2026-01-{31 - n % 20},Lumen Rail,c{n},"{fine if n % 3 else late}"' for n in range(30)]
    (project / "reviews.csv").write_text("\n".join(["id,written,company,who,body", *rows]) + "\n")
    known = [f"c{n},{'' if n == 4 else f'c{n}@example.com'},{'no' if n == 5 else 'yes'},2025-01-01" for n in range(28)]
    (project / "people.csv").write_text("\n".join(["who,mail,yes_,since", *known]) + "\n")
    assert flywheel("run", "--engine", "local", "--until", "2026-02-01T00:00Z", "--shadow").code == 0
    monkeypatch.setattr("flywheel.wheel._utc_now", lambda: datetime(2026, 2, 1, tzinfo=UTC))
    return flywheel


def test_everybody_who_spoke_stands_under_one_reason(spoken):
    before = spoken("export", "v_decision").out
    found = spoken("plays", "try", "thank_you", "--json").document
    assert (found["people"], found["spoke"]) == (28, sum(n % 20 < 13 for n in range(28)))
    unhappy = sum(n % 20 < 13 and n % 3 == 0 for n in range(28))
    assert found["excluded"]["not applicable"] == {"complaint goes first (sorry)": unhappy}
    assert found["excluded"]["not suitable"] == {"no address for mail": 1, "no consent to service by mail": 1}
    assert found["eligible"] == found["spoke"]
    assert found["suitable"] == found["spoke"] - unhappy - 2
    assert 0 < found["held_out"] < found["suitable"]
    shown = {one["outcome"] for one in found["examples"]}
    assert {"meant", "held out", "not applicable: complaint goes first (sorry)"} <= shown
    said = spoken("plays", "try", "thank_you")
    assert "Lovely journey" in said.out
    assert spoken("export", "v_decision").out == before
    nobody = spoken("plays", "try", "thank")
    assert (nobody.code, "there is sorry, thank_you" in nobody.err) == (2, True)
