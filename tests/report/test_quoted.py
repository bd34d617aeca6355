"""Which texts are quoted: of the mood that prevails, each saying something that was not quoted yet."""

from __future__ import annotations

from flywheel.domain.summary import GroupCount, Quotation
from flywheel.report.quoted import told_once

TOPICS = (GroupCount(name="delay", n=100, n_read=100, n_negative=87, n_positive=5),
          GroupCount(name="crew", n=60, n_read=60, n_negative=10, n_positive=40))  # fmt: skip


def said(text: str, topic: str = "delay", label: str = "negative") -> Quotation:
    return Quotation(feedback_id="f", text=text, label=label, language="en", topic=topic, evidence="")


def test_the_mood_that_prevails_is_quoted_however_sure_another_is() -> None:
    found = [said("Always punctual on this line, well done!", label="positive"), said("Late again, nobody says why.")]
    assert told_once(found, TOPICS, 1) == [found[1]]
    assert told_once(found[:1], TOPICS, 1) == found[:1]


def test_what_repeats_itself_is_not_quoted() -> None:
    shouting, plain = said("So late. " * 40), said("An hour late and no word of it.")
    assert told_once([shouting, plain], TOPICS, 2) == [plain]


def test_what_says_the_same_as_another_is_not_quoted_again() -> None:
    found = [
        said("The train was late again today."),
        said("The train was late again, today!"),
        said("No announcement."),
    ]
    assert told_once(found, TOPICS, 3) == [found[0], found[2]]


def test_each_topic_has_its_turn_in_the_order_of_mentions() -> None:
    found = [said("Kind crew.", "crew", "positive"), said("Late.", "delay"), said("Helpful staff!", "crew", "positive")]
    assert [one.topic for one in told_once(found, TOPICS, 1)] == ["delay", "crew"]
