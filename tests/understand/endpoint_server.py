"""A language model's address on this machine that answers as it is told to, and remembers what it was asked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Reply:
    """What the server answers: a status, headers, a body, and how it comes."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    piece_seconds: float = 0.0


def saying(content: Any, **message: Any) -> Reply:
    """Return an answer whose message has this content."""
    words = content if isinstance(content, str) else json.dumps(content)
    return Reply(json.dumps({"choices": [{"message": {"role": "assistant", "content": words, **message}}]}).encode())


def labelled(label: str) -> Reply:
    return saying({"sentiment": label})


@dataclass
class Server:
    """`answer` gets the text that was asked about and how often it was asked before."""

    url: str
    answer: Callable[[str, int], Reply]
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    most_at_once: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def texts(self) -> list[str]:
        return [json.loads(body["messages"][1]["content"])["text"] for body in self.asked]

    def take(self, body: dict[str, Any], headers: dict[str, str]) -> Reply:
        text = json.loads(body["messages"][1]["content"])["text"]
        with self._lock:
            before = self.texts.count(text)
            self.asked.append(body)
            self.headers.append(headers)
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        time.sleep(0.01)
        return self.answer(text, before)

    def done(self) -> None:
        with self._lock:
            self._now -= 1


@contextmanager
def serving(answer: Callable[[str, int], Reply]) -> Iterator[Server]:
    """Serve on a free port of this machine until the end of the block."""
    server = Server("", answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            reply = server.take(body, dict(self.headers))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for start in range(0, len(reply.body), 1_000 if reply.piece_seconds == 0 else 10):
                    self.wfile.write(reply.body[start : start + (1_000 if reply.piece_seconds == 0 else 10)])
                    self.wfile.flush()
                    time.sleep(reply.piece_seconds)
            except OSError:
                pass  # who asked has hung up
            finally:
                server.done()

        def log_message(self, *_: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server.url = f"http://127.0.0.1:{http.server_port}/v1"
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()
