"""A private file under a passing name, until what is written into it is whole and may be given its own."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_DRAFT = ".flywheel-backup-{}.part"
_CHUNK = 1 << 20


@contextmanager
def new_file(folder: Path) -> Iterator[Path]:
    """Give a new private file to write into, and take it away again if it did not get its name.

    What a killed backup left behind holds customers' words: the next one clears it away. A lock tells it from the
    draft of a backup that is still being written.
    """
    import fcntl

    for left in folder.glob(_DRAFT.format("*")):
        with left.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                continue
            _clear(left)
    draft = folder / _DRAFT.format(os.getpid())
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if os.fstat(handle).st_nlink == 0:  # cleared away before it was locked
            raise BlockingIOError(errno.EAGAIN, "another backup begins at this moment: try again")
        yield draft
    finally:
        _clear(draft)
        os.close(handle)


def sha256(path: Path) -> str:
    """Return the digest of a file as `sha256sum` prints it."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _clear(draft: Path) -> None:
    for end in ("", "-wal", "-shm", "-journal"):
        Path(f"{draft}{end}").unlink(missing_ok=True)
