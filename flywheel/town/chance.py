"""Chance that can be repeated: every draw follows from the town's seed and a name, never from what was drawn before."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


def dice(seed: int, *names: str | int) -> random.Random:
    """Return dice of their own for a name; a text as seed goes through SHA-512, not through PYTHONHASHSEED."""
    return random.Random("\x1f".join(map(str, (seed, *names))))  # noqa: S311  # a town, not a secret


def uniforms(seed: int, n: int, *names: str | int) -> NDArray[np.float64]:
    """Return n draws of 0..1 for a name: one per person, so that a grown town is still one statement a day."""
    digest = hashlib.sha256("\x1f".join(map(str, (seed, *names))).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big"))).random(n)


def pick(roll: random.Random, among: Sequence[T]) -> T:
    """Return one of several, by a single draw (`choice` changed between versions of Python)."""
    return among[int(roll.random() * len(among))]


def weighted(roll: random.Random, weights: Mapping[T, float]) -> T:
    """Return a key with the probability of its weight; the weights need not sum to one."""
    left = roll.random() * sum(weights.values())
    for key, weight in weights.items():
        left -= weight
        if left < 0:
            return key
    return list(weights)[-1]


def between(roll: random.Random, low: float, high: float) -> float:
    """Return a number between two."""
    return low + (high - low) * roll.random()
