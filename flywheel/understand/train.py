"""Train the sentiment weights from the clean corpora: `python -m flywheel.understand.train --data DIR --out DIR`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

from flywheel.understand.columns import Index
from flywheel.understand.corpora import Corpus, clean_corpora
from flywheel.understand.features import FEATURES
from flywheel.understand.sentiment import LABELS, text_features
from flywheel.understand.softmax import minimise, softmax
from flywheel.understand.tokens import own_words
from flywheel.understand.vocabulary import Array

PRIOR = (0.45, 0.30, 0.25)
"""Shares of negative, neutral and positive that the model expects: unasked-for feedback is mostly complaint.

An assumption, not fitted; the corpora's own shares (Reddit, subtitles, surveys) say nothing about it. MODEL_CARD.md
tells what it is worth.
"""

PENALTY = 1e-4
"""Ridge penalty per squared weight; with 27 features and 70,000 texts it only breaks ties."""


def main(arguments: list[str]) -> None:
    """Write sentiment.json; equal data give equal bytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of public data (shared/data)")
    parser.add_argument("--out", type=Path, required=True, help="the folder that receives sentiment.json")
    options = parser.parse_args(arguments)
    corpora = clean_corpora(options.data)
    table = {
        "trained_on": [{"name": c.name, "licence": c.licence, "texts": len(c.text)} for c in corpora],
        "labels": LABELS,
        "prior": PRIOR,
        # four decimals: enough for the labels, few enough that another BLAS gives the same bytes
        "weights": {name: [round(w, 4) for w in row] for name, row in zip(FEATURES, trained(corpora), strict=True)},
    }
    (options.out / "sentiment.json").write_text(json.dumps(table, indent=1, ensure_ascii=False) + "\n", "utf-8")


def trained(corpora: list[Corpus]) -> list[list[float]]:
    """Return the weights, shape (features, labels); each corpus counts the same, whatever its size."""
    rows = np.concatenate([text_features("en", [own_words(text) for text in corpus.text]) for corpus in corpora])
    label = np.concatenate([np.array(corpus.label, np.int64) for corpus in corpora])
    table: list[list[float]] = fitted(rows, label, weights(corpora)).tolist()
    return table


def weights(corpora: list[Corpus]) -> Array:
    """Return one weight per text, sum 1: corpora equal, then labels as in PRIOR."""
    label = np.concatenate([np.array(corpus.label, np.int64) for corpus in corpora])
    weight = np.concatenate([np.full(len(corpus.text), 1.0 / len(corpus.text)) for corpus in corpora])
    weight *= np.array(PRIOR)[label] / np.bincount(label, weight)[label]
    return np.asarray(weight / weight.sum())


def fitted(rows: Array, label: Index, weight: Array) -> Array:
    """Return the weights of least weighted log loss with a ridge penalty, shape (features, labels)."""
    shape = (rows.shape[1], len(LABELS))
    truth = np.eye(len(LABELS))[label]

    def loss(flat: Array) -> tuple[float, Array]:
        share = softmax(rows @ flat.reshape(shape))
        value = -float(weight @ np.log(np.maximum((share * truth).sum(axis=1), 1e-12)))
        slope = rows.T @ (weight[:, None] * (share - truth))
        return value + PENALTY / 2 * float(flat @ flat), slope.ravel() + PENALTY * flat

    return minimise(loss, np.zeros(shape[0] * shape[1]), steps=500, tolerance=1e-9).reshape(shape)


if __name__ == "__main__":
    main(sys.argv[1:])
