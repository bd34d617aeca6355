"""What a language model answered, so that nothing is paid for twice; and what a cycle has spent on it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from threading import Lock
from typing import get_args

from flywheel.domain.reading import Label

_MODE = 0o600


class Kept:
    """Answers by key, in a file of JSON lines to which any number of processes add; a torn line is no answer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.known: dict[str, Label] = dict(_pairs(path)) if path.exists() else {}

    def keep(self, key: str, label: Label) -> None:
        """Add an answer, in one write; the line before it may have been torn, so it begins a new one."""
        _append(self._path, b"\n" + json.dumps([key, label]).encode() + b"\n")
        self.known[key] = label


class Spent:
    """Counts requests up to a cap: one byte each in a file that all workers of a cycle share, or in memory."""

    def __init__(self, path: Path | None, most: int) -> None:
        self._path, self._most, self._here, self._lock = path, most, 0, Lock()

    def one_more(self) -> bool:
        """Return whether one more may be spent, and count it; what is counted is never taken back."""
        if self._path is None:
            with self._lock:
                self._here += 1
                return self._here <= self._most
        return _append(self._path, b".") <= self._most


def _pairs(path: Path) -> list[tuple[str, Label]]:
    found = []
    for line in path.read_text("utf-8", "replace").splitlines():
        try:
            key, label = json.loads(line)
        except ValueError:
            continue
        if isinstance(key, str) and label in get_args(Label):
            found.append((key, label))
    return found


def _append(path: Path, content: bytes) -> int:
    """Add to a file in one write that no other writer can part; return where the file ended after it."""
    number = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _MODE)
    try:
        os.write(number, content)
        return os.lseek(number, 0, os.SEEK_CUR)
    finally:
        os.close(number)
