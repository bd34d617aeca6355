"""Which of the surest texts are quoted: none that repeats itself, none that says what was quoted already."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from flywheel.domain.summary import GroupCount, Quotation

_WORD = re.compile(r"\w+")
_LEAST_OWN = 0.6
"""Of the words of a text so many are said once ("so late so late so late" is a third)."""
_ALIKE = 0.6
"""Two texts that share more of their words than this (Jaccard) say the same."""


def told_once(found: Sequence[Quotation], topics: Sequence[GroupCount], each: int) -> list[Quotation]:
    """Return at most `each` quotations a topic without repetitions: first those of the mood that prevails there."""
    moods = {one.name: "negative" if one.n_negative >= one.n_positive else "positive" for one in topics}
    order = [one.name for one in topics]
    chosen: list[Quotation] = []
    by_topic: Counter[str] = Counter()
    for one in sorted(found, key=lambda one: (order.index(one.topic), one.label != moods[one.topic])):
        if by_topic[one.topic] < each and _says_something(one) and not any(_alike(one, other) for other in chosen):
            chosen.append(one)
            by_topic[one.topic] += 1
    return chosen


def _says_something(one: Quotation) -> bool:
    words = _WORD.findall(one.text.casefold())
    return not words or len(set(words)) / len(words) >= _LEAST_OWN or (len(words) > 40 and len(set(words)) > 20)


def _alike(one: Quotation, other: Quotation) -> bool:
    mine, theirs = (set(_WORD.findall(each.text.casefold())) for each in (one, other))
    return len(mine & theirs) > _ALIKE * len(mine | theirs) if mine | theirs else one.text == other.text
