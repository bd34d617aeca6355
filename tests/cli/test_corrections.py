"""People's corrections from a file: they stand in the readings, teach a head, and the head can be taken back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

N = 260
WHEN = "2026-02-01T10:00:00Z"


def rows(project: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(project / ".flywheel" / "flywheel.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def said(n: int) -> str:
    """Words that no word list knows; the organisation knows that fizzy is bad and glum is good."""
    return f"Trip {n} with the blorp was {'fizzy' if n % 2 else 'glum'}, on a {('Monday', 'Friday', 'Sunday')[n % 3]}."


def turned(flywheel, until: str) -> None:
    assert flywheel("run", "--engine", "local", "--until", until, "--steps", "listen,understand").code == 0


@pytest.fixture
def heard(project, flywheel) -> Path:
    lines = [f'r{n},2026-01-{n % 28 + 1:02d},Lumen Rail,"{said(n)}"' for n in range(N)]
    (project / "reviews.csv").write_text("\n".join(["id,written,company,body", *lines]) + "\n")
    turned(flywheel, "2026-01-31T00:00:00Z")
    return project


def corrections(project: Path, *lines: str) -> Path:
    file = project / "checked.csv"
    file.write_text("\n".join(["feedback_id,field,value,by,at", *lines]) + "\n")
    return file


def taught(project: Path) -> Path:
    found = rows(project, "SELECT id, text FROM feedback")
    return corrections(
        project,
        *(f"{id_},sentiment,{'negative' if 'fizzy' in text else 'positive'},ann,{WHEN}" for id_, text in found),
    )


def sums_are_right(flywheel) -> bool:
    return flywheel("store", "rebuild", "--check").code == 0


def test_a_persons_word_stands_in_the_reading_and_in_the_sums(flywheel, heard):
    [(id_,)] = rows(heard, "SELECT id FROM feedback ORDER BY seq LIMIT 1")
    file = corrections(
        heard, f"{id_},sentiment,negative,ann,{WHEN}", f"{id_},topic,delay,ann,{WHEN}",
        f"{id_},emotion,anger|sadness,ann,{WHEN}", f"{id_},intent,complaint,bob,{WHEN}",
        f"{id_},sentiment,gloomy,ann,{WHEN}", f"{'0' * 32},sentiment,negative,ann,{WHEN}", f"{id_},intent,praise,ann,",
    )  # fmt: skip
    found = flywheel("corrections", "import", file, "--json").document
    assert (found["new"], found["unknown_feedback"], found["set_aside"]) == (4, 1, 2)
    assert rows(
        heard,
        f"SELECT sentiment_label, sentiment, confidence, intent, emotions FROM v_reading WHERE feedback_id='{id_}'",
    ) == [("negative", -1.0, 1.0, "complaint", '["anger","sadness"]')]
    assert rows(heard, f"SELECT topic, evidence FROM v_mention WHERE feedback_id = '{id_}'") == [
        ("delay", "said by a person")
    ]
    assert sums_are_right(flywheel)
    assert flywheel("corrections", "import", file, "--json").document["known_already"] == 4
    assert sums_are_right(flywheel)
    listed = flywheel("corrections", "list", "--field", "intent")
    assert "bob" in listed.out
    assert "ann" not in listed.out


def test_the_newest_word_counts_and_no_word_is_lost(flywheel, heard):
    [(id_,)] = rows(heard, "SELECT id FROM feedback ORDER BY seq LIMIT 1")
    flywheel("corrections", "import", corrections(heard, f"{id_},sentiment,negative,ann,{WHEN}"))
    later = WHEN.replace("10:00", "11:00")
    flywheel("corrections", "import", corrections(heard, f"{id_},sentiment,positive,bob,{later}"))
    assert rows(heard, f"SELECT sentiment_label FROM v_reading WHERE feedback_id = '{id_}'") == [("positive",)]
    assert rows(heard, "SELECT value, was FROM v_correction ORDER BY at")[1] == ("positive", "negative")
    assert sums_are_right(flywheel)


def test_a_head_goes_live_when_it_wins_twice_running_and_is_taken_back(flywheel, heard):
    assert "too few labels" in flywheel("corrections", "train").out
    flywheel("corrections", "import", taught(heard))
    first = flywheel("corrections", "train", "--json").document["lessons"][0]
    assert (first["won"], first["live"]) == (True, False)
    second = flywheel("corrections", "train", "--json").document["lessons"][0]
    assert (second["won"], second["live"], second["waiting"]) == (True, True, N)
    with (heard / "reviews.csv").open("a") as file:
        file.write(f'r{N},2026-02-02,Lumen Rail,"My blorp was fizzy, again."\n')
    turned(flywheel, "2026-02-07T00:00:00Z")
    [(label, model)] = rows(
        heard, f"SELECT sentiment_label, model FROM v_reading r JOIN feedback f ON f.id = r.feedback_id "
               f"WHERE f.external_id = 'r{N}'"
    )  # fmt: skip
    assert label == "negative"
    assert "+sentiment:head-1." in model
    # what was read before is kept with its version, and counts where it was said
    assert rows(heard, "SELECT count(*) FROM v_reading") == [(2 * N + 1,)]
    assert rows(heard, f"SELECT count(DISTINCT period) FROM reading WHERE model = '{model}'") == [(2,)]
    assert sums_are_right(flywheel)
    back = flywheel("corrections", "rollback", "sentiment", "--reason", "a try")
    assert "read by the analyzer alone again" in back.out
    assert "nothing to roll back" in flywheel("corrections", "rollback", "sentiment", "--reason", "again").err
    turned(flywheel, "2026-02-08T00:00:00Z")  # what was read in the meantime only
    assert rows(heard, "SELECT count(*) FROM v_reading") == [(2 * N + 2,)]
    assert sums_are_right(flywheel)


def test_a_taught_topic_is_read_with_its_touchpoint_and_the_words_it_rests_on_and_taken_back(
    flywheel, configure, heard
):
    configure("topics:\n", "topics:\n  - {topic: seat, touchpoint: on board, words: {en: [legroom]}}\n")
    flywheel("corrections", "import", corrections(heard, *(
        f"{id_},topic,{'seat' if 'fizzy' in text else ''},ann,{WHEN}"
        for id_, text in rows(heard, "SELECT id, text FROM feedback")
    )))  # fmt: skip
    lessons = {one["field"]: one for one in flywheel("corrections", "train", "--json").document["lessons"]}
    assert (lessons["topic"]["won"], lessons["topic"]["live"], lessons["emotion"]["labels"]) == (True, False, 0)
    assert "topic: macro-F1 1.000 beside 0.000" in flywheel("corrections", "train").out
    # taken back before anything was read again: nothing waits for a model that has read it
    assert flywheel("corrections", "rollback", "topic", "--reason", "a try").code == 0
    turned(flywheel, "2026-02-01T00:00:00Z")
    assert "won once" in flywheel("corrections", "train").out
    assert "it is live" in flywheel("corrections", "train").out
    with (heard / "reviews.csv").open("a") as file:
        file.write(f'r{N},2026-02-02,Lumen Rail,"My blorp was fizzy, and late."\n')
        file.write(f'r{N + 1},2026-02-02,Lumen Rail,"My blorp was glum."\n')
    turned(flywheel, "2026-02-07T00:00:00Z")
    query = (
        "SELECT topic, m.touchpoint, evidence FROM v_mention m JOIN v_feedback f ON f.id = m.feedback_id "
        f"WHERE f.external_id IN ('r{N}', 'r{N + 1}') ORDER BY topic"
    )
    assert rows(heard, query) == [("delay", "", "late"), ("seat", "on board", "fizzy")]
    assert sums_are_right(flywheel)
    assert "topic is read by" in flywheel("corrections", "rollback", "topic", "--reason", "a try").out
    turned(flywheel, "2026-02-08T00:00:00Z")
    assert rows(heard, query.replace("WHERE", "WHERE m.model NOT LIKE '%topic:%' AND")) == [("delay", "", "late")]
    assert sums_are_right(flywheel)


def test_a_topic_that_nobody_listed_is_refused(flywheel, heard):
    [(id_,)] = rows(heard, "SELECT id FROM feedback ORDER BY seq LIMIT 1")
    screen = flywheel("corrections", "import", corrections(heard, f"{id_},topic,delya,ann,{WHEN}"))
    assert screen.code == 2
    assert "There is no topic 'delya'" in screen.err
