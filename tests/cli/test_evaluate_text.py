"""`flywheel evaluate` of texts: labels mapped, what was not read counted, a head learned from a part of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from flywheel.cli.labelled_texts import parse_map
from flywheel.errors import ConfigError

GOOD = ("lovely staff and a clean train", "thank you, wonderful service", "great app, works perfectly", "so friendly")
BAD = (
    "rude staff and a dirty train",
    "terrible service, never again",
    "the app crashes all the time",
    "awful and late",
)
SO_SO = ("the train leaves at nine", "I bought a ticket for Monday", "platform four", "it is the blue one")


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    rows = ["stars,review"]
    for k in range(10):
        for stars, texts in ((5, GOOD), (1, BAD), (3, SO_SO)):
            rows += [f'{stars},"{text} {"abcdefghij"[k]}"' for text in texts]
    rows += ['5,"これは日本語の文章です、とても良い"', "4,", '9,"nobody maps this"']
    file = tmp_path / "reviews.csv"
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


SAID = ("--text", "review", "--label", "stars", "--map", "negative=1,2,neutral=3,positive=4,5")


def test_sentiment_is_judged_by_label_and_what_was_not_read_is_counted(flywheel, reviews):
    screen = flywheel("evaluate", "sentiment", reviews, *SAID, "--tier", "fast", "--json")
    assert screen.code == 0
    found = screen.document
    assert (found["n"], found["scored"], found["unsupported"]) == (121, 120, 1)
    assert set(found["per_class"]) == {"negative", "neutral", "positive"}
    assert set(found["per_class"]["negative"]) == {"precision", "recall", "f1", "n"}
    assert found["per_class"]["negative"]["n"] == 40
    assert found["macro_f1_interval"]["low"] <= found["macro_f1"] <= found["macro_f1_interval"]["high"]
    assert found["accuracy_of_all"] == pytest.approx(found["accuracy"] * 120 / 121)
    assert found["model"].startswith("fast-1")
    assert found["rows_per_second"] > 0


def test_a_head_is_learned_from_a_part_and_stands_beside_the_tier(flywheel, reviews):
    screen = flywheel("evaluate", "sentiment", reviews, *SAID, "--tier", "fast", "--fit", "--json")
    found = screen.document
    assert found["model"].startswith("head-1")
    assert found["learned_from"] + found["n"] == 121
    assert [one["model"].partition(".")[0] for one in found["compared"]] == ["fast-1"]
    assert found["macro_f1"] >= 0.9
    assert flywheel("evaluate", "sentiment", reviews, *SAID, "--tier", "fast", "--fit", "--json").document[
        "macro_f1"
    ] == pytest.approx(found["macro_f1"])


def test_a_few_texts_of_each_label_can_be_asked_for(flywheel, reviews):
    screen = flywheel("evaluate", "sentiment", reviews, *SAID, "--tier", "fast", "--each", "5")
    assert screen.code == 0
    assert "Learned from 15 texts of the file, scored on the other 106." in screen.out
    assert "From which confidence on to trust it" in screen.out
    assert "labels that are not judged: '9'" in screen.out


def test_intents_of_ones_own_are_learned_from_the_file(flywheel, tmp_path):
    file = tmp_path / "questions.csv"
    words = ("please", "again", "today", "for two", "help", "now", "soon", "why", "how", "when")
    rows = [f"{what} {word},{what}" for what in ("refund", "seat", "delay") for word in words]
    file.write_text("\n".join(["question,intent", *rows]) + "\n")
    found = flywheel("evaluate", "intent", file, "--text", "question", "--label", "intent", "--fit", "--json").document
    assert found["accuracy"] == 1.0
    assert found["n"] == 6
    assert found["compared"] == []


def test_a_text_may_have_several_labels(flywheel, tmp_path):
    file = tmp_path / "topics.csv"
    file.write_text(
        'text,about\n"The train was two hours late and the coach was filthy",late|dirt\n"So dirty",dirt\n'
        '"The conductor was rude",staff\n'
    )
    words = ("evaluate", "topic", file, "--text", "text", "--label", "about", "--several", "|", "--tier", "fast")
    found = flywheel(*words, "--map", "delay=late,cleanliness=dirt,crew=staff", "--json").document
    assert found["per_class"]["cleanliness"]["n"] == 2
    assert found["per_class"]["cleanliness"]["recall"] == 1.0


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--map", "1,2"), "has no name or no label"), (("--map", "sad=1"), "negative, neutral, positive"),
        (("--text", "rewiev"), "Did you mean 'review'?"), (("--share", "2"), "between 0 and 1"),
        (("--tier", "fats"), "Did you mean 'fast'?"), (("--each", "400"), "nothing is left to score"),
    ],
)  # fmt: skip
def test_what_cannot_be_judged_is_said_in_a_sentence(flywheel, reviews, words, says):
    given = dict(zip(SAID[::2], SAID[1::2], strict=True)) | dict(zip(words[::2], words[1::2], strict=True))
    screen = flywheel("evaluate", "sentiment", reviews, *(one for pair in given.items() for one in pair))
    assert screen.code == 2
    assert says in screen.err


def test_labels_of_the_file_stand_after_their_name():
    assert parse_map("negative=1,2,neutral=3") == {"1": "negative", "2": "negative", "3": "neutral"}
    with pytest.raises(ConfigError, match="two names"):
        parse_map("negative=1,positive=1")
    with pytest.raises(ConfigError, match="no name"):
        parse_map("1,2")
