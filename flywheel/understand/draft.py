"""The columns of a batch of readings while they are filled, and the joining of two finished batches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain
from operator import itemgetter

import numpy as np

from flywheel.domain.reading import Emotion, Label, Mentions, Readings, ReadingStatus, Texts
from flywheel.domain.saying import Answer
from flywheel.understand.language import UNKNOWN
from flywheel.understand.rules import Said, both
from flywheel.understand.sentiment import LABELS
from flywheel.understand.vocabulary import Array


@dataclass(frozen=True, slots=True)
class _Unsaid:
    effort: None = None
    intent: None = None
    urgency: None = None
    reason: None = None
    expected: None = None


_UNSAID = _Unsaid()


class Draft:
    """Columns to fill; what nobody fills stays "not read"."""

    def __init__(self, n: int) -> None:
        """Make the columns of `n` unread texts."""
        self.language = [UNKNOWN] * n
        self.chances = np.full((n, len(LABELS)), np.nan)
        self.label: list[Label | None] = [None] * n
        self.said: list[Said | None] = [None] * n
        self.emotions: list[tuple[Emotion, ...] | None] = [None] * n
        self.answers: list[Answer | None] = [None] * n
        self._mentions: list[Mentions] = []

    def judge(self, rows: list[int], chances: Array) -> list[Label]:
        """Set the sentiment of rows from P(negative), P(neutral), P(positive); return their labels."""
        self.chances[rows] = chances
        labels = [LABELS[best] for best in chances.argmax(axis=1).tolist()]
        for row, label in zip(rows, labels, strict=True):
            self.label[row] = label
        return labels

    def say(self, rows: list[int], said: list[Said]) -> None:
        """Set what the rules read in rows."""
        for row, words in zip(rows, said, strict=True):
            self.said[row] = words

    def feel(self, rows: list[int], emotions: list[tuple[Emotion, ...]]) -> None:
        """Set the emotions of rows; an empty tuple: read, and none found."""
        for row, felt in zip(rows, emotions, strict=True):
            self.emotions[row] = felt

    def blend(self, other: Draft, share: float) -> None:
        """Add to a draft of one text what another says of it; `share`, 0..1, is how much of the text that one read."""
        self.judge([0], (1 - share) * self.chances + share * other.chances)
        first, second = self.said[0], other.said[0]
        self.said[0] = both(first, second) if first and second else first or second
        self.emotions[0] = tuple(dict.fromkeys((self.emotions[0] or ()) + (other.emotions[0] or ())))
        known = {topic for mentions in self._mentions for topic in mentions.topic}
        self._mentions += [_without(mentions, known) for mentions in other._mentions]

    def take(self, row: int, one: Draft) -> None:
        """Set a row to what a draft of one text says."""
        self.chances[row] = one.chances[0]
        self.label[row], self.said[row], self.emotions[row] = one.label[0], one.said[0], one.emotions[0]
        self._mentions += [replace(mentions, row=[row] * len(mentions.row)) for mentions in one._mentions]

    def mention(self, mentions: Mentions) -> None:
        """Add topics of some rows."""
        self._mentions.append(mentions)

    def abstain(self, row: int) -> None:
        """Take everything back but the language."""
        self.chances[row] = np.nan
        self.label[row] = self.said[row] = self.emotions[row] = self.answers[row] = None

    def readings(self, model: str, status: list[ReadingStatus]) -> Readings:
        """Return the finished batch; what is mentioned in rows from which we abstain is left out."""
        said = [words or _UNSAID for words in self.said]
        expected = [words.expected for words in said]
        answers = self.answers
        return Readings(
            model=model,
            status=status,
            language=self.language,
            sentiment=self.chances[:, 2] - self.chances[:, 0],
            label=self.label,
            confidence=self.chances.max(axis=1),
            emotions=list(self.emotions),
            effort=[words.effort for words in said],
            intent=[words.intent for words in said],
            urgency=[words.urgency for words in said],
            urgency_reason=[words.reason for words in said],
            expectation=[one.outcome if one else None for one in expected],
            expectation_words=[one.words if one else None for one in expected],
            promised_by=[one.promised_by if one else None for one in expected],
            empathy=[one.empathy if one else None for one in answers],
            reply_shows=[tuple(one.evidence) if one else None for one in answers],
            mentions=self._in_order(),
        )

    def _in_order(self) -> Mentions:
        parts = [zip(m.row, m.topic, m.touchpoint, m.sentiment, m.evidence, strict=True) for m in self._mentions]
        kept = [mention for mention in chain.from_iterable(parts) if self.label[mention[0]]]
        kept.sort(key=itemgetter(0))
        columns = map(list, zip(*kept, strict=True)) if kept else ([], [], [], [], [])
        row, topic, touchpoint, sentiment, evidence = columns
        return Mentions(row, topic, touchpoint, sentiment, evidence)


def _without(mentions: Mentions, topics: set[str]) -> Mentions:
    kept = [k for k, topic in enumerate(mentions.topic) if topic not in topics]
    return Mentions(
        row=[mentions.row[k] for k in kept],
        topic=[mentions.topic[k] for k in kept],
        touchpoint=[mentions.touchpoint[k] for k in kept],
        sentiment=[mentions.sentiment[k] for k in kept],
        evidence=[mentions.evidence[k] for k in kept],
    )


def part(texts: Texts, start: int, stop: int) -> Texts:
    """Return the texts from `start` up to `stop`."""
    here = slice(start, stop)
    return Texts(
        texts.text[here], texts.language[here], texts.touchpoint[here], texts.brand[here], texts.reply[here],
        texts.usual[here],
    )  # fmt: skip


def joined(first: Readings, second: Readings) -> Readings:
    """Return the readings of two batches as those of one."""
    a, b = first.mentions, second.mentions
    return Readings(
        model=first.model,
        status=first.status + second.status,
        language=first.language + second.language,
        sentiment=np.concatenate((first.sentiment, second.sentiment)),
        label=first.label + second.label,
        confidence=np.concatenate((first.confidence, second.confidence)),
        emotions=first.emotions + second.emotions,
        effort=first.effort + second.effort,
        intent=first.intent + second.intent,
        urgency=first.urgency + second.urgency,
        urgency_reason=first.urgency_reason + second.urgency_reason,
        expectation=first.expectation + second.expectation,
        expectation_words=first.expectation_words + second.expectation_words,
        promised_by=first.promised_by + second.promised_by,
        empathy=first.empathy + second.empathy,
        reply_shows=first.reply_shows + second.reply_shows,
        mentions=Mentions(
            row=a.row + [row + len(first) for row in b.row],
            topic=a.topic + b.topic,
            touchpoint=a.touchpoint + b.touchpoint,
            sentiment=a.sentiment + b.sentiment,
            evidence=a.evidence + b.evidence,
        ),
    )
