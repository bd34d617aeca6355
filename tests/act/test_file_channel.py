"""The file channel: one private file per key, whole or not at all, and it never raises."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from flywheel.act.file_channel import FileChannel
from flywheel.domain.delivery import Message


def message(key: str = "k1", body: str = "Hello") -> Message:
    return Message(
        key=key, channel="mail", person_id="p1", play="help", variant="a", address=SecretStr("a@b.example"),
        language="en", subject="s", body=body, leaves_at=datetime(2026, 3, 2, 12, tzinfo=UTC),
    )  # fmt: skip


def test_a_message_is_one_private_file(tmp_path: Path) -> None:
    channel = FileChannel(id="mail", folder=tmp_path / "deep" / "outbox")
    assert channel.ready() is None
    assert not (tmp_path / "deep").exists()
    assert channel.send(message()).answer == "ok"
    [file] = (tmp_path / "deep" / "outbox").iterdir()
    assert (file.name, stat.S_IMODE(file.stat().st_mode)) == ("k1.json", 0o600)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    written = json.loads(file.read_text(encoding="utf-8"))
    assert (written["person"], written["address"], written["body"]) == ("p1", "a@b.example", "Hello")


def test_the_same_key_is_written_once(tmp_path: Path) -> None:
    channel = FileChannel(id="mail", folder=tmp_path)
    channel.send(message())
    again = channel.send(message(body="other words"))
    assert (again.answer, again.detail) == ("ok", "was there already")
    assert "Hello" in (tmp_path / "k1.json").read_text(encoding="utf-8")
    assert len(list(tmp_path.iterdir())) == 1


def test_a_folder_that_is_none_is_told_before_and_not_raised_after(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    channel = FileChannel(id="mail", folder=tmp_path / "file")
    assert channel.ready() == f"the folder {str(tmp_path / 'file')!r} cannot be written"
    assert channel.send(message()).answer == "not sent"


def test_a_key_that_no_file_can_bear_is_answered_and_not_raised(tmp_path: Path) -> None:
    receipt = FileChannel(id="mail", folder=tmp_path).send(message(key="k" * 300))
    assert receipt.answer == "not sent"
    assert "a@b.example" not in receipt.detail
