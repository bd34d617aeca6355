"""Two real other ends on loopback, as threads of this process: one that honours keys (HTTP), one that does not (SMTP).

They outlive the children that are killed while talking to them, and remember what they did.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

_KEY = re.compile(rb"^Message-ID: <([0-9a-f]+)@", re.MULTILINE)
SECRET = "whsec_" + "c2VjcmV0" * 4


@dataclass
class OtherEnd:
    """What an other end did, how often, by key; `asked` are the attempts that reached it whole."""

    port: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)

    def forget(self) -> None:
        self.asked.clear()
        self.done.clear()


class _Desk(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, end: OtherEnd) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.end = end


class _Handler(BaseHTTPRequestHandler):
    server: _Desk

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        if len(self.rfile.read(size)) < size:
            return  # it was cut off: nothing is done
        key, end = self.headers["Idempotency-Key"], self.server.end
        if not end.asked[key]:
            end.done[key] += 1
        end.asked[key] += 1
        try:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
        except OSError:
            self.close_connection = True  # whoever asked is dead

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def desk() -> Iterator[OtherEnd]:
    """Run a receiver over HTTP that does a key once, however often it comes."""
    end = OtherEnd()
    server = _Desk(end)
    end.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield end
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Postman:
    """Delivers every mail whose last dot came."""

    def __init__(self, end: OtherEnd) -> None:
        self._end = end

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        found = _KEY.search(envelope.original_content or b"")
        key = found[1].decode() if found else "?"
        self._end.asked[key] += 1
        self._end.done[key] += 1
        return "250 taken"


class _OnAnyPort(Controller):
    """A server on a port that was free, which this library asks to be told beforehand."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        super()._trigger_server()


@contextmanager
def post() -> Iterator[OtherEnd]:
    """Run a mail server, which knows no keys."""
    end = OtherEnd()
    controller = _OnAnyPort(_Postman(end), hostname="127.0.0.1", port=0)
    controller.start()
    end.port = controller.port
    try:
        yield end
    finally:
        controller.stop()


def channel_to(end: OtherEnd, *, keyed: bool, seconds: float = 15.0) -> str:
    """Return the configuration of a channel `mail` that speaks with one of them."""
    if keyed:
        return (
            f"channels: [{{id: mail, kind: webhook, url: 'http://127.0.0.1:{end.port}/', secret: {SECRET}, "
            f"inside: ['127.0.0.1:{end.port}'], timeout_seconds: {seconds}}}]"
        )
    return (
        f"channels: [{{id: mail, kind: email, host: 127.0.0.1, port: {end.port}, security: none, "
        f"sender: help@own.example, domain: own.example, unsubscribe: 'https://own.example/out', "
        f"postal_address: 1 High Street Town, timeout_seconds: {seconds}}}]"
    )
