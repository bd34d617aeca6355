"""Train the head on the encoder: `python -m flywheel.understand.deep_train --data DIR --out DIR`."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from flywheel.domain.reading import Texts
from flywheel.understand.columns import Index
from flywheel.understand.corpora import Corpus, clean_corpora
from flywheel.understand.encoded_head import fitted
from flywheel.understand.encoder import encoded, encoder_name
from flywheel.understand.encoder_network import Vectors
from flywheel.understand.fast import FastAnalyzer
from flywheel.understand.fusion import pooled
from flywheel.understand.head import chances
from flywheel.understand.sentiment import LABELS
from flywheel.understand.softmax import minimise, softmax
from flywheel.understand.tokens import own_words
from flywheel.understand.train import PRIOR, weights
from flywheel.understand.vocabulary import Array

PENALTY = 1e-3
"""Ridge penalty per squared weight; a third of it and three times as much lose as little on a corpus left out."""

FOLDS = 5


@dataclass(frozen=True, slots=True)
class _Seen:
    """A corpus as both tiers see it: unit vectors with a one behind them, and log(P(fast) / prior)."""

    corpus: Corpus
    vectors: Vectors
    fast: Array

    @property
    def label(self) -> Index:
        return np.array(self.corpus.label, np.int64)


def main(arguments: list[str]) -> None:
    """Write head.json; equal data and an equal encoder give equal bytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of public data (shared/data)")
    parser.add_argument("--out", type=Path, required=True, help="the folder that receives head.json")
    options = parser.parse_args(arguments)
    corpora = clean_corpora(options.data)
    seen = [_seen(corpus) for corpus in corpora]
    far, within = _on_corpora_left_out(seen), _on_texts_left_out(seen)
    table = {
        "encoder": encoder_name(),
        "trained_on": [{"name": c.name, "licence": c.licence, "texts": len(c.text)} for c in corpora],
        "labels": LABELS,
        "prior": PRIOR,
        "far": [round(one, 2) for one in far],
        "near": [round((a + b) / 2, 2) for a, b in zip(far, within, strict=True)],
        # three decimals: far under what moves a score by one of its steps
        "weights": [[round(one, 3) for one in row] for row in _head(seen).tolist()],
    }
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "head.json").write_text(json.dumps(table, separators=(",", ":")) + "\n", "utf-8")


def _seen(corpus: Corpus) -> _Seen:
    n = len(corpus.text)
    vectors = encoded([own_words(text) for text in corpus.text])
    readings = FastAnalyzer().read(Texts(corpus.text, ["en"] * n, [None] * n, [""] * n), ())
    return _Seen(corpus, np.column_stack((vectors, np.ones(n, np.float32))), np.log(chances(readings) / PRIOR))


def _on_corpora_left_out(seen: list[_Seen]) -> tuple[float, float]:
    """Return how much to trust each tier where the head was trained on the other corpora."""
    parts = []
    for one in seen:
        head = _head([other for other in seen if other is not one])
        parts.append((one.fast, _opinion(one.vectors, head), one.label, weights([one.corpus])))
    fast, deep, label, weight = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _trust(fast, deep, label, weight)


def _on_texts_left_out(seen: list[_Seen]) -> tuple[float, float]:
    """Return how much to trust each tier where the head was trained on other texts of the same corpora."""
    vectors, label = np.concatenate([one.vectors for one in seen]), np.concatenate([one.label for one in seen])
    weight = weights([one.corpus for one in seen])
    deep = np.zeros((len(label), len(LABELS)))
    fold = np.arange(len(label)) % FOLDS
    for k in range(FOLDS):
        rest = fold != k
        head = fitted(vectors[rest], label[rest], len(LABELS), penalty=PENALTY, weight=weight[rest])
        deep[~rest] = _opinion(vectors[~rest], head)
    return _trust(np.concatenate([one.fast for one in seen]), deep, label, weight)


def _head(seen: list[_Seen]) -> Array:
    vectors, label = np.concatenate([one.vectors for one in seen]), np.concatenate([one.label for one in seen])
    return fitted(vectors, label, len(LABELS), penalty=PENALTY, weight=weights([one.corpus for one in seen]))


def _opinion(vectors: Vectors, head: Array) -> Array:
    return np.asarray(np.log(np.maximum(softmax(vectors @ head), 1e-9) / PRIOR))


def _trust(fast: Array, deep: Array, label: Index, weight: Array) -> tuple[float, float]:
    """Return the weights of two opinions whose pool has the least log loss."""
    truth, heavy = np.eye(len(LABELS))[label], (weight / weight.sum())[:, None]

    def loss(pair: Array) -> tuple[float, Array]:
        share = pooled(fast, deep, pair[None], np.array(PRIOR))
        value = -float((heavy[:, 0] * np.log((share * truth).sum(axis=1) + 1e-12)).sum())
        wrong = heavy * (share - truth)
        return value, np.array([(wrong * fast).sum(), (wrong * deep).sum()])

    first, second = minimise(loss, np.array([0.5, 0.5]), steps=200, tolerance=1e-10).tolist()
    return first, second


if __name__ == "__main__":
    main(sys.argv[1:])
