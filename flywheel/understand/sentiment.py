"""Sentiment: the calibrated lexicon, one small multinomial logistic regression over a text's features."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from flywheel.domain.reading import Label
from flywheel.understand.charge import charged
from flywheel.understand.features import FEATURES, features
from flywheel.understand.long_texts import LongWeights, balances, long_rows, long_scores
from flywheel.understand.softmax import softmax
from flywheel.understand.sureness import Sureness
from flywheel.understand.vocabulary import Array, Chunks, vocabulary

LABELS: tuple[Label, ...] = ("negative", "neutral", "positive")
GENERATION = "fast-1"


@dataclass(frozen=True, slots=True)
class Weights:
    """What `train` fitted: per feature and label, for long texts, how far each language is believed, how sure it is."""

    table: Array
    long: LongWeights
    prior: Array
    belief: dict[str, float]
    sureness: Sureness


def probabilities(language: str, chunks: Chunks) -> Array:
    """Return P(negative), P(neutral), P(positive) of each text, in this order, shape (texts, 3)."""
    tokens, weights = charged(language, chunks), _weights()
    rows = features(tokens)
    # not `rows @ table`: BLAS rounds a row otherwise in another batch; a reading must not depend on its neighbours
    scores = np.zeros((chunks.rows, len(LABELS)))
    for k in range(len(FEATURES)):
        scores += rows[:, [k]] * weights.table[k]
    long = long_rows(tokens)
    if len(long):
        scores[long] = long_scores(*balances(tokens, long), weights.long, weights.prior)
    return weights.sureness.applied(softmax(scores * weights.belief.get(language, 1.0)))


def text_features(language: str, own: list[str]) -> Array:
    """Return the features of texts of one language, shape (texts, len(FEATURES))."""
    return features(charged(language, vocabulary(language).chunked(own)))


@cache
def version(settings: str) -> str:
    """Return the model's name with a fingerprint of settings and data files: it changes whenever a reading could."""
    digest = hashlib.sha256(settings.encode())
    folder = files("flywheel.understand") / "data"
    for name in sorted(item.name for item in folder.iterdir() if item.name.endswith((".json", ".npz", ".tsv"))):
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes())
    return f"{GENERATION}.{digest.hexdigest()[:8]}"


@cache
def _weights() -> Weights:
    raw = json.loads((files("flywheel.understand") / "data" / "sentiment.json").read_text("utf-8"))
    if tuple(raw["weights"]) != FEATURES:
        raise ValueError("sentiment.json was trained on other features: run `python -m flywheel.understand.train`.")
    table = np.array(list(raw["weights"].values()), dtype=np.float64)
    sureness = Sureness(tuple(raw["sureness"][label] for label in LABELS))
    return Weights(table, LongWeights(**raw["long"]), np.array(raw["prior"]), raw["belief"], sureness)
