"""What a text says: readings as columns over a batch, with the words each mention rests on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from flywheel.domain.record import Record
from flywheel.domain.saying import Outcome, Promiser, Step

ReadingStatus = Literal["read", "unsupported", "no text", "unscored"]
Label = Literal["negative", "neutral", "positive"]
Intent = Literal[
    "complaint", "question", "request", "praise", "threat to leave", "gone", "hardship", "legal or safety", "none"
]
Urgency = Literal["high", "raised", "none"]
Emotion = Literal["anger", "disgust", "fear", "joy", "sadness", "surprise", "neutral"]
"""Ekman's six (1992) and neutral."""


class TopicRule(Record):
    """One topic of the taxonomy: the words that name it, by language, and where in the journey it belongs.

    A word is a lower-case word or phrase; a trailing `*` matches any ending ("delay*").
    """

    topic: str
    touchpoint: str | None = None
    words: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Texts:
    """A batch of texts to read, with what is already known of each; all lists have the same length.

    `reply` is what the company answered to each, as its source gives it; `usual` the language that nearly all texts of
    its source are in, where none is declared. Both are empty where no text of the batch has one.
    """

    text: list[str]
    language: list[str | None]
    touchpoint: list[str | None]
    brand: list[str]
    reply: list[str | None] = field(default_factory=list)
    usual: list[str | None] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.text)


@dataclass(frozen=True, slots=True)
class Mentions:
    """Topics found in a batch: `row` points into the texts; `evidence` is the words that say so."""

    row: list[int]
    topic: list[str]
    touchpoint: list[str | None]
    sentiment: list[float | None]
    evidence: list[str]


@dataclass(frozen=True, slots=True)
class Readings:
    """The readings of a batch, in the order of its texts.

    `sentiment` is P(positive) - P(negative), -1..1; `confidence` is the calibrated probability, 0..1, that
    `label` is right. Both are NaN and `label` is None where `status` is not "read": a language we cannot
    read is never called neutral. `language` is an ISO 639-1 code, "mixed" for a text in two of them, or "und".
    `emotions`: several at once; None means not read, an empty tuple means read, none found.
    `expectation` is what became of a promise or an expectation, by the `expectation_words`; `promised_by` says who
    had promised ("unnamed": somebody of the company), None where it was only expected. `empathy`, 0..1, is that of the
    company's reply, by the steps in `reply_shows`; None where there is no reply or it cannot be read.
    """

    model: str
    status: list[ReadingStatus]
    language: list[str]
    sentiment: NDArray[np.float64]
    label: list[Label | None]
    confidence: NDArray[np.float64]
    emotions: list[tuple[str, ...] | None]
    effort: list[str | None]
    intent: list[Intent | None]
    urgency: list[Urgency | None]
    urgency_reason: list[str | None]
    expectation: list[Outcome | None]
    expectation_words: list[str | None]
    promised_by: list[Promiser | None]
    empathy: list[float | None]
    reply_shows: list[tuple[Step, ...] | None]
    mentions: Mentions

    def __len__(self) -> int:
        return len(self.status)
