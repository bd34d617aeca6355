"""Which themes are those of the last cycle: the same theme keeps its id; what split, merged or is gone is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from flywheel.domain.cycle import Cycle
from flywheel.domain.feedback import Voice
from flywheel.domain.ids import content_id
from flywheel.domain.reading import TopicRule
from flywheel.domain.theme import Theme
from flywheel.understand.themes import Found, Weights
from flywheel.understand.vocabulary import Array

ALIKE = 0.4
"""The least cosine of their words at which two themes are one: two themes of a batch have about 0.1."""

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Where:
    """Whose themes they are, and how many texts these have."""

    cycle: Cycle
    brand: str
    voice: Voice
    language: str
    texts: int


def kept(
    where: Where, found: Sequence[Found], ids: Sequence[str], before: Sequence[Theme], taxonomy: Sequence[TopicRule]
) -> list[Theme]:
    """Return the themes of a cycle, then those of `before` that are gone; `ids` are the feedback of the batch.

    Each theme takes the id of the one before that it is most like, the most alike first, and no id is taken twice. One
    that is like a theme whose id is taken has split from it; one that is left over and like a theme has merged into it.
    """
    alike = _alike([one.words for one in found], [one.words for one in before])
    same = _pairs(alike)
    merged = _left_over(alike.T, {old: new for new, old in same.items()})
    split = _left_over(alike, same)
    themes = [_theme(where, one, ids, before[same[k]] if k in same else None, taxonomy) for k, one in enumerate(found)]
    for new, old in split.items():
        themes[new] = themes[new].model_copy(update={"state": "split", "came_from": (before[old].id,)})
    for old, new in sorted(merged.items()):
        into = themes[new]
        parts = (*(into.came_from or (into.id,)), before[old].id)
        themes[new] = into.model_copy(update={"state": "merged", "came_from": parts})
    over = [one for old, one in enumerate(before) if old not in same.values() and old not in merged]
    return [*themes, *(_gone(where, one) for one in over if one.state != "gone")]


def _alike(found: Sequence[Weights], before: Sequence[Weights]) -> Array:
    """Return the cosine of the words of each theme found with each before."""
    table = [[sum(weight * old.get(word, 0.0) for word, weight in one.items()) for old in before] for one in found]
    return np.array(table, np.float64).reshape(len(found), len(before))


def _pairs(alike: Array) -> dict[int, int]:
    """Return which found theme is which of those before, the most alike first, one to one."""
    pairs: dict[int, int] = {}
    for flat in np.argsort(-alike, axis=None, kind="stable").tolist():
        new, old = divmod(flat, alike.shape[1])
        if alike[new, old] < ALIKE:
            break
        if new not in pairs and old not in pairs.values():
            pairs[new] = old
    return pairs


def _left_over(alike: Array, paired: dict[int, int]) -> dict[int, int]:
    """Return for rows without a pair the column that they are most like, if they are like any."""
    if not alike.shape[1]:
        return {}
    rows = [row for row in range(len(alike)) if row not in paired]
    return {row: int(alike[row].argmax()) for row in rows if alike[row].max() >= ALIKE}


def _theme(
    where: Where, found: Found, ids: Sequence[str], before: Theme | None, taxonomy: Sequence[TopicRule]
) -> Theme:
    names = list(found.words)[:_NAMED]
    parts = (where.brand, where.voice, where.language, where.cycle.id, *found.words)  # two may share their first words
    return Theme(
        id=content_id("theme", *parts) if before is None else before.id,
        cycle_id=where.cycle.id, period=where.cycle.period, brand=where.brand, voice=where.voice,
        language=where.language, name=", ".join(names), state="new" if before is None else "same", n=found.n,
        share=round(found.n / where.texts, 4), words=found.words, examples=tuple(ids[at] for at in found.examples),
        listed=_listed(names, where.language, taxonomy),
    )  # fmt: skip


def _gone(where: Where, before: Theme) -> Theme:
    return before.model_copy(
        update={
            "cycle_id": where.cycle.id, "period": where.cycle.period, "state": "gone", "came_from": (), "n": 0,
            "share": 0.0, "examples": (),
        }
    )  # fmt: skip


def _listed(names: Sequence[str], language: str, taxonomy: Sequence[TopicRule]) -> str | None:
    """Return the first topic of the taxonomy that one of a theme's first words names."""
    for rule in taxonomy:
        for word in rule.words.get(language, ()):
            stem = word.rstrip("*")
            if any(name == stem or (word.endswith("*") and stem and name.startswith(stem)) for name in names):
                return rule.topic
    return None
