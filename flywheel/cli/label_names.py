"""What the labels of a file are called here: by --map, else by words that can mean nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Literal

from flywheel.cli.cell_values import compared
from flywheel.errors import ConfigError
from flywheel.understand.sentiment import LABELS

Kind = Literal["sentiment", "emotion", "topic", "intent"]

_SENTIMENTS = {
    "negative": "negative neg negativ negativo negativa negatif négatif négative negatywny negatywna negatywne",
    "neutral": "neutral neu neutr neutro neutra neutre neutralny neutralna neutralne",
    "positive": "positive pos positiv positivo positiva positif positive pozytywny pozytywna pozytywne",
}
_EMOTIONS = {
    "joy": "joy joyful happy happiness", "anger": "anger angry", "sadness": "sadness sad", "fear": "fear afraid scared",
    "surprise": "surprise surprised", "disgust": "disgust disgusted", "neutral": "neutral",
}  # fmt: skip
_MOST_NAMED = 8
_MOST_LABELS = 500
"""More are no labels: the column of texts was named instead."""
_LONGEST = 30
"""A longer label is probably a customer's words: it is not printed."""
_PARTS = re.compile(r"\s*[,;|]\s*")
_OFTEN = 0.02


def mapped(labels: Mapping[str, int], mapping: Sequence[str], kind: Kind, *, fit: bool) -> dict[str, str]:
    """Return label of the file -> name that is judged; those without a name are left out.

    `labels` counts them. For sentiment the names are fixed; of the other kinds a label that nobody maps keeps its own.
    """
    if mapping:
        given = parse_map(",".join(mapping))
        wanted = {compared(label): name for label, name in given.items()}
        found = {label: wanted[compared(label)] for label in labels if compared(label) in wanted}
        if not found and {compared(name) for name in given.values()} & {compared(label) for label in labels}:
            raise ConfigError(
                "--map is written the other way round: NAME=LABEL, our name first, then what the file says."
            )
        return {label: _sentiment(name) for label, name in found.items()} if kind == "sentiment" else found
    if kind == "sentiment":
        return _sentiments(labels)
    words = {} if fit or kind != "emotion" else _words(_EMOTIONS)
    return {label: words.get(label.casefold(), label) for label in labels}


def parse_map(mapping: str) -> dict[str, str]:
    """Return file label -> name from "negative=1,2,neutral=3": what has no `=` belongs to the name before it."""
    found: dict[str, str] = {}
    name = None
    for part in mapping.split(","):
        key, sign, label = part.partition("=")
        name = key.strip() if sign else name
        value = (label if sign else part).strip()
        if name is None or not name or not value:
            raise ConfigError(f"--map is NAME=LABEL,LABEL,NAME=LABEL: {part!r} has no name or no label.")
        if found.setdefault(value, name) != name:
            raise ConfigError(f"--map gives {value!r} two names: {found[value]!r} and {name!r}.")
    return found


def example(labels: Collection[str]) -> str:
    """Return how the labels might be mapped, where they look like stars or the like; a person must know."""
    numbers = {compared(label) for label in labels}
    if not numbers or not all(isinstance(one, float) for one in numbers):
        return "--map negative=LABEL,LABEL,neutral=LABEL,positive=LABEL"
    if numbers <= {0.0, 1.0}:
        return "--map negative=0,positive=1"
    if numbers <= {0.0, 1.0, 2.0}:
        return "--map negative=0,neutral=1,positive=2 (if that is what they mean)"
    return "--map negative=1,2,neutral=3,positive=4,5 for stars"


def named(labels: Mapping[str, int]) -> str:
    """Return the most frequent labels to be printed; long ones may be a customer's words, and are not."""
    if len(labels) > _MOST_LABELS:
        return f"{len(labels):,} different things"
    most = sorted(labels, key=lambda one: (-labels[one], one))[:_MOST_NAMED]
    short = ", ".join(repr(one) for one in most if len(one) <= _LONGEST)
    return short or ("long texts" if most else "nothing")


def several(labels: Mapping[str, int]) -> str | None:
    """Return a sentence where labels are made of others: a cell holds several, and nobody said what stands between."""
    made = Counter[str]()
    for label, n in labels.items():
        parts = _PARTS.split(label)
        if len(parts) > 1 and all(part in labels for part in parts):
            made[label] += n
    if sum(made.values()) < _OFTEN * sum(labels.values()) or not made:
        return None
    [label] = [one for one, _ in made.most_common(1)]
    sign = next(iter(re.findall(r"[,;|]", label)))
    return f"Labels such as {label!r} look like several in a cell, and are taken as one: say --several {sign!r}."


def _sentiments(labels: Mapping[str, int]) -> dict[str, str]:
    numbers = {compared(label) for label in labels}
    if -1.0 in numbers and numbers <= {-1.0, 0.0, 1.0}:
        return {label: LABELS[int(float(label)) + 1] for label in labels}
    words = _words(_SENTIMENTS)
    return {label: words[label.casefold()] for label in labels if label.casefold() in words}


def _sentiment(name: str) -> str:
    if name.casefold() not in LABELS:
        raise ConfigError(f"--map names {name!r}, but sentiment is called {', '.join(LABELS)}: NAME=LABEL, ours first.")
    return name.casefold()


def _words(names: Mapping[str, str]) -> dict[str, str]:
    return dict(chain.from_iterable(((word, name) for word in words.split()) for name, words in names.items()))
