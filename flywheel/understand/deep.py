"""The deep tier: the fast tier's readings, and where those are unsure or much hangs on them, an encoder's word too."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
from pydantic import Field, model_validator

from flywheel.domain.reading import Readings, Texts, TopicRule
from flywheel.ports import Analyzer
from flywheel.understand.columns import Index
from flywheel.understand.encoder import MISSING, encoder_name, is_installed
from flywheel.understand.fast import FastAnalyzer
from flywheel.understand.features import LONG
from flywheel.understand.fusion import deep_head
from flywheel.understand.head import chances
from flywheel.understand.sentiment import LABELS
from flywheel.understand.tokens import own_words
from flywheel.understand.vocabulary import Array

GENERATION = "deep-1"
_MATTERS = frozenset({"threat to leave", "gone", "hardship", "legal or safety"})
_TEXTS = 2_048


class DeepAnalyzer(Analyzer):
    """The fast tier fused with a multilingual sentence encoder; needs `pip install 'flywheel-cx[deep]'`.

    A text is encoded where the fast tier's confidence is at most `below` (1: every text; the default: about half of
    them, at twice the speed and hardly a loss), where it is urgent, and where it speaks of leaving, hardship, law or
    safety. Texts of more than LONG words, which the fast tier reads sentence by sentence, are not: whole or by
    sentences, the encoder made their reading worse.
    """

    fast: FastAnalyzer = FastAnalyzer()
    below: float = Field(default=0.65, ge=0.0, le=1.0)

    @model_validator(mode="after")
    def _encoder_is_there(self) -> DeepAnalyzer:
        if not is_installed():
            raise ValueError(MISSING)
        return self

    @property
    def model_name(self) -> str:
        """Return "deep-1" with a fingerprint of the settings, the fast tier, the head and the encoder's version."""
        parts = (self.model_dump_json(), self.fast.model_name, deep_head().fingerprint, encoder_name())
        return f"{GENERATION}.{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:8]}"

    def read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        """Return one reading per text, in order; only sentiment, label and confidence differ from the fast tier's."""
        said = replace(self.fast.read(texts, taxonomy), model=self.model_name)
        rows = self._doubtful(said, texts.text)
        for start in range(0, len(rows), _TEXTS):
            said = _judged(said, texts.text, rows[start : start + _TEXTS])
        return said

    def _doubtful(self, said: Readings, text: list[str]) -> Index:
        unsure = said.confidence <= self.below
        much = [u == "high" or i in _MATTERS for u, i in zip(said.urgency, said.intent, strict=True)]
        read = np.array([status == "read" for status in said.status], np.bool_)
        short = np.array([len(own.split()) <= LONG for own in text], np.bool_)
        return np.flatnonzero(read & short & (unsure | np.array(much, np.bool_)))


def _judged(said: Readings, text: list[str], rows: Index) -> Readings:
    """Return readings in which the sentiment of some rows is both tiers' word."""
    head = deep_head()
    scores = head.scores([own_words(text[row]) for row in rows.tolist()])
    fused = head.fused(chances(said)[rows], scores, [said.language[row] for row in rows.tolist()])
    return with_sentiment(said, rows, fused)


def with_sentiment(said: Readings, rows: Index, fused: Array) -> Readings:
    """Return readings with P(negative), P(neutral), P(positive) of some rows put in place of what they had."""
    sentiment, confidence, label = said.sentiment.copy(), said.confidence.copy(), list(said.label)
    sentiment[rows] = fused[:, 2] - fused[:, 0]
    confidence[rows] = fused.max(axis=1)
    for row, best in zip(rows.tolist(), fused.argmax(axis=1).tolist(), strict=True):
        label[row] = LABELS[best]
    return replace(said, sentiment=sentiment, confidence=confidence, label=label)
