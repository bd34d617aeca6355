"""What readings say in one field, text by text: the values, none, or that it was not read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flywheel.domain.correction import Field
from flywheel.domain.labelling import Flags
from flywheel.domain.reading import Readings

Answer = tuple[str, ...] | None
"""None: it was not read; an empty tuple: it was, and there is none."""


def answers(readings: Readings, field: Field) -> list[Answer]:
    """Return the values of each text."""
    if field == "emotion":
        return list(readings.emotions)
    if field == "topic":
        found: list[list[str]] = [[] for _ in readings.status]
        for row, topic in zip(readings.mentions.row, readings.mentions.topic, strict=True):
            found[row].append(topic)
        return [tuple(names) if state == "read" else None for names, state in zip(found, readings.status, strict=True)]
    column = readings.label if field == "sentiment" else readings.intent
    return [None if one is None else (one,) for one in column]


def flags(said: Sequence[Answer], names: Sequence[str]) -> Flags:
    """Return which texts have which values, shape (texts, names); other values, and what was not read, are left out."""
    place = {name: at for at, name in enumerate(names)}
    cells = [(row, place[one]) for row, values in enumerate(said) for one in values or () if one in place]
    found = np.zeros((len(said), len(names)), np.bool_)
    if cells:
        found[tuple(np.array(cells).T)] = True
    return found
