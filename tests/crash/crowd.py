"""Many processes that do the same thing at the same moment, forked with everything imported."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from children import ended, start_child


class Stage:
    """Where what each of a crowd told is written down, in a folder that all of them see."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()

    def tell(self, who: int, what: Any) -> None:
        draft = self._folder / f".{who}"
        draft.write_text(json.dumps(what), encoding="utf-8")
        draft.replace(self._folder / f"{who}.json")

    def told(self) -> dict[int, Any]:
        return {int(file.stem): json.loads(file.read_text(encoding="utf-8")) for file in self._folder.glob("[!.]*")}


def crowd(n: int, work: Callable[[int], object]) -> list[int]:
    """Let `n` processes do `work(number)` from the same moment on, and return how each ended."""
    reading, writing = os.pipe()

    def wait_and_work(number: int) -> None:
        os.close(writing)
        os.read(reading, 1)  # returns when the last one who holds the other end lets go: at the word go
        work(number)

    children = [start_child(lambda number=number: wait_and_work(number)) for number in range(n)]
    os.close(reading)
    os.close(writing)
    return [ended(child) for child in children]
