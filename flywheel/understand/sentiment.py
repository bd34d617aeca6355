"""Sentiment: the calibrated lexicon, one small multinomial logistic regression over a text's features."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.resources import files

import numpy as np

from flywheel.domain.reading import Label
from flywheel.understand.charge import charged
from flywheel.understand.features import FEATURES, features
from flywheel.understand.softmax import softmax
from flywheel.understand.vocabulary import Array, Chunks, vocabulary

LABELS: tuple[Label, ...] = ("negative", "neutral", "positive")
GENERATION = "fast-1"


def probabilities(language: str, chunks: Chunks) -> Array:
    """Return P(negative), P(neutral), P(positive) of each text, in this order, shape (texts, 3)."""
    rows, weights = features(charged(language, chunks)), _weights()
    # not `rows @ weights`: BLAS rounds a row otherwise in another batch; a reading must not depend on its neighbours
    scores = np.zeros((chunks.rows, len(LABELS)))
    for k in range(len(FEATURES)):
        scores += rows[:, [k]] * weights[k]
    return softmax(scores)


def text_features(language: str, own: list[str]) -> Array:
    """Return the features of texts of one language, shape (texts, len(FEATURES))."""
    return features(charged(language, vocabulary(language).chunked(own)))


@cache
def version(settings: str) -> str:
    """Return the model's name with a fingerprint of settings and data files: it changes whenever a reading could."""
    digest = hashlib.sha256(settings.encode())
    folder = files("flywheel.understand") / "data"
    for name in sorted(item.name for item in folder.iterdir() if item.name.endswith((".json", ".tsv"))):
        digest.update(name.encode() + b"\0" + (folder / name).read_bytes())
    return f"{GENERATION}.{digest.hexdigest()[:8]}"


@cache
def _weights() -> Array:
    raw = json.loads((files("flywheel.understand") / "data" / "sentiment.json").read_text("utf-8"))
    if tuple(raw["weights"]) != FEATURES:
        raise ValueError("sentiment.json was trained on other features: run `python -m flywheel.understand.train`.")
    return np.array(list(raw["weights"].values()), dtype=np.float64)


@cache
def readable_languages() -> tuple[str, ...]:
    """Return the languages for which the package has a word list, in alphabetical order."""
    names = (item.name for item in (files("flywheel.understand") / "data").iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in names if len(name) == 7 and name.endswith(".json")))
