"""The kernel's own way to stand between a process and its files: seccomp user notification, by ctypes alone.

A child says at its start which calls it lets others decide on; each of them then waits until we answer "go on" or
with an error number. Nothing has to be installed, no privilege is needed, the child's code does not change. See
seccomp_unotify(2); Linux 5.5 or newer on x86-64 or ARM.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import select
import socket
import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_X86 = {
    "write": 1, "pwrite64": 18, "writev": 20, "fsync": 74, "fdatasync": 75, "ftruncate": 77, "rename": 82, "mkdir": 83,
    "unlink": 87, "openat": 257, "mkdirat": 258, "unlinkat": 263, "renameat": 264, "fallocate": 285, "pwritev": 296,
    "renameat2": 316,
}  # fmt: skip
_ARM = {
    "mkdirat": 34, "unlinkat": 35, "renameat": 38, "ftruncate": 46, "fallocate": 47, "openat": 56, "write": 64,
    "writev": 66, "pwrite64": 68, "pwritev": 70, "fsync": 82, "fdatasync": 83, "renameat2": 276,
}  # fmt: skip
_NUMBERS = {"x86_64": _X86, "aarch64": _ARM}
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_ON_A_DESCRIPTOR = {"write", "pwrite64", "writev", "pwritev", "fsync", "fdatasync", "ftruncate", "fallocate"}
_BESIDE_A_FOLDER = {"openat": 1, "mkdirat": 1, "unlinkat": 1, "renameat": 3, "renameat2": 3}
"""Which argument is the path, of calls that take a folder's descriptor first; of a renaming, the new one."""
_PATH_AT = {"rename": 1, "mkdir": 0, "unlink": 0} | _BESIDE_A_FOLDER
_LONGEST_PATH = 4096

_LOAD, _IS_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _ASK_US = 0x7FFF0000, 0x7FC00000
_NO_NEW_PRIVILEGES, _SET_FILTER, _NEW_LISTENER = 38, 1, 8
_QUESTION, _ANSWER = "QIIiIQ6Q", "QqiI"
_GO_ON = 1


class NotToBeHadError(Exception):
    """This machine's kernel does not let us stand between."""


@dataclass(frozen=True)
class Call:
    """One call that waits for our answer; `path` is the file or folder that it is about.

    `creates` tells of an opening whether it makes the file when there is none.
    """

    name: str
    path: str
    creates: bool
    pid: int
    id: int
    listener: int

    def go_on(self) -> None:
        self._answer(0, _GO_ON)

    def fail(self, error: int) -> None:
        """Let the call return this error number and do nothing."""
        self._answer(-error, 0)

    def _answer(self, error: int, flags: int) -> None:
        with suppress(FileNotFoundError):  # the process died meanwhile
            fcntl.ioctl(self.listener, _number(1, _ANSWER), struct.pack(_ANSWER, self.id, 0, error, flags))


def hand_over(to: socket.socket) -> None:
    """In the child: from now on, every call of ours that touches files waits for an answer from the other side."""
    names = _NUMBERS.get(platform.machine())
    if names is None or platform.system() != "Linux":
        to.send(b"?")
        raise NotToBeHadError(f"no table of system calls for {platform.system()} on {platform.machine()}")
    try:
        listener = _install(list(names.values()))
    except OSError as error:
        to.send(b"?")
        raise NotToBeHadError(str(error)) from error
    socket.send_fds(to, [b"!"], [listener])
    os.close(listener)


def taken_over(source: socket.socket) -> int:
    """In the parent: return the descriptor on which the child's calls are heard; raises NotToBeHadError."""
    _, listeners, _, _ = socket.recv_fds(source, 1, 1)
    if not listeners:
        raise NotToBeHadError("seccomp user notification is refused here (Linux 5.5 or newer, x86-64 or ARM)")
    return listeners[0]


def calls(listener: int) -> Iterator[Call]:
    """Yield each call, until the child has ended; each must be answered before the next."""
    names = {number: name for name, number in _NUMBERS[platform.machine()].items()}
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    while poll.poll()[0][1] & select.POLLIN:
        question = bytearray(struct.calcsize(_QUESTION))
        try:
            fcntl.ioctl(listener, _number(0, _QUESTION), question)
        except FileNotFoundError:
            continue  # killed before we asked
        number, pid, _flags, call, _machine, _at, *arguments = struct.unpack(_QUESTION, question)
        name = names[call]
        creates = name == "openat" and bool(arguments[2] & os.O_CREAT)
        yield Call(name, _path(name, pid, arguments), creates, pid, number, listener)


def _install(numbers: list[int]) -> int:
    program = [(_LOAD, 0, 0, 0)]
    program += [(_IS_EQUAL, len(numbers) - at, 0, number) for at, number in enumerate(numbers)]
    program += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _ASK_US)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    filter_of = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    listener: int = libc.syscall(_SECCOMP[platform.machine()], _SET_FILTER, _NEW_LISTENER, filter_of)
    if listener < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return listener


def _number(which: int, of: str) -> int:
    """Return the number of an ioctl that reads and writes a structure (asm-generic/ioctl.h)."""
    return (3 << 30) | (struct.calcsize(of) << 16) | (ord("!") << 8) | which


def _path(name: str, pid: int, arguments: list[int]) -> str:
    try:
        if name in _ON_A_DESCRIPTOR:
            return str(Path(f"/proc/{pid}/fd/{arguments[0] & 0xFFFFFFFF}").readlink())
        path = _text(pid, arguments[_PATH_AT[name]])
        if path.startswith("/"):
            return path
        folder = arguments[_PATH_AT[name] - 1] & 0xFFFFFFFF if name in _BESIDE_A_FOLDER else 0xFFFFFF9C
        beside = f"fd/{folder}" if folder < 1 << 31 else "cwd"
        return str(Path(f"/proc/{pid}/{beside}").readlink() / path)
    except OSError:
        return ""  # the process died meanwhile


def _text(pid: int, address: int) -> str:
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        memory.seek(address)
        return memory.read(_LONGEST_PATH).partition(b"\0")[0].decode("utf-8", "replace")
