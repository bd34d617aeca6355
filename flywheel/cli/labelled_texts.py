"""A file of texts with their labels: the columns, labels mapped to the names that are judged, what cannot be used."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from flywheel.cli.label_names import Kind, example, mapped, named, several
from flywheel.cli.trial_table import read_columns
from flywheel.domain.labelling import Flags
from flywheel.errors import ConfigError
from flywheel.listen.prepare import clean
from flywheel.understand.sentiment import LABELS

_LIST = re.compile(r"\[(.*)\]", re.DOTALL)
_MOST = 0.5


class LabelledTexts(NamedTuple):
    """Texts with the labels that people gave; `truth` has a column for each of `names`."""

    texts: list[str]
    names: tuple[str, ...]
    truth: Flags
    without_label: int
    unmapped: dict[str, int]
    notices: tuple[str, ...] = ()

    def first(self) -> list[str]:
        """Return one label a text: the first of those it has."""
        return [self.names[one] for one in self.truth.argmax(axis=1).tolist()]

    def some(self, rows: Sequence[int]) -> LabelledTexts:
        """Return some of the rows."""
        return self._replace(texts=[self.texts[row] for row in rows], truth=self.truth[list(rows)])

    def without(self, labels: Collection[str], why: str) -> LabelledTexts:
        """Return the rows that have another label than these, and no column for these."""
        kept = [at for at, name in enumerate(self.names) if name not in labels]
        rows = np.flatnonzero(self.truth[:, kept].any(axis=1))
        lost = len(self.texts) - len(rows)
        return self.some(rows.tolist())._replace(
            names=tuple(self.names[at] for at in kept), truth=self.truth[rows][:, kept],
            without_label=self.without_label + lost, notices=(*self.notices, f"{why} ({lost:,} texts)."),
        )  # fmt: skip


class Asked(NamedTuple):
    """Which columns are wanted of a file, and how their labels are to be read."""

    kind: Kind
    text: str
    label: str
    mapping: tuple[str, ...] = ()
    several: str | None = None
    fit: bool = False


def read_texts(file: Path, asked: Asked) -> LabelledTexts:
    """Read a file; for sentiment only its three labels count. Raises ConfigError."""
    table = read_columns(file, [asked.text, asked.label])
    said = [_split(cell, asked.several) for cell in table.columns[asked.label]]
    counts = Counter(one for labels in said for one in labels)
    known = mapped(counts, asked.mapping, asked.kind, fit=asked.fit)
    unmapped = {one: n for one, n in counts.items() if one not in known}
    rows = [
        (clean(words), {known[one] for one in labels if one in known})
        for words, labels in zip(table.columns[asked.text], said, strict=True)
        if words.strip() and any(one in known for one in labels)
    ]
    lost = sum(1 for labels in said if labels and not any(one in known for one in labels))
    if not rows or (not asked.mapping and lost > _MOST * sum(map(bool, said))):
        raise ConfigError(_nothing(file, asked, unmapped, lost))
    order = LABELS if asked.kind == "sentiment" else sorted({one for _, found in rows for one in found})
    used = tuple(name for name in order if any(name in found for _, found in rows))
    truth = np.array([[name in found for name in used] for _, found in rows], np.bool_)
    notices = [words for words in (None if asked.several else several(counts),) if words]
    if len(used) == 1:
        notices.append(f"Every text is labelled {used[0]!r}: how well labels are told apart cannot be seen.")
    return LabelledTexts([words for words, _ in rows], used, truth, len(said) - len(rows), unmapped, tuple(notices))


def _split(cell: str, sign: str | None) -> list[str]:
    """Return the labels of a cell; a list as programs write it, ['joy', 'fear'], says itself what stands between."""
    listed = _LIST.fullmatch(cell.strip())
    parts = listed[1].split(",") if listed else cell.split(sign) if sign else [cell]
    plain = [part.strip().strip("'\"") if listed else part.strip() for part in parts]
    return [part for part in plain if part]


def _nothing(file: Path, asked: Asked, unmapped: dict[str, int], lost: int) -> str:
    fixed = f" What is judged is called {', '.join(LABELS)}: map them, {example(unmapped)}."
    wanted = (fixed if asked.kind == "sentiment" else " Map them: --map NAME=LABEL,LABEL.") if lost else ""
    what = f"{lost:,} rows of {file.name} have" if lost else f"No row of {file.name} has a text and"
    return f"{what} a label that cannot be judged: column {asked.label!r} says {named(unmapped)}.{wanted}"
