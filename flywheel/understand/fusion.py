"""What the encoder says of a text's sentiment, and how that and the fast tier's word become one probability.

log P = a log P(fast) + b log P(encoder), each relative to the labels' expected shares: a logarithmic opinion pool
(Genest & Zidek 1986). The pair (a, b) is fitted on clean texts twice: on corpora that the encoder's head had not seen
(the trust it deserves on another language) and on texts of corpora it had seen (the most it can deserve). English
feedback lies between the two: it is given the pair midway; all other languages are given the first.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from flywheel.understand.encoded_head import scored
from flywheel.understand.softmax import softmax
from flywheel.understand.vocabulary import Array


@dataclass(frozen=True, slots=True)
class DeepHead:
    """What was learned on the encoder: weights, shape (dimensions + 1, labels), the last row for the bias."""

    weights: Array
    prior: Array
    near: tuple[float, float]
    far: tuple[float, float]
    fingerprint: str

    def scores(self, own: list[str]) -> Array:
        """Return the scores of texts, shape (texts, labels), the same whatever they are encoded among."""
        return scored(own, self.weights)

    def fused(self, fast: Array, scores: Array, languages: list[str]) -> Array:
        """Return P(negative), P(neutral), P(positive) from the fast tier's and from scores, shape (texts, labels)."""
        english = np.array([language == "en" for language in languages])[:, None]
        weight = np.where(english, np.array([self.near]), np.array([self.far]))
        return pooled(np.log(fast / self.prior), np.log(softmax(scores) / self.prior), weight, self.prior)


def pooled(fast: Array, deep: Array, weight: Array, prior: Array) -> Array:
    """Return the pool of two opinions, each log(P / prior), with weights of shape (texts or 1, 2)."""
    return softmax(weight[:, :1] * fast + weight[:, 1:] * deep + np.log(prior))


@cache
def deep_head() -> DeepHead:
    """Return the head that the package ships; `python -m flywheel.understand.deep_train` makes it again."""
    content = (files("flywheel.understand") / "data_deep" / "head.json").read_bytes()
    raw = json.loads(content)
    return DeepHead(
        np.array(raw["weights"], dtype=np.float64), np.array(raw["prior"]), tuple(raw["near"]), tuple(raw["far"]),
        hashlib.sha256(content).hexdigest()[:8],
    )  # fmt: skip
