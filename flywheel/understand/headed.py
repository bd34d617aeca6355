"""An analyzer with the organisation's own heads on it: what they were taught stands in place of what it says."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TypeVar, cast

import numpy as np
from pydantic import InstanceOf

from flywheel.domain.correction import SEVERAL, Field
from flywheel.domain.reading import Intent, Label, Readings, Texts, TopicRule
from flywheel.ports import Analyzer
from flywheel.understand import several
from flywheel.understand.head import Head, chances, unpacked
from flywheel.understand.sentiment import LABELS
from flywheel.understand.several import SeveralHead
from flywheel.understand.several_said import with_emotions, with_topics
from flywheel.understand.vocabulary import Array

T = TypeVar("T")


class Headed(Analyzer):
    """The analyzer beneath, and the live head of each field in base64; its name changes with each of them."""

    beneath: InstanceOf[Analyzer]
    heads: dict[str, str]

    @property
    def model_name(self) -> str:
        """Return the name of what is beneath, then of each head: readings of different names are never mixed."""
        return "+".join([self.beneath.model_name, *self._names])

    def for_cycle(self, cycle_id: str) -> Headed:
        """Return the same heads on what reads beneath in this cycle, with its budget."""
        return self.model_copy(update={"beneath": self.beneath.for_cycle(cycle_id)})

    def read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        """Return the readings; a text that was not read beneath stays so."""
        readings = replace(self.beneath.read(texts, taxonomy), model=self.model_name)
        read = [row for row, status in enumerate(readings.status) if status == "read"]
        if not read:
            return readings
        readings = self._with_one_each(readings, texts, read)
        if self._several:
            seen = several.seen([texts.text[row] for row in read])
            if "emotion" in self._several:
                readings = with_emotions(readings, self._several["emotion"], seen, read)
            if "topic" in self._several:
                readings = with_topics(readings, self._several["topic"], seen, read, texts.touchpoint, taxonomy)
        return readings

    def _with_one_each(self, readings: Readings, texts: Texts, read: list[int]) -> Readings:
        said = [texts.text[row] for row in read]
        if "sentiment" in self._heads:
            shares, names = judged(self._heads["sentiment"], said, chances(readings)[read])
            sentiment, confidence = readings.sentiment.copy(), readings.confidence.copy()
            sentiment[read], confidence[read] = shares[:, 2] - shares[:, 0], shares.max(axis=1)
            label = _placed(list(readings.label), read, [cast(Label, name) for name in names])
            readings = replace(readings, sentiment=sentiment, label=label, confidence=confidence)
        if "intent" in self._heads:
            names = judged(self._heads["intent"], said, None)[1]
            intent = _placed(list(readings.intent), read, [cast(Intent, name) for name in names])
            readings = replace(readings, intent=intent)
        return readings

    @cached_property
    def _names(self) -> list[str]:
        heads: dict[str, Head | SeveralHead] = {**self._heads, **self._several}
        return [f"{field}:{heads[field].name()}" for field in sorted(heads)]

    @cached_property
    def _heads(self) -> dict[str, Head]:
        return {field: unpacked(b64decode(content)) for field, content in self.heads.items() if field not in SEVERAL}

    @cached_property
    def _several(self) -> dict[str, SeveralHead]:
        return {field: several.unpacked(b64decode(content)) for field, content in self.heads.items()
                if field in SEVERAL}  # fmt: skip


def with_heads(analyzer: Analyzer, heads: Mapping[Field, bytes]) -> Analyzer:
    """Return an analyzer, without the heads that it had, with packed ones; as it is where there are none."""
    beneath = analyzer.beneath if isinstance(analyzer, Headed) else analyzer
    packed = {str(field): b64encode(content).decode("ascii") for field, content in heads.items()}
    return Headed(beneath=beneath, heads=packed) if packed else beneath


def with_head(analyzer: Analyzer, field: Field, content: bytes) -> Headed:
    """Return an analyzer with a packed head in place of the one that it had for the field, if any."""
    beneath, heads = (analyzer.beneath, analyzer.heads) if isinstance(analyzer, Headed) else (analyzer, {})
    return Headed(beneath=beneath, heads={**heads, str(field): b64encode(content).decode("ascii")})


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
