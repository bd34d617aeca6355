"""A file of texts with their labels: the columns, labels mapped to the names that are judged, what cannot be used."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from flywheel.cli.trial_table import read_columns
from flywheel.domain.labelling import Flags
from flywheel.errors import ConfigError
from flywheel.listen.prepare import clean


class LabelledTexts(NamedTuple):
    """Texts with the labels that people gave; `truth` has a column for each of `names`."""

    texts: list[str]
    names: tuple[str, ...]
    truth: Flags
    without_label: int
    unmapped: dict[str, int]

    def first(self) -> list[str]:
        """Return one label a text: the first of those it has."""
        return [self.names[one] for one in self.truth.argmax(axis=1).tolist()]

    def some(self, rows: Sequence[int]) -> LabelledTexts:
        """Return some of the rows."""
        return self._replace(texts=[self.texts[row] for row in rows], truth=self.truth[list(rows)])


def read_texts(
    file: Path, text: str, label: str, mapping: str | None, several: str | None, names: Sequence[str] | None
) -> LabelledTexts:
    """Read a file; `names` are the only labels that count, where they are fixed. Raises ConfigError."""
    table = read_columns(file, [text, label])
    said = [_split(cell, several) for cell in table.columns[label]]
    mapped = parse_map(mapping) if mapping else None
    plain = {one.casefold(): one for one in names or ()}
    known = (
        mapped if mapped is not None else {label: plain.get(label.casefold(), label) for row in said for label in row}
    )
    if names is not None:
        known = {label: name for label, name in known.items() if name in names}
    unmapped: dict[str, int] = {}
    rows: list[tuple[str, set[str]]] = []
    for words, labels in zip(table.columns[text], said, strict=True):
        found = {known[one] for one in labels if one in known}
        for one in labels:
            if one not in known:
                unmapped[one] = unmapped.get(one, 0) + 1
        if found and words.strip():
            rows.append((clean(words), found))
    if not rows:
        raise ConfigError(_nothing(file, label, unmapped, names))
    order = tuple(names) if names is not None else tuple(sorted({one for _, found in rows for one in found}))
    used = tuple(name for name in order if any(name in found for _, found in rows))
    truth = np.array([[name in found for name in used] for _, found in rows], np.bool_)
    return LabelledTexts([words for words, _ in rows], used, truth, len(said) - len(rows), unmapped)


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


def _split(cell: str, several: str | None) -> list[str]:
    parts = cell.split(several) if several else [cell]
    return [part.strip() for part in parts if part.strip()]


def _nothing(file: Path, label: str, unmapped: dict[str, int], names: Sequence[str] | None) -> str:
    most = sorted(unmapped, key=lambda one: (-unmapped[one], one))[:8]
    wanted = f" What is judged is called {', '.join(names)}." if names else ""
    return (
        f"No row of {file.name} has a text and a label that can be judged. Column {label!r} says "
        f"{', '.join(map(repr, most)) or 'nothing'}.{wanted} Map them: --map NAME=LABEL,LABEL,NAME=LABEL."
    )
