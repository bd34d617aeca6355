"""Themes that nobody listed: which words keep company beyond chance, and which texts have them.

Words are placed by their positive pointwise mutual information with each other (Levy, Goldberg & Dagan 2015), reduced
to a few dimensions by a randomised singular value decomposition (Halko, Martinsson & Tropp 2011); a text stands at the
mean of its words, and texts are grouped by spherical k-means (Dhillon & Modha 2001). All of it is linear in the number
of texts, and follows from the texts and the seed alone. Groups begin where the themes that are known already stand: so
a theme stays where it was, unless its texts have gone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flywheel.understand.columns import Index
from flywheel.understand.themes_words import Words, words_of
from flywheel.understand.vocabulary import Array

Weights = dict[str, float]
Table = NDArray[np.float32]

NOWHERE = -1
"""The theme of a text that has none of the words."""

_DIMENSIONS = 50
_SPARE = 10
_ROUNDS = 4
_TURNS = 40
_MOST_THEMES = 30
_FEWEST_THEMES = 8
_TEXTS_A_THEME = 40
"""The number of themes is the root of so many parts of the texts: 11 in five thousand, 19 in fifteen thousand."""
_FEW_TEXTS = 25
_FEWEST_WORDS = 5
_WORDS_KEPT = 30
_EXAMPLES = 5
_FLAT = 0.75
"""Exponent that flattens how often words are met, so that rare ones do not lead (Mikolov et al. 2013)."""
_PAIRS = 4_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """A theme in a batch: its words with weights of length 1 (heaviest first), its texts' number, its most typical."""

    words: Weights
    n: int
    examples: list[int]


@dataclass(frozen=True, slots=True)
class Discovery:
    """The themes of a batch, largest first, and for each text the number of its theme, or NOWHERE."""

    themes: list[Found]
    theme: Index


def discover(
    texts: list[str], language: str, brands: Iterable[str], *, known: Sequence[Weights] = (), seed: int
) -> Discovery:
    """Return the themes of texts in one language; `known` are the words of themes that were found before."""
    words = words_of(texts, language, brands)
    if len(words.names) < _FEWEST_WORDS:
        return Discovery([], np.full(len(texts), NOWHERE))
    chance = np.random.default_rng(seed)
    placed = _placed(_company(words), chance)
    said = placed * np.log(words.rows / words.often)[:, None]
    at = np.zeros((words.rows, placed.shape[1]))
    for column in range(placed.shape[1]):
        at[:, column] = np.bincount(words.row, said[words.word, column], words.rows)
    rows = np.flatnonzero(np.linalg.norm(at, axis=1) > 0)
    points = _unit(at[rows])
    group, centres = _grouped(points, _starts(words, said, known), _how_many(len(rows)), chance)
    near = np.einsum("ij,ij->i", points, centres[group])
    return _told(words, rows, group, near)


def _how_many(texts: int) -> int:
    fewest = max(2, min(_FEWEST_THEMES, texts // _FEW_TEXTS))
    return int(np.clip(round((texts / _TEXTS_A_THEME) ** 0.5), fewest, _MOST_THEMES))


def _company(words: Words) -> Table:
    """Return how many texts have two words, shape (words, words); the diagonal is empty."""
    v = len(words.names)
    size = np.bincount(words.row, minlength=words.rows)
    start = np.cumsum(size) - size
    found = np.zeros(v * v, np.int64)
    for length in np.unique(size[size > 1]).tolist():
        rows = np.flatnonzero(size == length)
        each = max(1, _PAIRS // length**2)
        for first in range(0, len(rows), each):
            own = words.word[start[rows[first : first + each], None] + np.arange(length)]
            pairs = own[:, :, None] * v + own[:, None, :]
            key, n = np.unique(pairs, return_counts=True)
            found[key] += n
    table = found.reshape(v, v).astype(np.float32)
    np.fill_diagonal(table, 0)
    return table


def _placed(company: Table, chance: np.random.Generator) -> Array:
    """Return a place for each word; words that keep the same company stand in the same direction."""
    met = company.sum(axis=1)
    flat = met**_FLAT / max(float((met**_FLAT).sum()), 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        more = np.log(company / (met[:, None] * flat[None, :]))
    more = np.where(np.isfinite(more), np.maximum(more, 0), 0).astype(np.float32)
    width = min(_DIMENSIONS + _SPARE, len(more))
    basis = chance.standard_normal((len(more), width)).astype(np.float32)
    for _ in range(_ROUNDS):
        basis = np.linalg.qr(more @ (more.T @ basis))[0]
    left, strength, _ = np.linalg.svd(basis.T @ more, full_matrices=False)
    places = (basis @ left)[:, :_DIMENSIONS] * np.sqrt(strength[:_DIMENSIONS])
    return np.asarray(places, dtype=np.float64)


def _starts(words: Words, said: Array, known: Sequence[Weights]) -> Array:
    """Return where the known themes stand among these words; those whose words are all gone stand nowhere."""
    number = {name: k for k, name in enumerate(words.names)}
    places = [
        sum((weight * said[number[word]] for word, weight in one.items() if word in number), np.zeros(said.shape[1]))
        for one in known
    ]
    standing = [place for place in places if np.linalg.norm(place) > 0]
    return _unit(np.array(standing)) if standing else np.zeros((0, said.shape[1]))


def _grouped(points: Array, starts: Array, k: int, chance: np.random.Generator) -> tuple[Index, Array]:
    """Return the group of each point and the groups' centres: spherical k-means from known and far-off starts."""
    centres = _spread(points, starts[:_MOST_THEMES], min(max(k, len(starts)), _MOST_THEMES, len(points)), chance)
    group = np.full(len(points), NOWHERE)
    for _ in range(_TURNS):
        nearest = (points @ centres.T).argmax(axis=1)
        if np.array_equal(nearest, group):
            break
        group = nearest
        sums = np.zeros_like(centres)
        np.add.at(sums, group, points)
        filled = np.linalg.norm(sums, axis=1) > 0
        centres[filled] = _unit(sums[filled])
    return group, centres


def _spread(points: Array, starts: Array, k: int, chance: np.random.Generator) -> Array:
    """Return `k` centres: the starts, then points drawn the likelier the farther off (Arthur & Vassilvitskii 2007)."""
    centres = list(starts) or [points[chance.integers(len(points))]]
    far = np.maximum(1 - (points @ np.array(centres).T).max(axis=1), 0)
    while len(centres) < k and far.sum() > 0:
        centres.append(points[chance.choice(len(points), p=far / far.sum())])
        far = np.minimum(far, np.maximum(1 - points @ centres[-1], 0))
    return np.array(centres)


def _told(words: Words, rows: Index, group: Index, near: Array) -> Discovery:
    theme = np.full(words.rows, NOWHERE)
    theme[rows] = group
    of = theme[words.row]
    sizes = np.bincount(group)
    order = [one for one in np.argsort(-sizes, kind="stable").tolist() if sizes[one]]
    place = np.full(len(sizes) + 1, NOWHERE)
    place[order] = np.arange(len(order))
    found = []
    for one in order:
        inside = rows[group == one]
        typical = np.argsort(-near[group == one], kind="stable")[:_EXAMPLES]
        often = np.bincount(words.word[of == one], minlength=len(words.names))
        found.append(Found(_weights(words, often, len(inside)), len(inside), inside[typical].tolist()))
    return Discovery(found, place[theme])


def _weights(words: Words, often: Index, texts: int) -> Weights:
    """Return the words by which a theme differs from the rest: share x log of (share / share in all texts)."""
    share, usual = often / texts, words.often / words.rows
    with np.errstate(divide="ignore", invalid="ignore"):
        says = np.where(often > 0, share * np.log(share / usual), 0.0)
    heaviest = np.argsort(-says, kind="stable")[:_WORDS_KEPT]
    heaviest = heaviest[says[heaviest] > 0]
    length = float(np.linalg.norm(says[heaviest])) or 1.0
    return {words.names[k]: round(float(says[k]) / length, 4) for k in heaviest.tolist()}


def _unit(points: Array) -> Array:
    return np.asarray(points / np.maximum(np.linalg.norm(points, axis=-1, keepdims=True), 1e-12))
