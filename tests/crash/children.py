"""Work done in a forked child, which finds everything imported and never returns into pytest."""

from __future__ import annotations

import os
import traceback
import warnings
from collections.abc import Callable


def in_child(work: Callable[[], object]) -> int:
    """Do some work in a forked child and return how it ended; what it raises is shown."""
    return ended(start_child(work))


def start_child(work: Callable[[], object]) -> int:
    """Do some work in a forked child; return its process id at once."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # NumPy has threads, which a child of ours does without
        child = os.fork()
    if child == 0:
        code = 0
        try:
            work()
        except BaseException:  # noqa: BLE001 - a child that must not return into pytest
            traceback.print_exc()
            code = 1
        os._exit(code)
    return child


def ended(child: int) -> int:
    """Wait for a child and return its exit code, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
