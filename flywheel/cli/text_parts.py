"""From which texts of a labelled file is learned, and which are then asked."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from flywheel.cli.label_names import Kind, named
from flywheel.cli.labelled_texts import LabelledTexts
from flywheel.domain.labelling import Flags
from flywheel.errors import ConfigError
from flywheel.understand.columns import Index
from flywheel.understand.head import FEWEST, apart

_FOLDS = 10


class TextPlan(NamedTuple):
    """What is judged, and from how much of the file is learned."""

    kind: Kind
    language: str | None
    share: float
    each: int | None
    seed: int


def parts(data: LabelledTexts, plan: TextPlan) -> tuple[LabelledTexts, Index, Index]:
    """Return the rows to learn from and the rest; equal texts are on one side, each label is shared out evenly.

    Labels too rare to be learned are left out, with their rows (never a sentiment: there are only three).
    """
    labels = data.first()
    learn = _learned_from(data.texts, labels, plan)
    counts = dict.fromkeys(sorted(set(labels)), 0)
    for row in np.flatnonzero(learn).tolist():
        counts[labels[row]] += 1
    few = [label for label, n in counts.items() if n < FEWEST]
    if few and plan.kind != "sentiment" and len(counts) - len(few) > 1:
        rest = data.without(few, f"Too rare to be learned, and left out: {named(dict.fromkeys(few, 1))}")
        return parts(rest, plan)
    if few or learn.all() or not learn.any():
        raise ConfigError(
            f"Too few texts to learn from: {few[0] if few else 'every label'!r} has fewer than {FEWEST} in the part "
            "that is learned, or nothing is left to score. Leave rare labels out with --map, or change --share."
        )
    if len(counts) == 1:
        raise ConfigError(f"Every text is labelled {labels[0]!r}: nothing can be learned from one label.")
    return data, np.flatnonzero(learn), np.flatnonzero(~learn)


def _learned_from(texts: list[str], labels: list[str], plan: TextPlan) -> Flags:
    if plan.each is None:
        return np.asarray(apart(texts, labels, _FOLDS, plan.seed) < round(plan.share * _FOLDS))
    order = np.random.default_rng(plan.seed).permutation(len(texts))
    chosen: dict[str, set[str]] = {}
    for row in order.tolist():
        some = chosen.setdefault(labels[row], set())
        if len(some) < plan.each:
            some.add(texts[row])
    return np.array([text in chosen[label] for text, label in zip(texts, labels, strict=True)])
