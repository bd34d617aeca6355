"""A mailbox on a real Dovecot: every mail once, nothing marked, whatever happens to the folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dovecot import PASSWORD, Dovecot, require_dovecot
from listening_post import Post, sqlite

from flywheel.checks import check_source
from flywheel.domain.feedback import Cursor, Feedback, Page
from flywheel.errors import PermanentError, TransientError
from flywheel.listen import imap_box
from flywheel.listen.imap_source import ImapSource

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    require_dovecot()
    with tempfile.TemporaryDirectory(prefix="dovecot-") as folder, Dovecot(Path(folder)) as running:
        yield running


@pytest.fixture
def small_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imap_box, "_PAGE", 3)
    monkeypatch.setattr(imap_box, "_SIZES_AT_ONCE", 5)


def mail(number: int, body: str = "", **headers: str) -> bytes:
    given = {
        "From": f"Person {number} <p{number}@there.example>", "Subject": f"Letter {number}",
        "Date": f"Mon, 2 Mar 2026 10:{number:02}:00 +0100", "Message-ID": f"<{number}@there.example>",
    } | headers  # fmt: skip
    lines = [f"{name}: {value}" for name, value in given.items() if value]
    return "\r\n".join([*lines, "", body or f"Train {number} was late."]).encode("utf-8", "surrogateescape")


def source(server: Dovecot, folder: str, **more: Any) -> ImapSource:
    return ImapSource(**server.settings(folder=folder, **more))


def pages(source: ImapSource, since: Cursor | None = None) -> list[Page[Feedback]]:
    return list(source.fetch(since))


def rows(source: ImapSource, since: Cursor | None = None) -> list[Any]:
    return [row for page in pages(source, since) for row in page.rows]


@pytest.mark.usefixtures("small_requests")
def test_a_mailbox_keeps_the_rules_of_a_source(server: Dovecot) -> None:
    server.put(*(mail(n) for n in range(8)), mail(8, " "), mail(9), folder="Rules")
    check_source(source(server, "Rules"))
    found = rows(source(server, "Rules"))
    assert [row.external_id for row in found] == [f"{n}@there.example" for n in (*range(10),)]
    assert found[3].text == "Letter 3\nTrain 3 was late."
    assert (found[3].person, found[3].said_at) == ("p3@there.example", datetime(2026, 3, 2, 9, 3, tzinfo=UTC))


@pytest.mark.usefixtures("small_requests")
def test_reading_marks_nothing_and_a_second_reading_asks_for_what_is_new(server: Dovecot) -> None:
    server.put(*(mail(n) for n in range(7)), folder="Unread")
    first = pages(source(server, "Unread"))
    assert [len(page.rows) for page in first] == [3, 2, 2]
    with server.session() as session:
        session.select("Unread")
        assert session.search(None, "UNSEEN")[1] == [b"1 2 3 4 5 6 7"]
        session.store("2,3,7", "+FLAGS", "\\Deleted")
        session.expunge()
    assert rows(source(server, "Unread"), first[-1].cursor) == []
    server.put(mail(7), folder="Unread")
    assert [row.external_id for row in rows(source(server, "Unread"), first[-1].cursor)] == ["7@there.example"]
    assert len(rows(source(server, "Unread"), first[0].cursor)) == 4


def test_a_folder_that_was_made_anew_is_read_from_its_start_and_doubles_nothing(
    server: Dovecot, tmp_path: Path
) -> None:
    same, other = mail(1), mail(2, **{"Message-ID": ""})
    post = Post(sqlite(tmp_path))
    post.hear(source(server, "Zażalenia & prośby"))
    server.put(same, other, folder='"Za&AXw-alenia &- pro&AVs-by"')
    assert post.turn(DAY).done == 2
    server.delete('"Za&AXw-alenia &- pro&AVs-by"')
    server.put(other, mail(3), same, folder='"Za&AXw-alenia &- pro&AVs-by"')
    tally = post.turn(DAY + timedelta(hours=1))
    assert (tally.done, tally.reasons["duplicate"], tally.failed) == (1, 2, 0)
    assert tally.warnings == ("Source 'mail': its folder was made anew, and is read from its start.",)
    post.close()


def test_a_poison_mail_is_set_aside_and_can_be_replayed_when_the_settings_are_mended(server: Dovecot) -> None:
    bad = mail(1, "b\udce6d train", **{"Content-Type": "text/plain; charset=x-nobody-knows"})
    empty = mail(2, "> quoted", Subject="Re: late")
    bounce = mail(3, **{"Auto-Submitted": "auto-replied"})
    server.put(bad, empty, bounce, mail(4), folder="Poison")
    [page] = pages(source(server, "Poison"))
    assert [one.reason for one in page.set_aside] == [
        "a charset that is not known, or not said: set `charset`", "nothing but quoted or forwarded text",
        "an automatic answer",
    ]  # fmt: skip
    assert len(page.rows) == 1
    raw = page.set_aside[0].raw
    assert raw
    assert source(server, "Poison", charset="cp1252").parse(raw)[0].text == "Letter 1\nbæd train"


def test_of_a_mail_with_a_huge_attachment_its_beginning_is_read(server: Dovecot) -> None:
    parts = [
        "--cut", "Content-Type: text/plain", "", "See the photo.", "--cut",
        'Content-Type: image/png; name="photo.png"', "Content-Transfer-Encoding: base64", "", *(["QUJD" * 18] * 900),
        "--cut--",
    ]  # fmt: skip
    whole = mail(1, "\r\n".join(parts), **{"Content-Type": "multipart/mixed; boundary=cut"})
    assert len(whole) > 60_000
    server.put(whole, folder="Large")
    [page] = pages(source(server, "Large", max_bytes=2_000))
    assert [row.text for row in page.rows] == ["Letter 1\nSee the photo."]
    assert page.left_out == {"the end of a mail longer than max_bytes": 1}


@pytest.mark.parametrize("way", [{}, {"security": "starttls"}, {"security": "none"}])
def test_one_comes_in_by_tls_starttls_and_if_one_says_so_in_plain(server: Dovecot, way: dict[str, Any]) -> None:
    server.put(mail(1), folder="Ways")
    plain = {"port": server.port} if way else {}
    assert rows(source(server, "Ways", **plain, **way))


@pytest.mark.parametrize(("wrong", "kind", "sentence"), [
    ({"password": "another"}, PermanentError, "refuses our credentials"),
    ({"ca_file": None}, PermanentError, "not trusted"),
    ({"folder": "Nowhere"}, PermanentError, "no folder 'Nowhere'"),
    ({"port": 1}, TransientError, "cannot be reached"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_the_password_is_not(
    server: Dovecot, wrong: dict[str, Any], kind: type[Exception], sentence: str
) -> None:
    made = ImapSource(**server.settings(**wrong))
    with pytest.raises(kind, match=sentence) as caught:
        pages(made)
    assert PASSWORD not in f"{caught.value!r} {made!r}"


def test_a_session_that_breaks_off_is_a_matter_of_time(server: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    server.put(mail(1), folder="Breaks")
    monkeypatch.setattr(imap_box.imaplib.IMAP4, "fetch", lambda *_: (_ for _ in ()).throw(ConnectionResetError()))
    with pytest.raises(TransientError, match="broke off"):
        pages(source(server, "Breaks"))
