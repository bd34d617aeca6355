"""The suite of analyzers: readings keep the order of their texts, say honestly what was not read, and never raise."""

from __future__ import annotations

import math
from typing import Any, get_args

import numpy as np

from flywheel.checks.settings import check_settings, require
from flywheel.domain.reading import Intent, Label, Readings, ReadingStatus, Texts, TopicRule, Urgency
from flywheel.ports import Analyzer

PLAIN = (
    "The train was two hours late and nobody told us anything.", "Thank you, the crew was wonderful!",
    "Where do I find my refund?", "Pociąg spóźnił się o godzinę i nikt nic nie powiedział.", "It was a train.",
    "I am never travelling with you again.", "The delay was bad, but the refund came quickly.",
)  # fmt: skip
HOSTILE = (
    "", " \t\n", "\x00", "\ud800 lone", "a\u0300" * 3_000, "\u202eright to left\u202c", "\U0001f600" * 50, "a" * 65_536,
    "!" * 20_000, "<script>alert(1)</script>", "'; DROP TABLE feedback; --", "{{ 7 * 7 }}", "(" * 5_000, "\\" * 999,
    "1 2 3 4", "http://a.b/c?d=e", "ﷺ", "\ufeff\ufffe", "https://" * 2_000, "no " * 9_000,
    "@a #b " * 5_000, "\r\n" * 99,
)  # fmt: skip
TAXONOMY = (
    TopicRule(topic="delay", touchpoint="punctuality", words={"en": ("late", "delay*"), "pl": ("spóźni*",)}),
    TopicRule(topic="refund", words={"en": ("refund*",)}),
)
_COLUMNS = (
    "status", "language", "sentiment", "label", "confidence", "emotions", "effort", "intent", "urgency",
    "urgency_reason",
)  # fmt: skip


def check_analyzer(
    analyzer: Analyzer, texts: tuple[str, ...] = PLAIN, taxonomy: tuple[TopicRule, ...] = TAXONOMY
) -> None:
    """Check an analyzer on some plain texts (at least one of which it can read) and on hostile ones."""
    check_settings(analyzer, Analyzer)
    name = analyzer.model_name
    require(name.strip() and name == analyzer.model_name, "A model has one name and keeps it: readings hang on it.")
    everything = (*texts, *HOSTILE, *texts)
    readings = analyzer.read(_batch(everything), taxonomy)
    _check_shape(readings, len(everything), name)
    require("read" in readings.status, f"{name} read none of the texts: hand the suite some that it can read.")
    _check_rows(readings, name)
    _check_mentions(readings, everything, name)
    whole = _by_row(readings)
    require(_by_row(analyzer.read(_batch(everything), taxonomy)) == whole, f"{name} reads the same batch differently.")
    alone = [_by_row(analyzer.read(_batch((text,)), taxonomy))[0] for text in everything]
    differs = next((at for at, row in enumerate(alone) if row != whole[at]), None)
    require(
        differs is None,
        f"{name} reads text {differs} alone otherwise than among others: a reading hangs on its text only.",
    )
    require(len(analyzer.read(_batch(()), taxonomy)) == 0, f"{name} makes readings of an empty batch.")


def _batch(texts: tuple[str, ...]) -> Texts:
    n = len(texts)
    return Texts(text=list(texts), language=[None] * n, touchpoint=["desk"] * n, brand=["Own"] * n)


def _check_shape(readings: Readings, n: int, name: str) -> None:
    lengths = {column: len(getattr(readings, column)) for column in _COLUMNS}
    require(set(lengths.values()) == {n}, f"{name} gave columns of lengths {lengths} for {n} texts: one row per text.")
    require(readings.model == name, f"Readings say they are of {readings.model!r}; the analyzer is called {name!r}.")


def _check_rows(readings: Readings, name: str) -> None:
    for at, status in enumerate(readings.status):
        label, where = readings.label[at], f"reading {at} of {name}"
        require(status in get_args(ReadingStatus), f"{where} has the status {status!r}, which there is not.")
        require(label is None or label in get_args(Label), f"{where} has the label {label!r}, which there is not.")
        require(
            (label is None) == (status != "read"), f"{where} is {status!r} with label {label!r}: label what is read."
        )
        for column, low in (("sentiment", -1.0), ("confidence", 0.0)):
            value = float(getattr(readings, column)[at])
            if status == "read":
                require(low <= value <= 1, f"{where}: {column} {value} lies outside {low:g}..1.")
            else:
                require(math.isnan(value), f"{where} was not read, yet its {column} is {value}: give NaN.")
        _check_words(readings, at, where)


def _check_words(readings: Readings, at: int, where: str) -> None:
    for column, kinds in (("intent", Intent), ("urgency", Urgency)):
        value = getattr(readings, column)[at]
        require(value is None or value in get_args(kinds), f"{where}: {column} {value!r} is none of {get_args(kinds)}.")
        require(
            value is None or readings.status[at] == "read", f"{where} was not read, yet it has the {column} {value!r}."
        )


def _check_mentions(readings: Readings, texts: tuple[str, ...], name: str) -> None:
    found = readings.mentions
    columns = (found.row, found.topic, found.touchpoint, found.sentiment, found.evidence)
    require(len({len(column) for column in columns}) == 1, f"The mentions of {name} have columns of unequal length.")
    seen = set()
    for row, topic, sentiment, evidence in zip(found.row, found.topic, found.sentiment, found.evidence, strict=True):
        where = f"the mention of {topic!r} in text {row} by {name}"
        require(0 <= row < len(texts), f"{where} points outside the batch.")
        require((row, topic) not in seen, f"{where} comes twice: a topic is mentioned once per text.")
        require(
            evidence.strip() and evidence in texts[row],
            f"{where} rests on {evidence!r}, which does not stand in the text: quote it as it is written.",
        )
        require(sentiment is None or -1 <= sentiment <= 1, f"{where}: sentiment {sentiment} lies outside -1..1.")
        seen.add((row, topic))


def _by_row(readings: Readings) -> list[tuple[Any, ...]]:
    """Return each reading with its mentions, in a form in which NaN equals NaN."""
    found = readings.mentions
    said: dict[int, list[tuple[Any, ...]]] = {}
    for at, row in enumerate(found.row):
        sentiment = found.sentiment[at]
        rounded = None if sentiment is None else round(sentiment, 9)
        said.setdefault(row, []).append((found.topic[at], found.touchpoint[at], rounded, found.evidence[at]))
    numbers = {name: np.round(getattr(readings, name), 9).astype(str) for name in ("sentiment", "confidence")}
    return [
        (*(str(numbers[name][at]) if name in numbers else getattr(readings, name)[at] for name in _COLUMNS),
         sorted(said.get(at, []), key=repr))
        for at in range(len(readings))
    ]  # fmt: skip
