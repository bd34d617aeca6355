"""What a person should be told about a table while it is read, each thing once; it never repeats a customer's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from flywheel.listen.dates import DateRules, formats_that_read


class Notices:
    """Sentences about one fetch of a source; `take` hands over those that were not said yet."""

    def __init__(self, source: str) -> None:
        self._source, self._said, self._new = source, set[str](), list[str]()

    def take(self) -> tuple[str, ...]:
        taken, self._new = tuple(self._new), []
        return taken

    def replaced(self, file: str, *, replaced: bool) -> None:
        """Say that a file is another than before."""
        if replaced:
            self._say(file, f"{file} was replaced and is read anew; what is stored of it already is not stored twice.")

    def dates(self, file: str, cells: list[str], read: list[datetime | None], rules: DateRules) -> None:
        """Say that dates could not be read, in which other ways they seem to be written, and that none was guessed."""
        if None not in read:
            return
        unread = [cell for cell, one in zip(cells, read, strict=True) if one is None and cell.strip()]
        if not unread:
            return
        others = " and ".join(map(repr, formats_that_read(unread)))
        seem = f"; they seem to be written as {others}" if others else ""
        written = len(cells) - sum(not cell.strip() for cell in cells)
        if len(unread) == written:
            says = f"no date of {file} can be read{seem}. None was guessed: set `dates: {{format: ...}}`."
        elif not others:
            return  # a few that are no dates in any way: the run counts them
        else:
            says = (
                f"dates of {file} are written in more than one way: {len(unread)} of {written} on one page cannot be "
                f"read{seem}, and those that can may be wrong too. None was guessed: mend the file, or name every "
                "format that it may use."
            )
        self._say(f"dates {rules}", says)

    def left_out(self, file: str, counts: Mapping[str, int]) -> None:
        """Say that scores could not be used."""
        for reason in counts:
            says = (
                f'in {file} cells of scores are no answers ({reason}): if they mean "no answer", name them as blanks.'
            )
            self._say(f"score {reason}", says)

    def empty(self, names: Iterable[str], file: str) -> None:
        """Say that columns hold nothing: a misspelt name looks like that where rows carry their own names."""
        for name in names:
            self._say(
                f"empty {name}", f"no record on the first page of {file} has anything in {name!r}: is it the name?"
            )

    def _say(self, key: str, sentence: str) -> None:
        if key not in self._said:
            self._said.add(key)
            self._new.append(f"Source {self._source!r}: {sentence}")
