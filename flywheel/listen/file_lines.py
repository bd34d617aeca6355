"""The lines of a file that grows: read in blocks, hashed as far as they were used, taken up where one stopped.

The state of a file is how many bytes of it were used and their SHA-256. A file whose beginning changed was replaced
and is read again from its start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from io import BufferedReader
from itertools import chain, repeat
from typing import Any

from flywheel.listen.wide_lines import WideLines, encoding_of, is_wide, wide_text

State = dict[str, Any]
_BLOCK = 2**20
_LONGEST_MARK = 4
_ENDS = (b"\n", b"\n\x00", b"\n\x00\x00\x00")
"""How a whole line ends, in UTF-16 and UTF-32 too."""


class FileLines:
    """The decoded lines of a stream; those that were yielded wait until `use` says that their rows are done."""

    def __init__(self, stream: BufferedReader, encoding: str, known: Any, *, rereads: bool) -> None:
        self._encoding = encoding_of(stream.peek(_LONGEST_MARK)[:_LONGEST_MARK], encoding)
        self.start, self._digest, self.replaced = _resume(stream, known, rereads=rereads)
        self._stream = WideLines(stream, self._encoding) if is_wide(self._encoding) else stream
        self._waiting: list[bytes] = []
        self._used, self._number = self.start, 0
        self.ahead = 0
        """Bytes that were read and are not used yet."""
        self.open = False
        """Whether the file ends inside a quote: when it grows, it must be read from its start."""

    def __iter__(self) -> Iterator[str]:
        later = self._encoding.removesuffix("-sig")
        encodings = chain([later if self.start else self._encoding], repeat(later))
        while block := self._stream.readlines(_BLOCK):
            self._waiting += block
            self.ahead += sum(map(len, block))
            if is_wide(self._encoding):
                yield from map(wide_text, block, repeat(self._encoding))
            else:
                yield from map(str, block, encodings, repeat("surrogateescape"))

    def between(self, first: int, last: int) -> list[str]:
        """Return some lines that are not used yet, counted from 1 where the reading began."""
        lines = self._waiting[first - self._number - 1 : last - self._number]
        if is_wide(self._encoding):
            return [wide_text(line, self._encoding) for line in lines]
        return [line.decode(self._encoding.removesuffix("-sig"), "surrogateescape") for line in lines]

    def at_end(self, number: int) -> bool:
        """Return whether no line comes after that of this number."""
        return number - self._number >= len(self._waiting) and not self._stream.peek(1)

    def use(self, number: int) -> None:
        """Hash and count all lines up to this number."""
        part = b"".join(self._waiting[: number - self._number])
        del self._waiting[: number - self._number]
        self._digest.update(part)
        self._used += len(part)
        self.ahead -= len(part)
        self._number = number

    def state(self, name: str) -> State:
        """Return the state of the file as far as its lines were used, under its name."""
        known = {"bytes": self._used, "sha256": self._digest.hexdigest()}
        return {name: known | ({"open": True} if self.open else {})}


def _resume(stream: BufferedReader, known: Any, *, rereads: bool) -> tuple[int, Any, bool]:
    """Return where to go on, the hash so far, and whether what was used once stands there no more.

    One goes on at the known place if all before it is unchanged, else at 0.
    """
    digest = hashlib.sha256()
    unchanged = True
    if isinstance(known, dict):
        left = int(known.get("bytes", 0))
        last = b""
        while left > 0 and (part := stream.read(min(left, _BLOCK))):
            digest.update(part)
            last, left = part, left - len(part)
        unchanged = left == 0 and digest.hexdigest() == known.get("sha256")
        grown = bool(stream.peek(1))
        whole = last.endswith(_ENDS) and not known.get("open")
        if unchanged and (not grown or (whole and not rereads)):
            return int(known["bytes"]), digest, False
    stream.seek(0)
    return 0, hashlib.sha256(), not unchanged
