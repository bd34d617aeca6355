"""Readings with what a head says of a field in which a text has several values or none.

The head decides on the values that it was taught; all others stay as they were read.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from flywheel.domain.correction import Field
from flywheel.domain.labelling import Flags
from flywheel.domain.reading import Mentions, Readings, TopicRule
from flywheel.understand.answers import answers, flags
from flywheel.understand.emotions import EMOTIONS
from flywheel.understand.grounds import grounds
from flywheel.understand.several import Seen, SeveralHead

Mention = tuple[int, str, str | None, float | None, str]


def with_emotions(readings: Readings, head: SeveralHead, seen: Seen, read: list[int]) -> Readings:
    """Return readings with a head's emotions in the rows that were read; `seen` are the texts of these."""
    emotions = list(readings.emotions)
    taught = set(head.labels)
    for row, felt in zip(read, _said(readings, head, seen, read, "emotion"), strict=True):
        names = {head.labels[k] for k in np.flatnonzero(felt).tolist()} | (set(emotions[row] or ()) - taught)
        emotions[row] = tuple(name for name in EMOTIONS if name in names)
    return replace(readings, emotions=emotions)


def with_topics(
    readings: Readings, head: SeveralHead, seen: Seen, read: list[int], touchpoints: list[str | None],
    taxonomy: tuple[TopicRule, ...],
) -> Readings:  # fmt: skip
    """Return readings with a head's topics in the rows that were read; `seen` are the texts of these.

    A topic that only the head finds must be in the taxonomy, which gives it the touchpoint, and must rest on words of
    the text that speak for it, else it is left out; it has the sentiment of the whole text.
    """
    said, old = _said(readings, head, seen, read, "topic"), readings.mentions
    value, place = {name: k for k, name in enumerate(head.labels)}, {row: at for at, row in enumerate(read)}
    kept: list[Mention] = [
        mention
        for mention in zip(old.row, old.topic, old.touchpoint, old.sentiment, old.evidence, strict=True)
        if mention[0] not in place or mention[1] not in value or said[place[mention[0]], value[mention[1]]]
    ]
    said[_there(old, place, value)] = False
    listed = {rule.topic: rule.touchpoint for rule in taxonomy}
    said[:, [name not in listed for name in head.labels]] = False
    at, number = np.nonzero(said)
    own, language = [seen.own[one] for one in at.tolist()], [readings.language[read[one]] for one in at.tolist()]
    words = grounds(head, own, language, number)
    for one, topic, evidence in zip(at.tolist(), (head.labels[k] for k in number.tolist()), words, strict=True):
        if evidence is not None:
            row = read[one]
            kept.append((row, topic, listed[topic] or touchpoints[row], float(readings.sentiment[row]), evidence))
    order = {topic: at for at, topic in enumerate(listed)}
    kept.sort(key=lambda mention: (mention[0], order.get(mention[1], len(order))))
    columns = map(list, zip(*kept, strict=True)) if kept else ([], [], [], [], [])
    return replace(readings, mentions=Mentions(*columns))


def _said(readings: Readings, head: SeveralHead, seen: Seen, read: list[int], field: Field) -> Flags:
    said = answers(readings, field)
    return head.said(seen, flags([said[row] for row in read], head.labels))


def _there(old: Mentions, place: dict[int, int], value: dict[str, int]) -> tuple[list[int], list[int]]:
    """Return which cells of (texts read, values) are mentioned already."""
    cells = [(place[row], value[topic]) for row, topic in zip(old.row, old.topic, strict=True)
             if row in place and topic in value]  # fmt: skip
    return [at for at, _ in cells], [k for _, k in cells]
