"""A message over HTTP: signed, keyed, to the address that was judged, and every answer taken for what it is."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from pydantic import SecretStr, ValidationError
from standardwebhooks.webhooks import Webhook

from flywheel.act.webhook_channel import WebhookChannel
from flywheel.checks import check_channel
from flywheel.domain.delivery import Message

SECRET = "whsec_" + "c2VjcmV0" * 4


class Receiver(ThreadingHTTPServer):
    """A receiver that does a key once; `status`, `headers` and `cut` say how it answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.done: set[str] = set()
        self.status, self.headers, self.cut = 200, {}, False


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
        if self.server.status < 300:
            self.server.done.add(self.headers["Idempotency-Key"])
        if self.server.cut:
            self.connection.close()
            return
        self.send_response(self.server.status)
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def channel(receiver) -> WebhookChannel:
    place = f"127.0.0.1:{receiver.server_address[1]}"
    return WebhookChannel(id="crm", url=f"http://{place}/hook", secret=SecretStr(SECRET), inside=(place,))


@pytest.fixture
def message(noon: datetime) -> Callable[..., Message]:
    def made(**values: object) -> Message:
        given = {
            "key": "k1", "channel": "crm", "person_id": "p1", "play": "help", "variant": "a", "language": "en",
            "address": SecretStr("anna@people.example"), "subject": "Sorry", "body": "Dear Anna", "leaves_at": noon,
        }  # fmt: skip
        return Message.model_validate(given | values)

    return made


def test_the_conformance_suite_passes_and_a_key_is_done_once(channel, receiver):
    check_channel(channel, lambda: len(receiver.done))


def test_a_receiver_can_prove_who_sent_it_and_that_nothing_was_changed(channel, receiver, message, noon, monkeypatch):
    assert channel.send(message()).answer == "ok"
    [(headers, body)] = receiver.requests
    assert (headers["webhook-id"], headers["idempotency-key"]) == ("msg_k1", "k1")
    signed = Webhook(SECRET).sign(headers["webhook-id"], noon, body.decode())
    assert headers["webhook-signature"] == signed
    assert headers["host"] == channel.inside[0]
    told = json.loads(body)
    assert (told["play"], told["body"]) == ("help", "Dear Anna")
    assert "anna@people.example" not in body.decode()


@pytest.mark.parametrize(
    ("status", "answer"),
    [(200, "ok"), (204, "ok"), (301, "rejected"), (400, "rejected"), (404, "rejected"), (409, "in doubt"),
     (410, "rejected"), (429, "not sent"), (500, "in doubt"), (502, "in doubt"), (503, "in doubt")],
)  # fmt: skip
def test_an_answer_is_taken_for_what_it_is(channel, receiver, message, status, answer):
    receiver.status, receiver.headers = status, {"Location": "http://127.0.0.1:1/inside"}
    receipt = channel.send(message())
    assert (receipt.answer, receipt.retry_after) == (answer, None)
    assert len(receiver.requests) == 1, "a redirect was followed, or a request repeated"


def test_a_busy_receiver_is_asked_again_when_it_says(channel, receiver, message, noon):
    receiver.status, receiver.headers = 503, {"Retry-After": "120"}
    assert channel.send(message()).retry_after == noon + timedelta(seconds=120)
    receiver.headers = {"Retry-After": "Mon, 02 Mar 2026 12:05:00 GMT"}
    assert channel.send(message()).retry_after == noon + timedelta(minutes=5)


def test_no_answer_after_the_request_is_a_doubt_and_no_connection_is_none(channel, receiver, message):
    receiver.cut = True
    assert channel.send(message()).answer == "in doubt"
    nobody = WebhookChannel.model_validate(
        channel.model_dump() | {"url": "http://127.0.0.1:1/hook", "inside": ("127.0.0.1:1",)}
    )
    assert nobody.send(message()).answer == "not sent"


def test_a_host_that_is_not_listed_gets_nothing(channel, receiver, message):
    stranger = WebhookChannel.model_validate(channel.model_dump() | {"inside": ()})
    assert stranger.send(message()).answer == "rejected"
    assert "https only" in (stranger.ready() or "")
    assert receiver.requests == []


def test_a_secret_that_signs_nothing_is_no_setting(channel):
    with pytest.raises(ValidationError, match="base64"):
        WebhookChannel.model_validate(channel.model_dump() | {"secret": SecretStr("whsec_short")})
