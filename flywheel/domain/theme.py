"""Themes that nobody listed: what many texts are about, told by their own words, the same from cycle to cycle."""

from __future__ import annotations

from typing import Literal

from flywheel.domain.feedback import Voice
from flywheel.domain.record import Record

ThemeState = Literal["new", "same", "split", "merged", "gone"]


class Theme(Record):
    """One theme of a brand's voice in one language, as one cycle found it; `id` stays while the theme does.

    `words` have weights of length 1, the heaviest first; `share` is of the texts of that brand, voice and language.
    `came_from` are ids: of the theme from which this one split, or of those that went into it. `examples` are ids of
    feedback, the most typical first. `listed` is the topic of the taxonomy that has the same words, if any.
    """

    id: str
    cycle_id: str
    period: int
    brand: str
    voice: Voice
    language: str
    name: str
    state: ThemeState
    came_from: tuple[str, ...] = ()
    n: int
    share: float
    words: dict[str, float]
    examples: tuple[str, ...] = ()
    listed: str | None = None
