"""Lines of files in UTF-16 and UTF-32, byte for byte, and the mark by which a file says how it is encoded."""

from __future__ import annotations

import codecs
from io import BufferedReader

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_WIDTHS = {"utf-16-le": 2, "utf-16-be": 2, "utf-32-le": 4, "utf-32-be": 4}
_UNMARKED = {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_MARK = "\ufeff"


def encoding_of(start: bytes, declared: str) -> str:
    """Return how a file is encoded: as the mark at its start says, else as was declared."""
    declared = codecs.lookup(declared).name
    marked = next((name for mark, name in _MARKS if start.startswith(mark)), declared)
    return _UNMARKED.get(marked, marked)


class WideLines:
    """A stream whose signs are wider than a byte; `readlines` and `peek` as a reader of bytes has them."""

    def __init__(self, stream: BufferedReader, encoding: str) -> None:
        self._stream, self._width = stream, _WIDTHS[encoding]
        self._end = "\n".encode(encoding)
        self._rest = b""

    def readlines(self, size: int) -> list[bytes]:
        """Return the next whole lines, about so many bytes of them; an empty list where there are no more."""
        while True:
            block = self._stream.read(size)
            lines = self._cut(self._rest + block)
            self._rest = lines.pop() if block else b""
            if lines or not block:
                return [line for line in lines if line]

    def peek(self, size: int) -> bytes:
        return self._rest or self._stream.peek(size)

    def _cut(self, data: bytes) -> list[bytes]:
        """Cut after every newline that stands where a sign begins; what follows the last one is the last part."""
        parts, begins, at = [], 0, data.find(self._end)
        while at >= 0:
            if at % self._width == 0:
                parts.append(data[begins : at + self._width])
                begins = at + self._width
            at = data.find(self._end, begins if at % self._width == 0 else at + 1)
        return [*parts, data[begins:]]


def is_wide(encoding: str) -> bool:
    return encoding in _WIDTHS


def wide_text(line: bytes, encoding: str) -> str:
    """Return a line without the mark of the file; what is no text gets a sign as surrogateescape gives."""
    try:
        return line.decode(encoding, "surrogatepass").removeprefix(_MARK)
    except UnicodeDecodeError:
        return line.decode(encoding, "replace") + "\udc80"
