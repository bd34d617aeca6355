"""`flywheel evaluate` of texts: labels mapped, what was not read counted, a head learned from a part of the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from flywheel.cli.label_names import parse_map
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


def test_a_head_that_is_learned_from_the_file_finds_several_labels_of_a_text_beside_the_tiers(flywheel, tmp_path):
    about = {
        "the blorp was fizzy": "blorp",
        "the quim was loud": "quim",
        "fizzy was the blorp, loud the quim": "blorp,quim",
    }
    rows = [f'"{text} {k}","{labels}"' for k in range(20) for text, labels in about.items()]
    file = tmp_path / "topics.csv"
    late = [f"late train {k},delay" for k in range(8)]  # too few: as the tier's own word list has it
    file.write_text("\n".join(["text,about", *rows, *late]) + "\n")
    words = ("--text", "text", "--label", "about", "--several", ",", "--tier", "fast", "--fit", "--share", "0.6")
    found = flywheel("evaluate", "topic", file, *words, "--json").document
    assert found["model"].startswith("several-1.")
    assert found["learned_from"] + found["n"] == 68
    assert {name: score["f1"] for name, score in found["per_class"].items()} == {
        "blorp": 1.0,
        "quim": 1.0,
        "delay": 1.0,
    }


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


def said(folder: Path, rows: list[str], header: str = "text,label") -> Path:
    file = folder / "said.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


LABELLED = ("--text", "text", "--label", "label", "--tier", "fast")
WORDS = (("lovely staff, thank you", 2), ("awful, rude and late", 0), ("the train leaves at nine", 1))


@pytest.mark.parametrize(
    ("labels", "mapping"),
    [
        (("NEG", "neu", "Pos"), ()), (("negativ", "neutral", "positiv"), ()), (("-1", "0", "1"), ()),
        (("negatywny", "neutralny", "pozytywny"), ()), (("0.0", "1.0", "2.0"), ("negative=0,neutral=1,positive=2",)),
        (("bad", "so so", "good"), ("Negative=BAD", "Neutral=so so", "Positive=good")),
    ],
)  # fmt: skip
def test_labels_are_known_as_people_write_them(flywheel, tmp_path, labels, mapping):
    file = said(tmp_path, [f'"{text} {k}",{labels[label]}' for text, label in WORDS for k in range(5)])
    screen = flywheel("evaluate", "sentiment", file, *LABELLED, *(["--map", *mapping] if mapping else []), "--json")
    assert {name: one["n"] for name, one in screen.document["per_class"].items()} == {
        "negative": 5, "neutral": 5, "positive": 5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("labels", "mapping", "says"),
    [
        (("1", "3", "5"), (), "negative=1,2,neutral=3,positive=4,5"), (("0", "0", "1"), (), "negative=0,positive=1"),
        (("bad", "neutral", "good"), (), "10 rows of said.csv have a label that cannot be judged"),
        (("bad", "so so", "good"), ("bad=negative",), "the other way round"),
        (("NEG", "NEU", "POS"), ("NEG=negative", "POS=positive"), "the other way round"),
        (("negative", "neutral", "positive"), ("neg=negative", "pos=positive"), "sentiment is called"),
    ],
)  # fmt: skip
def test_labels_that_need_a_map_are_refused_with_one_that_may_fit(flywheel, tmp_path, labels, mapping, says):
    file = said(tmp_path, [f'"{text} {k}",{labels[label]}' for text, label in WORDS for k in range(5)])
    screen = flywheel("evaluate", "sentiment", file, *LABELLED, *(["--map", *mapping] if mapping else []))
    assert (screen.code, says in screen.err) == (2, True)


def test_what_a_model_cannot_get_right_here_is_told_before_its_figures(flywheel, tmp_path):
    file = said(
        tmp_path,
        [f'"{text} {k}",{"negative" if label == 0 else "positive"}' for text, label in WORDS for k in range(9)],
    )
    found = flywheel("evaluate", "sentiment", file, *LABELLED, "--json").document
    assert any("'neutral'" in one and "count as wrong" in one for one in found["notices"])
    told = flywheel("evaluate", "emotion", said(tmp_path, [*[f"I am so happy {k},Happy" for k in range(30)],
                    *[f"how odd {k},puzzled" for k in range(30)], *[f"well {k},\"Happy, puzzled\"" for k in range(5)]]),
                    *LABELLED, "--json").document  # fmt: skip
    assert told["per_class"]["joy"]["recall"] > 0.5
    assert any("never says 'puzzled'" in one for one in told["notices"])
    assert any("--several ','" in one for one in told["notices"])


def test_a_list_in_a_cell_is_several_labels_and_the_rows_left_out_are_in_the_document(flywheel, tmp_path):
    rows = [f"I am so happy {k},\"['joy', 'surprise']\"" for k in range(5)] + ["hello,"]
    found = flywheel("evaluate", "emotion", said(tmp_path, rows), *LABELLED, "--json").document
    assert (set(found["per_class"]), found["left_out"]) == ({"joy", "surprise"}, 1)


def test_labels_too_rare_to_be_learned_are_left_out_and_told(flywheel, tmp_path):
    rows = [f"{what} {k},{what}" for what in ("refund", "delay") for k in range(20)] + ["a ghost,ghosts"]
    screen = flywheel("evaluate", "intent", said(tmp_path, rows), *LABELLED, "--fit", "--json")
    assert set(screen.document["per_class"]) == {"refund", "delay"}
    assert any("'ghosts' (1 texts)" in one for one in screen.document["notices"])
    alone = flywheel("evaluate", "intent", said(tmp_path, [f"late {k},delay" for k in range(20)]), *LABELLED, "--fit")
    assert (alone.code, "nothing can be learned from one label" in alone.err) == (2, True)


def test_a_column_of_texts_that_is_taken_for_labels_is_not_printed(flywheel, tmp_path):
    rows = [f"happy,my private words number {k}" for k in range(600)]
    screen = flywheel("evaluate", "sentiment", said(tmp_path, rows), *LABELLED)
    assert (screen.code, "600 different things" in screen.err, "private" in screen.err) == (2, True, False)
