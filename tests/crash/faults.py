"""A `flywheel run` whose calls on its own folder are counted, and one of which kills it or fails."""

from __future__ import annotations

import errno
import os
import re
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from children import ended, in_child, start_child
from system_calls import Call, NotToBeHadError, calls, hand_over, taken_over

from flywheel.cli.app import main

Kind = Literal["kill", "ENOSPC", "EIO"]
_TAKES_ROOM = re.compile("write|sync|ftruncate|fallocate|openat|rename|mkdir")


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code (negative for a signal), what it wrote on stderr, and its calls."""

    code: int
    said: str
    calls: tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """What befalls the n-th call on the project's folder, the first being 1. A full disk stays full."""

    kind: Kind
    at: int

    def befalls(self, n: int, call: Call) -> bool:
        if self.kind == "ENOSPC":
            return n >= self.at and bool(_TAKES_ROOM.search(call.name))
        return n == self.at


def run_under(arguments: Sequence[str], folder: Path, fault: Fault | None = None) -> Ended:
    """Run `flywheel` in a forked child, everything imported, with a fault or none; raises NotToBeHadError."""
    ours, theirs = socket.socketpair()
    said = folder.parent / "said"
    child = start_child(lambda: _run(arguments, said, theirs))
    theirs.close()
    try:
        listener = taken_over(ours)
    except NotToBeHadError:
        ended(child)
        raise
    finally:
        ours.close()
    seen = _supervise(listener, folder, fault)
    os.close(listener)
    return Ended(ended(child), said.read_text(encoding="utf-8"), tuple(seen))


def run_quietly(arguments: Sequence[str], folder: Path) -> int:
    """Run `flywheel` in a forked child with nobody between, and return its exit code."""
    return in_child(lambda: _run(arguments, folder.parent / "said", None))


def _run(arguments: Sequence[str], said: Path, theirs: socket.socket | None) -> None:
    """The child: never returns."""
    code = 70
    try:
        out = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        for name, number in (("stdout", 1), ("stderr", 2)):  # pytest has put something of its own in their place
            setattr(sys, name, os.fdopen(number, "w", buffering=1, encoding="utf-8", closefd=False))
        if theirs is not None:
            hand_over(theirs)
        code = main(arguments)
    finally:
        os._exit(code)


def _supervise(listener: int, folder: Path, fault: Fault | None) -> list[str]:
    seen: list[str] = []
    for call in calls(listener):
        if not call.path.startswith(str(folder)) or _only_reads(call):
            call.go_on()
            continue
        seen.append(f"{call.name} {Path(call.path).name}")
        if fault is None or not fault.befalls(len(seen), call):
            call.go_on()
        elif fault.kind == "kill":
            os.kill(call.pid, signal.SIGKILL)
        else:
            call.fail(getattr(errno, fault.kind))
    return seen


def _only_reads(call: Call) -> bool:
    return call.name == "openat" and not call.creates
