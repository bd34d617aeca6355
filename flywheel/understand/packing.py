"""Heads as bytes: what they know as hashes, their weights, and a line that says what kind of head it is."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flywheel.understand.sparse import LEAST, Known


class Unpacked(NamedTuple):
    """What stands in a packed head."""

    said: dict[str, Any]
    arrays: list[NDArray[Any]]
    kinds: tuple[Known, ...]


def packed(said: dict[str, Any], arrays: Sequence[NDArray[Any]], kinds: Sequence[Known]) -> bytes:
    """Return a head as bytes: equal heads give equal bytes, and a packed head is the same when unpacked."""
    file = io.BytesIO()
    hashes = (part for one in kinds for part in (one.hash.astype(np.uint32), one.says))
    for array in (np.frombuffer(json.dumps(said).encode(), np.uint8), *arrays, *hashes):
        np.save(file, array, allow_pickle=False)
    return file.getvalue()


def unpacked(content: bytes, kind: str) -> Unpacked:
    """Return what stands in a packed head; raises ValueError when it is none of this kind."""
    file = io.BytesIO(content)
    said = json.loads(np.load(file, allow_pickle=False).tobytes())
    if said["kind"] != kind:
        raise ValueError(f"a head of kind {said['kind']!r}, this version reads {kind!r}: train it again")
    arrays = []
    while file.tell() < len(content):
        arrays.append(np.load(file, allow_pickle=False))
    hashes = arrays[-2 * len(LEAST) :]
    kinds = tuple(Known(one.astype(np.int64), says) for one, says in zip(hashes[::2], hashes[1::2], strict=True))
    return Unpacked(said, arrays[: -2 * len(LEAST)], kinds)


def name(kind: str, content: bytes) -> str:
    """Return the kind with a fingerprint: another one for every other content."""
    return f"{kind}.{hashlib.sha256(content).hexdigest()[:8]}"
