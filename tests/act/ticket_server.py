"""A small ticket server over HTTP: it opens whatever it is sent, knows no idempotency keys, and can be searched."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "Bearer let-me-in"


class TicketServer(ThreadingHTTPServer):
    """`faults` are used up one per ticket: "drop" opens it and says nothing, a number answers so and opens none."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.tickets: list[dict[str, Any]] = []
        self.faults: list[str | int] = []
        self.search_status = 200
        self.place = f"127.0.0.1:{self.server_address[1]}"
        Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def settings(self) -> dict[str, Any]:
        """Return the settings of a channel that opens tickets here."""
        return {
            "id": "desk", "url": f"http://{self.place}/tickets", "search": f"http://{self.place}/tickets?ref={{key}}",
            "found_in": "result.tickets", "key_at": "custom.ref", "id_at": "number", "inside": (self.place,),
            "headers": {"Authorization": TOKEN},
            "fields": {
                "title": "{play}: {subject}", "text": "{body}", "priority": 2, "tags": ["flywheel", "{language}"],
                "custom": {"ref": "{key}", "about": "{person}"},
            },
        }  # fmt: skip

    def close(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: TicketServer

    def do_POST(self) -> None:
        ticket = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        fault = self.server.faults.pop(0) if self.server.faults else None
        if isinstance(fault, int):
            self._answer(fault, {"error": "no"})
            return
        self.server.tickets.append(ticket | {"number": len(self.server.tickets) + 1})
        if fault == "drop":
            self.connection.close()
            return
        self._answer(201, {"number": len(self.server.tickets)})

    def do_GET(self) -> None:
        if self.headers["Authorization"] != TOKEN:
            self._answer(401, {"error": "who are you?"})
            return
        [ref] = parse_qs(urlsplit(self.path).query)["ref"]
        near = [
            one for one in self.server.tickets if str(one["custom"]["ref"]).startswith(ref[:2])
        ]  # it finds too much
        self._answer(self.server.search_status, {"result": {"tickets": near}})

    def _answer(self, status: int, document: Any) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
