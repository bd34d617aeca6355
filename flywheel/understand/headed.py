"""An analyzer with the organisation's own heads on it: what they were taught stands in place of what it says."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import replace
from functools import cached_property
from typing import TypeVar, cast

import numpy as np
from pydantic import InstanceOf

from flywheel.domain.reading import Intent, Label, Readings, Texts, TopicRule
from flywheel.ports import Analyzer
from flywheel.understand.head import Head, chances, unpacked
from flywheel.understand.sentiment import LABELS
from flywheel.understand.vocabulary import Array

T = TypeVar("T")


class Headed(Analyzer):
    """The analyzer beneath, and the live head of each field in base64; its name changes with each of them."""

    beneath: InstanceOf[Analyzer]
    heads: dict[str, str]

    @property
    def model_name(self) -> str:
        """Return the name of what is beneath, then of each head: readings of different names are never mixed."""
        return "+".join([self.beneath.model_name, *(f"{field}:{head.name()}" for field, head in self._heads.items())])

    def read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        """Return the readings; a text that was not read beneath stays so."""
        readings = self.beneath.read(texts, taxonomy)
        read = [row for row, status in enumerate(readings.status) if status == "read"]
        said = [texts.text[row] for row in read]
        sentiment, confidence = readings.sentiment.copy(), readings.confidence.copy()
        label, intent = list(readings.label), list(readings.intent)
        if "sentiment" in self._heads and read:
            shares, names = judged(self._heads["sentiment"], said, chances(readings)[read])
            label = _placed(label, read, [cast(Label, name) for name in names])
            sentiment[read], confidence[read] = shares[:, 2] - shares[:, 0], shares.max(axis=1)
        if "intent" in self._heads and read:
            intent = _placed(
                intent, read, [cast(Intent, name) for name in judged(self._heads["intent"], said, None)[1]]
            )
        return replace(
            readings, model=self.model_name, sentiment=sentiment, label=label, confidence=confidence, intent=intent
        )

    @cached_property
    def _heads(self) -> dict[str, Head]:
        return {field: unpacked(b64decode(content)) for field, content in sorted(self.heads.items())}


def judged(head: Head, texts: list[str], beside: Array | None) -> tuple[Array, list[str]]:
    """Return a head's probabilities (of sentiment: negative, neutral, positive, also those never taught) and labels."""
    shares = head.probabilities(texts, beside)
    names = [head.labels[k] for k in shares.argmax(axis=1).tolist()]
    if not set(head.labels) <= set(LABELS):
        return shares, names
    wide = np.zeros((len(texts), len(LABELS)))
    wide[:, [LABELS.index(cast(Label, name)) for name in head.labels]] = shares
    return wide, names


def _placed(column: list[T | None], rows: list[int], values: list[T]) -> list[T | None]:
    for row, value in zip(rows, values, strict=True):
        column[row] = value
    return column
