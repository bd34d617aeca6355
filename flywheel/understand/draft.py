"""The columns of a batch of readings while they are filled, and the joining of two finished batches."""

from __future__ import annotations

import numpy as np

from flywheel.domain.reading import Label, Mentions, Readings, ReadingStatus, Texts
from flywheel.understand.charge import Array
from flywheel.understand.language import UNKNOWN
from flywheel.understand.rules import Said
from flywheel.understand.sentiment import LABELS


class Draft:
    """Columns to fill; what nobody fills stays "not read"."""

    def __init__(self, n: int) -> None:
        """Make the columns of `n` unread texts."""
        self.language = [UNKNOWN] * n
        self.sentiment = np.full(n, np.nan)
        self.confidence = np.full(n, np.nan)
        self.label: list[Label | None] = [None] * n
        self._said: list[Said | None] = [None] * n
        self._mentions: list[tuple[int, str, str | None, float, str]] = []

    def judge(self, rows: list[int], chances: Array) -> None:
        """Set the sentiment of rows from P(negative), P(neutral), P(positive)."""
        self.sentiment[rows] = chances[:, 2] - chances[:, 0]
        self.confidence[rows] = chances.max(axis=1)
        for row, best in zip(rows, chances.argmax(axis=1).tolist(), strict=True):
            self.label[row] = LABELS[best]

    def say(self, row: int, said: Said) -> None:
        """Set what the rules read in a row."""
        self._said[row] = said

    def mention(self, row: int, topic: str, touchpoint: str | None, sentiment: float, evidence: str) -> None:
        """Add a topic of a row."""
        self._mentions.append((row, topic, touchpoint, sentiment, evidence))

    def abstain(self, row: int) -> None:
        """Take everything back but the language."""
        self.sentiment[row] = self.confidence[row] = np.nan
        self.label[row] = self._said[row] = None
        self._mentions = [mention for mention in self._mentions if mention[0] != row]

    def readings(self, model: str, status: list[ReadingStatus]) -> Readings:
        """Return the finished batch."""
        mentions = sorted(self._mentions, key=lambda mention: mention[0])
        return Readings(
            model=model,
            status=status,
            language=self.language,
            sentiment=self.sentiment,
            label=self.label,
            confidence=self.confidence,
            emotions=[None] * len(status),
            effort=[said.effort if said else None for said in self._said],
            intent=[said.intent if said else None for said in self._said],
            urgency=[said.urgency if said else None for said in self._said],
            urgency_reason=[said.reason if said else None for said in self._said],
            mentions=Mentions(
                row=[mention[0] for mention in mentions],
                topic=[mention[1] for mention in mentions],
                touchpoint=[mention[2] for mention in mentions],
                sentiment=[mention[3] for mention in mentions],
                evidence=[mention[4] for mention in mentions],
            ),
        )


def part(texts: Texts, start: int, stop: int) -> Texts:
    """Return the texts from `start` up to `stop`."""
    here = slice(start, stop)
    return Texts(texts.text[here], texts.language[here], texts.touchpoint[here], texts.brand[here])


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
        mentions=Mentions(
            row=a.row + [row + len(first) for row in b.row],
            topic=a.topic + b.topic,
            touchpoint=a.touchpoint + b.touchpoint,
            sentiment=a.sentiment + b.sentiment,
            evidence=a.evidence + b.evidence,
        ),
    )
