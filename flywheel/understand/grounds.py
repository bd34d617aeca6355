"""The words of a text that a learned value rests on: those in it that speak for the value most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from flywheel.understand.columns import Index
from flywheel.understand.grams import spots
from flywheel.understand.several import SeveralHead
from flywheel.understand.themes_words import stop_words


def grounds(head: SeveralHead, own: Sequence[str], language: Sequence[str], value: Index) -> list[str | None]:
    """Return, for each text and the number of a value, the word or the two neighbours that most speak for it.

    None where no word of the text does, or only such as stand in any text ("by", "we have"): then letters, or what
    another model says, made the value likely.
    """
    found = spots(list(own))
    known = head.kinds[0]
    place = np.searchsorted(known.hash, found.hash)
    there = np.flatnonzero(np.isin(found.hash, known.hash))
    row, column = found.row[there], place[there]
    speaks = head.weights[column, value[row]] * known.says[column]
    words: list[str | None] = [None] * len(own)
    for at in np.lexsort((-speaks, row)).tolist():  # stable: of equally strong words the first
        text = int(row[at])
        if words[text] is None and speaks[at] > 0:
            spot = there[at]
            said = own[text][found.start[spot] : found.end[spot]]
            words[text] = None if _says_nothing(said, language[text]) else said
    return words


def _says_nothing(words: str, language: str) -> bool:
    return set(words.lower().replace("\u2019", "'").split()) <= stop_words(language)
