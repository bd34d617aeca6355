"""A channel for tools that pull, as a CRM does: rows in CSV files by day, or a Parquet file a message."""

from __future__ import annotations

import csv
import fcntl
import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, PrivateAttr

from flywheel.cells import guarded_row
from flywheel.domain.delivery import Message, Receipt
from flywheel.errors import FlywheelError
from flywheel.parquet_file import write_parquet
from flywheel.ports import Channel, ProjectPath
from flywheel.whole_file import sync

_COLUMNS = ("key", "at", "play", "variant", "person", "language", "subject", "body")


class ExportChannel(Channel):
    """Writes messages where another tool takes them from; a key that stands in the folder is not written again.

    `csv`: a file a day, to which rows are added; no cell is a spreadsheet formula. `parquet`: one file a message, named
    by its key. Who takes files away moves them out of reach of that promise: a tool should read and leave them.
    """

    honours_keys: ClassVar[bool] = True
    at_once: ClassVar[int] = 50

    folder: ProjectPath
    format: Literal["csv", "parquet"] = "csv"
    with_address: bool = Field(default=False, description="Write the person's address too.")
    needs_address: bool = False
    _read: dict[Path, int] = PrivateAttr(default_factory=dict)
    _keys: set[str] = PrivateAttr(default_factory=set)

    def send(self, message: Message) -> Receipt:
        """Write the message, unless it stands there."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            return self._in_a_file(message) if self.format == "parquet" else self._in_the_days_file(message)
        except (OSError, FlywheelError) as error:
            return Receipt(answer="not sent", detail=f"the folder cannot be written ({type(error).__name__})")

    def look_up(self, key: str) -> Receipt:
        """Say whether the key stands in the folder; whoever takes files away leaves us in doubt."""
        if self.format == "parquet":
            there = (self.folder / f"{key}.parquet").exists()
        else:
            self._look_for_new_keys()
            there = key in self._keys
        return Receipt(answer="ok" if there else "in doubt", detail="" if there else "it does not stand in the folder")

    def ready(self) -> str | None:
        """Say what is missing, if the folder could not be written."""
        parent = next(folder for folder in (self.folder, *self.folder.parents) if folder.exists())
        can = parent.is_dir() and os.access(parent, os.W_OK)
        return None if can else f"the folder {str(parent)!r} cannot be written"

    def _in_a_file(self, message: Message) -> Receipt:
        target = self.folder / f"{message.key}.parquet"
        if target.exists():
            return Receipt(answer="ok", provider_id=target.name, detail="was there already")
        write_parquet(target, self._columns(), [tuple(self._row(message))])
        return Receipt(answer="ok", provider_id=target.name)

    def _in_the_days_file(self, message: Message) -> Receipt:
        """Look at what is new in the folder, then add the row, with everybody else kept out meanwhile."""
        target = self.folder / f"messages-{message.leaves_at:%Y-%m-%d}.csv"
        with _alone(self.folder):
            self._look_for_new_keys()
            if message.key in self._keys:
                return Receipt(answer="ok", provider_id=target.name, detail="was there already")
            lines = io.StringIO()
            writer = csv.writer(lines, quoting=csv.QUOTE_ALL)
            if not target.exists():
                writer.writerow(self._columns())
            writer.writerow(guarded_row(self._row(message)))
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as file:
                file.write(lines.getvalue().encode("utf-8", "replace"))
            sync(target)
        return Receipt(answer="ok", provider_id=target.name)

    def _look_for_new_keys(self) -> None:
        """Read on in each file from where we stopped; half a row, which a crash may leave at its end, is cut off."""
        for file in sorted(self.folder.glob("messages-*.csv")):
            begin = self._read.get(file, 0)
            content = file.read_bytes()[begin:] if file.stat().st_size > begin else b""
            whole = content[: _end_of_rows(content)]
            if len(whole) < len(content):
                os.truncate(file, begin + len(whole))
            self._keys.update(row[0] for row in csv.reader(io.StringIO(whole.decode("utf-8"), newline="")) if row)
            self._read[file] = begin + len(whole)

    def _columns(self) -> tuple[str, ...]:
        return (*_COLUMNS, *(("address",) if self.with_address else ()))

    def _row(self, message: Message) -> list[str]:
        address = message.address.get_secret_value() if message.address else ""
        plain = [
            message.key, f"{message.leaves_at:%Y-%m-%dT%H:%M:%SZ}", message.play, message.variant, message.person_id,
            message.language, message.subject, message.body, *([address] if self.with_address else []),
        ]  # fmt: skip
        return [text.encode("utf-8", "replace").decode().replace("\x00", "") for text in plain]


def _end_of_rows(content: bytes) -> int:
    """Return where the last whole row ends: at a line's end outside of quotes."""
    inside, end, whole = False, 0, 0
    for line in re.findall(rb"[^\n]*\n|[^\n]+$", content):
        inside ^= line.count(b'"') % 2 == 1
        end += len(line)
        if not inside and line.endswith(b"\r\n"):
            whole = end
    return whole


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other processes out of a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
