"""A message as a ticket: looked for before it is opened, so that it is opened once, whatever got lost on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from pydantic import SecretStr, ValidationError
from ticket_server import TicketServer

from flywheel.act.ticket_channel import TicketChannel
from flywheel.checks import check_channel
from flywheel.domain.delivery import Message


@pytest.fixture
def server() -> Iterator[TicketServer]:
    one = TicketServer()
    yield one
    one.close()


@pytest.fixture
def channel(server: TicketServer) -> TicketChannel:
    return TicketChannel.model_validate(server.settings())


@pytest.fixture
def message(noon) -> Callable[..., Message]:
    def made(**values: object) -> Message:
        given = {
            "key": "k1", "channel": "desk", "person_id": "p1", "play": "help", "variant": "a", "language": "en",
            "address": SecretStr("anna@people.example"), "subject": "Sorry", "body": "Dear {key}", "leaves_at": noon,
        }  # fmt: skip
        return Message.model_validate(given | values)

    return made


def test_the_conformance_suite_passes(channel: TicketChannel, server: TicketServer) -> None:
    check_channel(channel, lambda: len(server.tickets))


def test_a_ticket_looks_as_the_desk_wants_it_and_words_are_never_names(channel, server, message) -> None:
    receipt = channel.send(message())
    assert (receipt.answer, receipt.provider_id) == ("ok", "1")
    assert server.tickets == [
        {"title": "help: Sorry", "text": "Dear {key}", "priority": 2, "tags": ["flywheel", "en"],
         "custom": {"ref": "k1", "about": "p1"}, "number": 1}
    ]  # fmt: skip


def test_a_ticket_whose_answer_got_lost_is_found_again_and_not_opened_twice(channel, server, message) -> None:
    server.faults = ["drop"]
    assert channel.send(message()).answer == "in doubt"
    assert channel.look_up("k1").answer == "ok"
    assert channel.send(message()).detail == "was there already"
    assert len(server.tickets) == 1


def test_a_ticket_that_only_looks_alike_is_another_one(channel, server, message) -> None:
    for key in ("k1", "k11", "k1"):
        assert channel.send(message(key=key)).answer == "ok"
    assert [one["custom"]["ref"] for one in server.tickets] == ["k1", "k11"]


@pytest.mark.parametrize(("status", "answer"), [(400, "rejected"), (429, "not sent"), (500, "in doubt")])
def test_an_answer_is_taken_for_what_it_is(channel, server, message, status, answer) -> None:
    server.faults = [status]
    assert channel.send(message()).answer == answer
    assert (server.tickets, channel.look_up("k1").answer) == ([], "not sent")


def test_while_tickets_cannot_be_looked_for_none_is_opened(channel, server, message) -> None:
    server.search_status = 503
    assert channel.send(message()).answer == "not sent"
    assert "503" in str(channel.ready())
    server.search_status = 404
    assert channel.send(message()).answer == "rejected"
    assert server.tickets == []


def test_a_wrong_secret_a_wrong_place_and_fields_without_a_key_are_named(server) -> None:
    settings = server.settings()
    assert "401" in str(TicketChannel.model_validate(settings | {"headers": {}}).ready())
    assert "no list" in str(TicketChannel.model_validate(settings | {"found_in": "tickets"}).ready())
    assert "https only" in str(TicketChannel.model_validate(settings | {"inside": ()}).ready())
    with pytest.raises(ValidationError, match="must be"):
        TicketChannel.model_validate(settings | {"fields": {"title": "x"}})


def test_the_secret_is_not_shown(channel) -> None:
    assert "let-me-in" not in repr(channel)
