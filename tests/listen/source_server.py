"""A server that gives records as badly as servers do: ties, late commits, edits, shuffled pages, failures."""

from __future__ import annotations

import json
import random
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

START = datetime(2026, 1, 1, tzinfo=UTC)
LATEST = timedelta(hours=12)
"""No record is seen later than this after its date, and an overlap that is longer loses none."""


@dataclass
class Version:
    """One form of a record: what it says, how new it claims to be, and when it can first be seen."""

    id: str
    text: str
    updated_at: datetime
    visible_at: datetime
    until: datetime | None = None

    def seen(self, now: datetime) -> bool:
        return self.visible_at <= now and (self.until is None or now < self.until)


def history(seed: int, n: int, days: float = 4.0) -> list[Version]:
    """Return `n` records: 30 % share their moment with another, 10 % come late, one is of 2099, some are edited."""
    dice = random.Random(seed)
    moments = [START + timedelta(days=days * dice.random()) for _ in range(n)]
    moments = [one.replace(microsecond=0) for one in moments]
    for at in range(n):
        if dice.random() < 0.3:
            moments[at] = moments[dice.randrange(n)]
    versions = [
        Version(
            str(at),
            f"Record {at} says: late again.",
            when,
            when + LATEST * (dice.random() if dice.random() < 0.1 else 0),
        )
        for at, when in enumerate(moments)
    ]
    future = versions[dice.randrange(n)]
    future.updated_at = datetime(2099, 1, 1, tzinfo=UTC)
    for at in {dice.randrange(n) for _ in range(max(1, n // 20))} - {int(future.id)}:
        old = versions[at]
        old.until = (old.visible_at + timedelta(days=dice.random())).replace(microsecond=0)
        versions.append(Version(old.id, f"Record {at} was edited: all is well.", old.until, old.until))
    return versions


@dataclass
class Api:
    """The other end: what it has, what time it is there, how badly it behaves, and what it was asked."""

    versions: list[Version]
    now: datetime = START
    size: int = 10
    failing: float = 0.0
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    failures: list[str] = field(default_factory=list)

    def page(self, since: datetime | None, number: int) -> list[dict[str, Any]]:
        """Return a page, its records in any order."""
        found = [one for one in self.versions if one.seen(self.now) and (since is None or one.updated_at >= since)]
        found.sort(key=lambda one: (one.updated_at, one.id))
        part = found[number * self.size : (number + 1) * self.size]
        self.dice.shuffle(part)
        return [{"id": one.id, "text": one.text, "updated_at": one.updated_at.isoformat()} for one in part]

    def document(self, params: dict[str, str]) -> dict[str, Any]:
        since = datetime.fromisoformat(params["since"]) if "since" in params else None
        return {"items": self.page(since, int(params.get("page", "1")) - 1)}

    def latest(self) -> dict[str, str]:
        """Return what each record says in the end."""
        return {one.id: one.text for one in self.versions}


class Server:
    """A real HTTP server before an `Api`, or before any function from (path, query, body) to JSON."""

    def __init__(self, answer: Any) -> None:
        self.asked: list[tuple[str, dict[str, str], Any, dict[str, str]]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server._answer(self, answer)

            do_POST = do_GET  # noqa: N815 - the name is the library's

            def log_message(self, *_: Any) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def _answer(self, request: BaseHTTPRequestHandler, answer: Any) -> None:
        parts = urlsplit(request.path)
        params = {name: values[0] for name, values in parse_qs(parts.query).items()}
        length = int(request.headers.get("Content-Length") or 0)
        body = json.loads(request.rfile.read(length)) if length else None
        self.asked.append((parts.path, params, body, dict(request.headers)))
        api = answer if isinstance(answer, Api) else None
        if api is not None and self._fails(request, api):
            return
        document, headers, *status = (api.document(params), {}) if api else answer(parts.path, params, body)
        whole = document if isinstance(document, bytes) else json.dumps(document).encode()
        cut = api is not None and api.failures[-1:] == ["cut"]
        if cut:
            api.failures.append("was cut")
        self._send(request, (*status, 200)[0], whole[: len(whole) // 2] if cut else whole, headers, api)

    def _fails(self, request: BaseHTTPRequestHandler, api: Api) -> bool:
        if api.dice.random() >= api.failing:
            return False
        kind = ("500", "429", "cut")[sum(one != "was cut" for one in api.failures) % 3]
        api.failures.append(kind)
        if kind != "cut":
            self._send(request, int(kind), b"busy", {"Retry-After": "0"}, api)
        return kind != "cut"

    @staticmethod
    def _send(
        request: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str], api: Api | None
    ) -> None:
        request.send_response_only(status)
        request.send_header(
            "Date", format_datetime(api.now if api else datetime(2026, 3, 2, 12, tzinfo=UTC), usegmt=True)
        )
        for name, value in headers.items():
            request.send_header(name, value)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
