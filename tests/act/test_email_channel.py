"""E-mail leaves to one address under one key, with a way out of it; what is in doubt is called so."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from mail_server import Sink, mail_server
from pydantic import SecretStr, ValidationError

from flywheel.act.email_channel import EmailChannel
from flywheel.checks import check_channel
from flywheel.domain.delivery import Message, Receipt

HOSTILE_ADDRESSES = (
    "a@b.example, evil@x.example", "a@b.example evil@x.example", "a@b.example;evil@x.example", "<a@b.example>",
    "a@b.example\r\nRCPT TO:<evil@x.example>", "a@b.example\nBcc: evil@x.example", '"a b"@x.example', "a@b@c.example",
    "Name <a@b.example>", "a@b.example\0", "a@localhost", "@b.example", "a@", "a@.example", "a@b..example",
    "(x)a@b.example", "a@[127.0.0.1]", "a@b.example>", "ą@b.example", "a" * 65 + "@b.example",
)  # fmt: skip
HOSTILE_SUBJECTS = (
    "Hi\r\nBcc: evil@x.example", "Hi\nTo: evil@x.example", "Hi\rCc: evil@x.example", "Hi\x0bBcc: evil@x.example",
    "Hi\x85Bcc: evil@x.example", "Hi\u2028Bcc: evil@x.example", "Hi\u2029Bcc: evil@x.example", "\0Hi", "\ud800",
    "=?utf-8?q?Bcc:_evil=40x.example?=",
)  # fmt: skip


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[tuple[Sink, EmailChannel]]:
    with mail_server(tmp_path) as (kept, port, authority):
        yield kept, EmailChannel(
            id="mail", host="127.0.0.1", port=port, ca_file=authority, sender="help@own.example", sender_name="Own",
            domain="own.example", unsubscribe="https://own.example/out", postal_address="Own Ltd, 1 High Street, Town",
            timeout_seconds=5,
        )  # fmt: skip


@pytest.fixture
def message(noon: datetime) -> Callable[..., Message]:
    def made(**values: object) -> Message:
        given = {
            "key": "k1", "channel": "mail", "person_id": "p1", "play": "help", "variant": "a", "language": "en",
            "address": SecretStr("anna@people.example"), "subject": "We are sorry", "body": "Dear Anna,\n.hidden dot",
            "leaves_at": noon,
        }  # fmt: skip
        return Message.model_validate(given | values)

    return made


def test_the_conformance_suite_passes_on_a_real_server(sink):
    kept, channel = sink
    check_channel(channel, lambda: len(kept.mails))


def test_a_mail_carries_its_key_a_way_out_and_where_we_live(sink, message):
    kept, channel = sink
    assert channel.send(message()) == Receipt(answer="ok", provider_id="SMTP 250", detail="answered 250")
    [(sender, recipients, content)] = kept.mails
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert (sender, recipients) == ("help@own.example", ["anna@people.example"])
    assert mail["Message-ID"] == "<k1@own.example>"
    assert mail["List-Unsubscribe"] == "<https://own.example/out?key=k1>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Date"] == "Mon, 02 Mar 2026 12:00:00 +0000"
    text = mail.get_content()
    assert text.startswith("Dear Anna,\r\n.hidden dot\r\n")
    assert "Own Ltd, 1 High Street, Town" in text


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
def test_what_is_not_exactly_one_address_gets_nothing(sink, message, address):
    kept, channel = sink
    assert channel.send(message(address=SecretStr(address))).answer == "rejected"
    assert kept.mails == []


@pytest.mark.parametrize("subject", HOSTILE_SUBJECTS)
def test_a_subject_adds_no_header_and_no_recipient(sink, message, subject):
    kept, channel = sink
    assert channel.send(message(subject=subject)).answer == "ok"
    [(_, recipients, content)] = kept.mails
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert recipients == ["anna@people.example"]
    assert {name.lower() for name in mail.keys()} == {  # noqa: SIM118 - a message repeats names
        "message-id", "date", "from", "to", "subject", "content-language", "auto-submitted", "list-unsubscribe",
        "list-unsubscribe-post", "content-type", "content-transfer-encoding", "mime-version",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"answer": "550 no"}, "rejected"),
        ({"answer": "451 later"}, "not sent"),
        ({"recipient_answer": "550 nobody here"}, "rejected"),
        ({"recipient_answer": "450 busy"}, "not sent"),
        ({"hangs_up": True}, "in doubt"),
        ({"answer": "what did you say?"}, "in doubt"),
    ],
)
def test_an_answer_is_taken_for_what_it_is(sink, message, changes, answer):
    kept, channel = sink
    for name, value in changes.items():
        setattr(kept, name, value)
    receipt = channel.send(message())
    assert receipt.answer == answer
    assert "anna" not in receipt.detail


def test_a_server_that_is_not_there_took_nothing(sink, message):
    _, channel = sink
    away = EmailChannel.model_validate(channel.model_dump() | {"port": 1, "ca_file": None})
    assert away.send(message()).answer == "not sent"
    assert "does not let us in" in (away.ready() or "")


def test_a_server_that_cannot_prove_who_it_is_gets_nothing(sink, message):
    kept, channel = sink
    stranger = EmailChannel.model_validate(channel.model_dump() | {"ca_file": None})
    assert stranger.send(message()).answer == "not sent"
    assert kept.mails == []


def test_a_sender_that_is_no_address_is_no_setting(sink):
    _, channel = sink
    with pytest.raises(ValidationError, match="one address"):
        EmailChannel.model_validate(channel.model_dump() | {"sender": "a@b.example, c@d.example"})
