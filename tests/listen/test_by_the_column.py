"""What is made by the column is what the plain definition makes row by row, and pages end where they say."""

from __future__ import annotations

import csv
import hashlib
import hmac
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flywheel.domain.feedback import Cursor, Feedback, FeedbackColumns, Score
from flywheel.domain.ids import NAMESPACE, content_ids, pseudonyms
from flywheel.listen import file_lines, table_file
from flywheel.listen.dates import DateRules, read_dates
from flywheel.listen.moments import days_of, written
from flywheel.listen.prepare import clean, prepare
from flywheel.listen.redact import redact

SET_ASIDE = [
    (7, "4 cells where the header has 3"), (11, "no text and no score"),
    (13, "bytes that the encoding does not know"), (14, "not readable as CSV"), (20, "no text and no score"),
]  # fmt: skip
STRANGE = ["", "1", "ł", "\U0001f600" * 40, "a\x1fb", "\n", "x" * 200, "zażółć gęślą jaźń"]
ODD_ROWS = (
    'id,text,n\r\n1,plain,3\r\n\r\n2,"two\r\nlines, and ""more""",4\r\n3,short\r\n4,too,1,2\r\n5,"\n\n\n",\r\n'
    "6,żółw,7,,\r\n7,bad \xff,1\r\n8,a\rb,2\r\n9,\x00,2\r\n\n\n\n10,end,1\r\n11,,5\r\n12,z"
)


def test_ids_and_pseudonyms_are_those_of_the_standard_library() -> None:
    ids = content_ids("feedback", "talk", STRANGE)
    assert ids == [uuid.uuid5(NAMESPACE, f"feedback\x1ftalk\x1f{one}").hex for one in STRANGE]
    for key in (b"k" * 32, b"", b"long" * 40):
        made = pseudonyms(key)
        plain = [hmac.new(key, one.encode(), hashlib.sha256).hexdigest()[:32] for one in STRANGE]
        assert [made(one) for one in STRANGE] == plain


@pytest.mark.parametrize("form", ["records", "columns"])
def test_the_hash_of_a_row_is_that_of_its_words_moment_brand_person_and_scores(csv_of: Any, form: str) -> None:
    nps, none = Score(kind="nps", value=7, scale_low=0, scale_high=10), ()
    at = datetime(2026, 3, 1, 10, 5, tzinfo=UTC)
    rows = [
        Feedback(text="a", said_at=at, brand="Own", person="p1", scores=(nps,)), Feedback(text="b", scores=none),
        Feedback(text="mail me: a@b.example", said_at=at + timedelta(microseconds=5), brand="\u0065\u0301"),
        Feedback(text="e\u0301 \x00 \ud800", person="p1"),
    ]  # fmt: skip
    given = rows if form == "records" else FeedbackColumns.of(rows)
    heard = prepare(given, csv_of("text\n"), ZoneInfo("UTC"), str.upper, Counter())
    plain = []
    for row in rows:
        text, said = redact([clean(row.text)])[0], row.said_at.isoformat() if row.said_at else ""
        scores = [(one.kind, one.value) for one in row.scores]
        whole = f"{text}\x1f{said}\x1f{row.brand}\x1f{row.person and row.person.upper()}\x1f{scores}"
        plain.append(hashlib.blake2b(whole.encode("utf-8", "replace"), digest_size=12).hexdigest())
    assert heard.content_hash == plain
    assert heard.text[2:] == ["mail me: [e-mail]", "\u00e9  \ufffd"]
    assert heard.brand == ["Own", "Own", "\u00e9", "Own"]


@pytest.mark.parametrize(
    "zone",
    ["UTC", "Europe/Warsaw", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns",
     "Pacific/Apia", "Pacific/Kiritimati", "Africa/Monrovia", "America/Havana"],
)  # fmt: skip
def test_days_are_those_of_the_zones_own_clock(zone: str) -> None:
    dice, place = Random(7), ZoneInfo(zone)
    began = datetime(1960, 1, 1, tzinfo=UTC)
    said: list[datetime | None] = [began + timedelta(seconds=dice.randrange(70 * 365 * 86_400)) for _ in range(3_000)]
    # around New Year, the weeks in which clocks change, the day Samoa left out, and midnights to the second
    for day in (
        datetime(2011, 12, 29, tzinfo=UTC),
        datetime(2006, 10, 28, tzinfo=UTC),
        datetime(2026, 3, 7, tzinfo=UTC),
    ):
        said += [day + timedelta(minutes=n, seconds=n % 2 * 59) for n in range(3 * 24 * 60)]
    said += [None, datetime(2026, 1, 1, 23, 59, 59, 999_999, tzinfo=UTC)]
    plain = [one.astimezone(place).date().isoformat() if one else "" for one in said]
    assert days_of(said, written(said), place) == plain


def test_moments_are_written_as_iso_8601_whatever_they_are() -> None:
    whole: list[datetime | None] = [
        None, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC), datetime(2026, 3, 1, 10, 5, tzinfo=UTC), None,
    ]  # fmt: skip
    elsewhere = datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=9)))
    for odd in ([], [datetime(2026, 3, 1, 10, 5, 0, 3, tzinfo=UTC)], [elsewhere]):
        said = [*whole, *odd]
        assert written(said) == [one.isoformat() if one else "" for one in said]
    assert days_of([elsewhere], written([elsewhere]), ZoneInfo("UTC")) == ["2026-02-28"]


def test_one_odd_date_changes_no_other() -> None:
    good, odd = ["2026-03-01T10:00:00Z", "2026-03-01 11:00"], ["", "soon", " 2026-03-01 ", "2026-03-01 10:00:00 -0800"]
    rules = DateRules(zone="Europe/Warsaw")
    alone = [read_dates([one], rules)[0] for one in good + odd]
    assert read_dates(good + odd, rules) == alone
    assert read_dates(good, rules) == alone[:2]


def test_a_text_is_redacted_alike_alone_and_among_others() -> None:
    private = ["call 600 100 200", "a@b.example", "123 45", "x\x1e600 100 200", "", "1\x1e2", "12345678\ud800"]
    assert redact(private) == [redact([one])[0] for one in private]
    assert redact(private)[:2] == ["call [phone]", "[e-mail]"]


@pytest.mark.parametrize("block", [1, 16, 2**20])
@pytest.mark.parametrize("rows", [1, 2, 3, 100])
def test_each_page_ends_at_a_record_and_its_state_is_that_of_all_bytes_before(
    csv_of: Any, hear: Any, monkeypatch: pytest.MonkeyPatch, block: int, rows: int
) -> None:
    monkeypatch.setattr(file_lines, "_BLOCK", block)
    monkeypatch.setattr(table_file, "PAGE_ROWS", rows)
    raw = ODD_ROWS.encode("utf-8").replace("\xff".encode(), b"\xff")
    source = csv_of(raw)
    pages = list(source.fetch(None))
    whole = hear(source)
    assert whole.texts == ["plain", 'two\r\nlines, and "more"', "short", "żółw", "\x00", "end", "z"]
    told = sorted((int(one.position.rpartition(" ")[2]), one.reason) for one in whole.set_aside)
    assert [line for line, _ in told] == [line for line, _ in SET_ASIDE]
    assert all(reason.startswith(begin) for (_, reason), (_, begin) in zip(told, SET_ASIDE, strict=True))
    for page in pages:
        state = page.cursor.value["in.csv"]
        assert state["sha256"] == hashlib.sha256(raw[: state["bytes"]]).hexdigest()
    for at, page in enumerate(pages):
        rest = [text for later in pages[at + 1 :] for text in later.rows.text]
        assert hear(source, Cursor(value=page.cursor.value)).texts == rest
    if rows == 1:
        assert max(len(page.rows) + len(page.set_aside) for page in pages) == 1


def test_large_rows_make_small_pages(csv_of: Any, hear: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "PAGE_ROWS", 1_000)
    monkeypatch.setattr(table_file, "PAGE_BYTES", 10_000)
    monkeypatch.setattr(file_lines, "_BLOCK", 1_000)
    source = csv_of("id,text\n" + "".join(f"{n},{'x' * 3_000}\n" for n in range(50)))
    pages = [len(page.rows) for page in source.fetch(None)]
    assert sum(pages) == 50
    assert max(pages) <= 5


def test_positions_are_the_lines_that_a_plain_reader_counts(csv_of: Any, hear: Any) -> None:
    content = 'id,text\n1,a\n\n2,"b\nc"\n3,d\n' * 40
    reader = csv.reader(content.splitlines(keepends=True))
    lines = [reader.line_num for row in reader if row][1:]
    assert hear(csv_of(content)).positions == [f"in.csv, line {number}" for number in lines]
