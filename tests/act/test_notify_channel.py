"""A message over Apprise: to a room or to a person, once, and what did not go well is in doubt."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from pydantic import SecretStr, ValidationError

from flywheel.act.notify_channel import NotifyChannel
from flywheel.checks import check_channel
from flywheel.domain.delivery import Message

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Apprise imports what Python 3.13 has no more


class Room(ThreadingHTTPServer):
    """Where Apprise's json:// posts to; `status` is what it answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.posts: list[tuple[str, dict[str, str]]] = []
        self.status = 200


class _Handler(BaseHTTPRequestHandler):
    server: Room

    def do_POST(self) -> None:
        self.server.posts.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        self.send_response(self.server.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def room() -> Iterator[Room]:
    server = Room()
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def message(noon) -> Callable[..., Message]:
    def made(**values: object) -> Message:
        given = {
            "key": "k1", "channel": "room", "person_id": "p1", "play": "help", "variant": "a", "language": "en",
            "address": SecretStr("+48 600"), "subject": "Sorry", "body": "Dear Anna", "leaves_at": noon,
        }  # fmt: skip
        return Message.model_validate(given | values)

    return made


def channel(room: Room, path: str = "/room", **values: object) -> NotifyChannel:
    url = SecretStr(f"json://127.0.0.1:{room.server_address[1]}{path}")
    return NotifyChannel.model_validate({"id": "room", "url": url} | values)


def test_the_conformance_suite_passes(room: Room) -> None:
    check_channel(channel(room), lambda: len(room.posts))


def test_a_room_gets_the_words_and_nobodys_address(room: Room, message) -> None:
    assert channel(room).send(message()).answer == "ok"
    [(path, told)] = room.posts
    assert (path, told["title"], told["message"]) == ("/room", "Sorry", "Dear Anna")
    assert "48" not in json.dumps(told)


def test_an_address_is_one_part_of_the_url_or_nothing_is_sent(room: Room, message) -> None:
    to_person = channel(room, "/sms/{address}", needs_address=True)
    assert to_person.send(message()).answer == "ok"
    assert [path for path, _ in room.posts] == ["/sms/+48600"]
    for address in ("a/b", "a,b", "a?to=evil", "a&b", "a#b", "../../evil", "a%2Fb", "..", "", "a\nb"):
        assert to_person.send(message(address=SecretStr(address))).answer == "rejected", address
    assert to_person.send(message(address=None)).answer == "rejected"
    assert len(room.posts) == 1


def test_what_did_not_go_well_is_in_doubt(room: Room, message) -> None:
    room.status = 500
    assert channel(room).send(message()).answer == "in doubt"


def test_a_url_that_no_service_knows_is_named_before_anything_is_sent(room: Room, message, caplog) -> None:
    unknown = NotifyChannel(id="room", url=SecretStr("carrier-pigeon://secret"))
    assert "knows no service" in str(unknown.ready())
    assert unknown.send(message()).answer == "rejected"
    assert "secret" not in caplog.text + repr(unknown)
    with pytest.raises(ValidationError, match="belong together"):
        channel(room, "/sms/{address}")
