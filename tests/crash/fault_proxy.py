"""A proxy on loopback that stands between a channel and its other end, and does to connections what networks do."""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from random import Random
from threading import Thread
from typing import Literal, get_args

Fault = Literal[
    "refuse", "drop request", "drop response", "reset", "429", "503", "slow", "garbage",
]  # fmt: skip
FAULTS: tuple[Fault, ...] = get_args(Fault)
_PIECE = 65_536
_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: closing sends RST, so that the other side meets a reset and no orderly end."""
_SPOILT = 0.6
"""Share of connections of which something goes wrong while there is trouble."""
_SLOW = 0.6
"""Seconds: longer than the channel waits."""
_MAIL_SAYS = {"429": b"450 4.7.1 too many\r\n", "503": b"421 4.3.2 not now\r\n"}
_WEB_SAYS = {
    "429": b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    "503": b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
}


class Proxy:
    """Passes on what it is given, but for the faults it is told to make."""

    def __init__(self, target: int, faults: Sequence[Fault], seed: int, *, mail: bool) -> None:
        self.made: list[Fault] = []
        self.trouble = True
        self._target, self._faults, self._mail = target, faults, mail
        self._chance, self._deck = Random(seed), list[Fault]()
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = int(self._listening.getsockname()[1])
        self._thread = Thread(target=self._serve, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            fault = self._next_fault() if self.trouble and self._chance.random() < _SPOILT else None
            Thread(target=self._passed, args=(client, fault), daemon=True).start()

    def _next_fault(self) -> Fault:
        """Draw as from a pack of cards: each has its turn before any comes again."""
        if not self._deck:
            self._deck = self._chance.sample(self._faults, len(self._faults))
        return self._deck.pop()

    def _passed(self, client: socket.socket, fault: Fault | None) -> None:
        if fault is not None:
            self.made.append(fault)
        with client, suppress(OSError):
            if fault == "refuse":
                _hang_up(client)
                return
            if fault in _WEB_SAYS:
                self._turned_away(client, fault)
                return
            with socket.create_connection(("127.0.0.1", self._target)) as server:
                self._between(client, server, fault)

    def _turned_away(self, client: socket.socket, fault: Fault) -> None:
        """Answer in the other end's place, which never hears of it."""
        if self._mail:
            client.sendall(_MAIL_SAYS[fault])
        else:
            _whole_request(client)
            client.sendall(_WEB_SAYS[fault])
        client.shutdown(socket.SHUT_WR)
        client.recv(_PIECE)

    def _between(self, client: socket.socket, server: socket.socket, fault: Fault | None) -> None:
        back = Thread(target=self._answers, args=(server, client, fault), daemon=True)
        back.start()
        seen = b""
        while piece := client.recv(_PIECE):
            seen += piece
            if fault == "drop request" and self._matters(seen):
                _hang_up(client)  # the last piece never gets there
                break
            server.sendall(piece)
        with suppress(OSError):
            server.shutdown(socket.SHUT_WR)
        back.join()

    def _answers(self, server: socket.socket, client: socket.socket, fault: Fault | None) -> None:
        """Pass on what the other end says; what it says after the message itself is spoilt."""
        spoil = _SPOILING.get(fault or "")
        with suppress(OSError):
            while piece := server.recv(_PIECE):
                if spoil is not None and (not self._mail or piece.startswith(b"250 taken")):
                    spoil(client, piece)
                    return
                client.sendall(piece)
            client.shutdown(socket.SHUT_WR)

    def _matters(self, seen: bytes) -> bool:
        return seen.endswith(b"\r\n.\r\n") if self._mail else b"\r\n\r\n" in seen


@contextmanager
def proxied(target: int, faults: Sequence[Fault], seed: int, *, mail: bool) -> Iterator[Proxy]:
    """Stand between for a while."""
    proxy = Proxy(target, faults, seed, mail=mail)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()


def _whole_request(client: socket.socket) -> None:
    """Read a small request to its end, so that the answer is not lost in a reset."""
    seen = b""
    while b"\r\n\r\n" not in seen or not seen.split(b"\r\n\r\n", 1)[1]:
        piece = client.recv(_PIECE)
        if not piece:
            return
        seen += piece


def _hang_up(client: socket.socket) -> None:
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    client.close()


def _dropped(client: socket.socket, _piece: bytes) -> None:
    client.shutdown(socket.SHUT_RDWR)


def _cut(client: socket.socket, piece: bytes) -> None:
    client.sendall(piece[: len(piece) // 2])
    _hang_up(client)


def _late(client: socket.socket, piece: bytes) -> None:
    time.sleep(_SLOW)
    client.sendall(piece)


def _garbled(client: socket.socket, _piece: bytes) -> None:
    client.sendall(b"\x00\xff\xfeEHLO?? 9" * 20 + b"\r\n")
    client.shutdown(socket.SHUT_RDWR)


_SPOILING: dict[str, Callable[[socket.socket, bytes], None]] = {
    "drop response": _dropped, "reset": _cut, "slow": _late, "garbage": _garbled,
}  # fmt: skip
