"""Arrays that grow at their end, and lists of numbers laid out flat."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

Index = NDArray[np.int64]


class Column:
    """An array that grows at its end; what was handed out before stays as it was."""

    def __init__(self, dtype: type, *shape: int) -> None:
        """Begin empty; `shape` is that of one value."""
        self._held: NDArray[Any] = np.zeros((1024, *shape), dtype)
        self._size = 0

    @property
    def values(self) -> NDArray[Any]:
        """Return what was added so far."""
        return self._held[: self._size]

    def add(self, values: Sequence[Any] | NDArray[Any]) -> None:
        """Add values at the end."""
        size = self._size + len(values)
        if size > len(self._held):
            room = np.zeros((max(size, 1024), *self._held.shape[1:]), self._held.dtype)
            self._held = np.concatenate((self.values, room))
        self._held[self._size : size] = values
        self._size = size


class Lists:
    """Lists of numbers of any length, flat: list k holds `values[start[k] : start[k] + size[k]]`."""

    def __init__(self) -> None:
        """Begin without a list."""
        self._values, self._start, self._size = Column(np.int64), Column(np.int64), Column(np.int64)

    def add(self, lists: Sequence[Sequence[int]]) -> None:
        """Add lists; they are numbered in the order in which they come."""
        size = np.fromiter(map(len, lists), np.int64, len(lists))
        self._start.add(len(self._values.values) + np.cumsum(size) - size)
        self._size.add(size)
        self._values.add(list(chain.from_iterable(lists)))

    def of(self, numbers: Index) -> tuple[Index, Index]:
        """Return what the lists of these numbers hold, one after another, and how much each of them."""
        size = self._size.values[numbers]
        before = np.cumsum(size) - size
        places = np.repeat(self._start.values[numbers] - before, size)
        places += np.arange(len(places))
        return self._values.values[places], size
