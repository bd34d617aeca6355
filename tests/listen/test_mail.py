"""What a mail says in its sender's own words, however programs have dressed it; hostile ones harm nothing."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime

import pytest

from flywheel.domain.feedback import Feedback
from flywheel.errors import RecordError
from flywheel.listen.html_text import html_text
from flywheel.listen.mail import Mailed, MailRules, read_mail
from flywheel.listen.mail_words import own_words

CAME = datetime(2026, 3, 2, 12, tzinfo=UTC)
HEAD = "From: Ann <Ann@There.example>\nSubject: {subject}\nDate: Mon, 2 Mar 2026 10:00:00 +0100\nMessage-ID: <1@x>\n"


def read(raw: str | bytes, *, charset: str | None = None, speaker: str = "from") -> Feedback:
    content = raw if isinstance(raw, bytes) else raw.encode()
    return read_mail(Mailed(content.replace(b"\n", b"\r\n"), CAME), MailRules(charset, speaker), "here")  # type: ignore[arg-type]


def mail(body: str, more: str = "", subject: str = "Late") -> str:
    return f"{HEAD.format(subject=subject)}{more}\n{body}"


@pytest.mark.parametrize(("written", "own"), [
    ("Please.\n\nOn Mon, 2 Mar 2026 at 10:00, Desk <desk@own.example> wrote:\n> Shall we?\n> Desk", "Please."),
    ("Yes.\n\nOn Mon, 2 Mar 2026 at 10:00, Desk of the railway\n<desk@own.example> wrote:\n\n> Shall we?", "Yes."),
    ("Tak.\n\nW dniu 2.03.2026 o 10:00, Biuro pisze:\n> Zwrot?", "Tak."),
    ("Ja.\n\nAm 02.03.2026 um 10:00 schrieb Desk <desk@own.example>:\n> Erstattung?", "Ja."),
    ("Oui.\n\nLe lun. 2 mars 2026 à 10:00, Desk a écrit :\n> Remboursement ?", "Oui."),
    ("> Which train?\nThe one at 8.\n> And where?\nIn Lublin.", "The one at 8.\nIn Lublin."),
    ("Late again.\n\n-----Original Message-----\nFrom: Desk\nSent: Monday\n\nOld words", "Late again."),
    ("Late again.\n\nFrom: Desk <desk@own.example>\nSent: Monday, 2 March 2026 10:00\nTo: Ann\n\nOld", "Late again."),
    ("See below.\n\n---------- Forwarded message ---------\nFrom: Bob\n\nBob's words", "See below."),
    ("Begin forwarded message:\n\nFrom: Bob\n\nBob's words", ""),
    ("Late.\n-- \nAnn Smith\n+48 601 700 800", "Late."),
    ("Late.\n\nSent from my iPhone", "Late."),
    ("Yes.\n\nOn Mon, 2 Mar 2026 at 10:00, Desk wrote:\n\nOld words", "Yes."),
    ("On 2 March I wrote:\nnobody answered. On time?", "On 2 March I wrote:\nnobody answered. On time?"),
    ("From: Lublin\nTo: Warsaw\nthe train was late", "From: Lublin\nTo: Warsaw\nthe train was late"),
    ("3 > 2\n and that -- is it", "3 > 2\n and that -- is it"),
])  # fmt: skip
def test_what_was_quoted_or_forwarded_is_not_their_own(written: str, own: str) -> None:
    assert own_words(written).text == own


def test_a_subject_stands_above_a_letter_and_not_above_an_answer() -> None:
    assert read(mail("It was.")).text == "Late\nIt was."
    assert read(mail("It was.", subject="AW: Re[2]: Late")).text == "It was."
    assert read(mail("It was.", more="In-Reply-To: <0@x>\n")).text == "It was."
    assert read(mail("It was.\n> quoted")).attributes == {"quoted": "left out"}


def test_of_alternatives_the_plain_one_is_read_and_html_where_there_is_no_other() -> None:
    both = "--b\nContent-Type: text/html\n\n<p>In <b>HTML</b></p>\n--b\nContent-Type: text/plain\n\nIn plain\n--b--\n"
    kind = 'Content-Type: multipart/alternative; boundary="b"\n'
    assert read(mail(both, kind)).text == "Late\nIn plain"
    assert read(mail(both.replace("In plain", " "), kind)).text == "Late\nIn HTML"


def test_attachments_and_mails_within_a_mail_are_left_alone() -> None:
    parts = [
        "Content-Type: text/plain\n\nSee the file.", 'Content-Type: text/plain; name="notes.txt"\n\nSecret notes',
        "Content-Type: text/html\nContent-Disposition: attachment\n\n<p>Attached</p>",
        "Content-Type: message/rfc822\n\nFrom: b@x\nSubject: Old\n\nOld words",
        "Content-Type: text/plain\n\nThank you.",
    ]  # fmt: skip
    whole = mail("--b\n" + "\n--b\n".join(parts) + "\n--b--\n", "Content-Type: multipart/mixed; boundary=b\n")
    assert read(whole).text == "Late\nSee the file.\nThank you."


@pytest.mark.parametrize(("charset", "encoding"), [
    ("iso-8859-2", "iso-8859-2"), ("windows-1250", "cp1250"), ("UTF-8", "utf-8"), ("us-ascii", "utf-8"),
    ("utf-16", "utf-16"), ("gb18030", "gb18030"), ('"ISO-8859-2"', "iso-8859-2"), ("x-nonsense", "utf-8"),
])  # fmt: skip
@pytest.mark.parametrize("transfer", ["8bit", "base64", "quoted-printable"])
def test_texts_of_any_charset_come_out_as_they_went_in(charset: str, encoding: str, transfer: str) -> None:
    raw = "Zażółć".encode(encoding)
    body = {
        "8bit": raw, "base64": b64encode(raw), "quoted-printable": b"".join(b"=%02X" % byte for byte in raw),
    }[transfer]  # fmt: skip
    if transfer == "8bit" and encoding == "utf-16":
        return  # no mail may hold that (RFC 2045, 2.7 and 2.8: no NUL outside base64)
    head = mail("", f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {transfer}\n").encode()
    assert read(head + body).text == "Late\nZażółć"


def test_a_charset_nobody_knows_is_set_aside_until_it_is_said_and_a_bad_byte_is_marked() -> None:
    raw = mail("", "Content-Type: text/plain; charset=martian\n").encode() + b"caf\xe9"
    with pytest.raises(RecordError, match="set `charset`"):
        read(raw)
    assert read(raw, charset="cp1252").text == "Late\ncafé"
    assert read(raw.replace(b"martian", b"utf-8")).text == "Late\ncaf\ufffd"
    assert read(raw.replace(b"martian", b"rot13"), charset="cp1252").text == "Late\ncafé"


def test_headers_are_decoded_and_a_sender_is_an_address_in_small_letters() -> None:
    found = read(mail("x", subject="=?utf-8?B?xbzDs8WCdw==?= =?iso-8859-2?Q?_i_=BFaba?="))
    assert found.text == "żółw i żaba\nx"
    assert found.person == "ann@there.example"
    form = mail("x", "Reply-To: Bob <BOB@x.example>\n")
    assert (read(form).person, read(form, speaker="reply-to").person) == ("ann@there.example", "bob@x.example")
    assert read(mail("x").replace("Ann <Ann@There.example>", "undisclosed")).person is None


@pytest.mark.parametrize(("date", "moment"), [
    ("Mon, 2 Mar 2026 10:00:00 +0100", datetime(2026, 3, 2, 9, tzinfo=UTC)), ("yesterday", CAME),
    ("Mon, 2 Mar 2099 10:00:00 +0000", CAME), ("2 Mar 2026 10:00:00 -0000", datetime(2026, 3, 2, 10, tzinfo=UTC)),
    ("Mon, 2 Mar 99999 10:00:00 +9999", CAME),
])  # fmt: skip
def test_a_date_that_cannot_be_is_that_of_the_arrival(date: str, moment: datetime) -> None:
    assert read(mail("x").replace("Mon, 2 Mar 2026 10:00:00 +0100", date)).said_at == moment


def test_a_mail_without_an_id_has_one_that_follows_from_it() -> None:
    plain = mail("x").replace("Message-ID: <1@x>\n", "")
    assert read(plain).external_id == read(plain).external_id
    assert read(plain).external_id != read(plain + "y").external_id


def test_flowed_text_has_the_lines_of_its_writer() -> None:
    body = "The train \nwas late \nagain.\n> old \n> words\n -- \nfrom a space"
    flowed = mail(body, "Content-Type: text/plain; format=flowed\n")
    assert read(flowed).text == "Late\nThe train was late again."


@pytest.mark.parametrize("raw", [
    b"", b"\x00" * 1000, b"From: " + b"(" * 20_000, b"Subject: " + b"=?" * 50_000,
    b"Content-Type: text/plain; " + b"a*0=" * 9_000,
    b"Content-Type: multipart/mixed; boundary=a\n\n" + b"--a\nContent-Type: multipart/mixed; boundary=a\n\n" * 3_000,
    b"Content-Type: text/html\n\n" + b"<!--<div><a '" * 20_000,
    b"From: a@b\n\n" + b"On 1 x wrote:\n" * 20_000 + b"> x\n" * 9_000,
    b"Date: " + b"9" * 9_000 + b"\nFrom: a@b\n\nx", b"Content-Transfer-Encoding: base64\n\n" + b"=" * 9_000,
    b"From: a@b\n\n" + b"\n" * 60_000 + b"> x\n" * 60_000,
    b"Content-Type: " + b"message/rfc822\n\nContent-Type: " * 2_000,
])  # fmt: skip
def test_a_hostile_mail_is_read_or_refused_and_nothing_else(raw: bytes) -> None:
    try:
        said = read(raw).text
    except RecordError as error:
        said = str(error)
    assert said.strip()


@pytest.mark.parametrize(("html", "text"), [
    ("<p>One</p><p>Two &amp; three</p>", "One\n\nTwo & three"), ("a<br>b<br/>c", "a\nb\nc"),
    ("<style>p{}</style><script>alert('x<b>')</script>Seen", "Seen"), ("3 < 4 and a<b", "3 < 4 and a<b"),
    ("<!-- <p>hidden</p> -->Seen<!-- never closed", "Seen"), ('<a title="a>b" href=x>link</a>', "link"),
    ("<ul><li>one<li>two</ul>", "one\n\ntwo"), ("<blockquote>old</blockquote>new", "> old\n\nnew"),
    ('new<div class="gmail_quote">On x:<div>old</div></div>', "new\n> On x:\n> old"),
    ("&lt;b&gt;&#0;&nope;", "<b>\ufffd&nope;"),
])  # fmt: skip
def test_html_is_what_a_reader_sees(html: str, text: str) -> None:
    lines = [line for line in html_text(html).splitlines() if line not in ("", ">")]
    assert lines == [line for line in text.splitlines() if line]


def test_a_gmail_answer_in_html_alone_leaves_its_quote_out() -> None:
    quote = '<div class="gmail_quote"><div>On Mon, 2 Mar 2026 Desk wrote:<br></div><blockquote>Old</blockquote></div>'
    body = f"Yes, please.<br>{quote}"
    assert read(mail(body, "Content-Type: text/html\n", "Re: x")).text == "Yes, please."
    outlook = 'Yes.<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Desk</div>Old words'
    assert read(mail(outlook, "Content-Type: text/html\n", "Re: x")).text == "Yes."
