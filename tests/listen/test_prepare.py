"""Preparing: what is stored is normal, pseudonymous, redacted, and can be stored, whatever came in."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flywheel.domain.feedback import Cursor, Feedback, HeardColumns, Page
from flywheel.domain.ids import pseudonym
from flywheel.listen.prepare import clean, prepare
from flywheel.listen.redact import redact
from flywheel.ports import Source

KEY = b"k" * 32
NAUGHTY = "11_nasty_input"


class Shelf(Source):
    id: str = "talk"
    brand: str | None = "Own"

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        return iter(())


def prepared(*rows: Feedback, source: Source | None = None, key: bytes = KEY, zone: str = "UTC") -> HeardColumns:
    return prepare(rows, source or Shelf(), ZoneInfo(zone), lambda person: pseudonym(key, person), Counter())


def test_a_pseudonym_is_stable_and_the_persons_own_id_is_nowhere_in_the_store(keep: Any, tmp_path: Path) -> None:
    rows = [Feedback(text=f"row {n}", person="customer-4711", attributes={"segment": "a"}) for n in range(3)]
    shown = keep(prepared(*rows))
    assert {row["person_id"] for row in shown} == {pseudonym(KEY, "customer-4711")}
    for file in (tmp_path / "store").iterdir():
        assert b"customer-4711" not in file.read_bytes()


def test_a_persons_id_cannot_be_tried_out_on_what_is_stored() -> None:
    row = Feedback(text="row", person="customer-4711")
    one, other = prepared(row), prepared(row, key=b"l" * 32)
    assert one.content_hash != other.content_hash  # else anybody could hash all customer numbers and compare
    assert one.external_id != other.external_id


def test_who_answers_for_a_company_is_no_person_and_a_later_reply_makes_another_form_of_the_row() -> None:
    said = Feedback(text="Where is it?", external_id="1", person="p", thread=" t1 ")
    reply = said.model_copy(update={"reply": "Sorry, write to help@own.example"})
    ours = Feedback(text="Here", external_id="2", person="agent", voice="company", thread="t1")
    found = prepared(said, ours)
    answered = prepared(reply)
    assert (found.person_id[0] is None, found.person_id[1]) == (False, None)
    assert found.voice == ["customer", "company"]
    assert answered.reply == ["Sorry, write to [e-mail]"]
    assert (answered.id[0] == found.id[0], answered.content_hash[0] == found.content_hash[0]) == (True, False)


def test_what_a_source_says_of_itself_fills_in_what_a_row_leaves_open() -> None:
    source = Shelf(voice="employee", medium="pulse", touchpoint="desk", language="pl")
    heard = prepared(
        Feedback(text="a"), Feedback(text="b", brand="Peer", voice="customer", medium="web"), source=source
    )
    assert heard.brand == ["Own", "Peer"]
    assert heard.voice == ["employee", "customer"]
    assert heard.medium == ["pulse", "web"]
    assert heard.touchpoint == ["desk", "desk"]
    assert heard.language == ["pl", "pl"]


def test_the_day_is_the_brands_own_and_undated_feedback_has_none() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    heard = prepared(Feedback(text="a", said_at=late), Feedback(text="b"), zone="Europe/Warsaw")
    assert heard.day == ["2026-03-02", ""]


@pytest.mark.parametrize("said_at", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
def test_the_ends_of_time_stop_nobody(keep: Any, said_at: datetime, zone: str) -> None:
    [row] = keep(prepared(Feedback(text="a", said_at=said_at), zone=zone))
    assert datetime.fromisoformat(row["said_at"]) == said_at


@pytest.mark.parametrize("odd", ["\ud800", "a\x00b", "e\u0301", "\ufeff", "\U0001f600"])
def test_any_word_in_any_column_can_be_stored(keep: Any, odd: str) -> None:
    row = Feedback(
        text=odd + "x", external_id=odd + "1", brand=odd + "B", person=odd, medium=odd + "m", touchpoint=odd + "t",
        language=odd + "l", attributes={"segment": odd},
    )  # fmt: skip
    [shown] = keep(prepared(row))
    assert shown["text"] == clean(odd) + "x"
    assert (shown["medium"], shown["touchpoint"]) == (clean(odd + "m"), clean(odd + "t"))


def test_equal_rows_get_their_ordinals_over_all_pages_of_a_fetch() -> None:
    seen: Counter[str] = Counter()
    pages = [
        [Feedback(text="same"), Feedback(text="same")],
        [Feedback(text="same", person="p")],
        [Feedback(text="same")],
    ]
    made = [
        one for rows in pages
        for one in prepare(rows, Shelf(), ZoneInfo("UTC"), lambda person: person, seen).external_id
    ]  # fmt: skip
    assert [one.rpartition("-")[2] for one in made] == ["1", "2", "1", "3"]


def test_every_naughty_string_reaches_the_store_as_it_was(
    keep: Any, data_dir: Path, csv_of: Any, tmp_path: Path
) -> None:
    naughty = json.loads((data_dir / NAUGHTY / "blns.json").read_text(encoding="utf-8"))
    naughty += (data_dir / NAUGHTY / "csv_injection_payloads.txt").read_text(encoding="utf-8").splitlines()
    with (tmp_path / "naughty.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "text"])
        writer.writerows([[f"n{at}", text] for at, text in enumerate(naughty)])
    source = csv_of((tmp_path / "naughty.csv").read_bytes())
    rows, refused = [], []
    for page in source.fetch(None):
        refused += page.set_aside
        heard = prepare(page.rows, source, ZoneInfo("UTC"), str, Counter())
        rows = keep(heard)
    silent = [text for text in naughty if not text.strip()]
    assert {one.reason for one in refused} == {"no text and no score"}
    assert len(refused) == len(silent)
    shown = {row["external_id"]: row["text"] for row in rows}
    wanted = {
        f"n{at}": redact([clean(text)], source.redact, ["Own"])[0] for at, text in enumerate(naughty) if text.strip()
    }
    assert shown == wanted
    changed = [at for at, text in wanted.items() if unicodedata.normalize("NFC", naughty[int(at[1:])]) != text]
    assert len(changed) < len(naughty) / 50  # redaction of numbers, NUL: nothing else changes a text


# ... and newlines_crlf was published with the line ends of Unix: line ends are compared as one.
SPECTRUM = {"location_coordinates": "its CSV and its JSON differ in the file that was published"}


def test_every_file_of_csv_spectrum_gives_what_it_must(keep: Any, data_dir: Path, csv_of: Any, tmp_path: Path) -> None:
    folder = data_dir / NAUGHTY / "csv-spectrum"
    files = sorted((folder / "csvs").glob("*.csv"))
    assert len(files) == 12
    for file in files:
        wanted = json.loads((folder / "json" / f"{file.stem}.json").read_text(encoding="utf-8"))
        if file.stem in SPECTRUM:
            continue
        for name in wanted[0]:
            anonymous = csv_of(
                file.read_bytes(), name=f"{file.stem}.csv", columns={"text": name}, id=f"s_{file.stem}_{name}".lower()
            )
            seen: Counter[str] = Counter()
            made, rows = [], []
            for page in anonymous.fetch(None):
                heard = prepare(page.rows, anonymous, ZoneInfo("UTC"), str, seen)
                made += heard.id
                rows = keep(heard)
            told = [row["text"].replace("\r\n", "\n") for row in rows if row["id"] in made]
            assert sorted(told) == sorted(
                redact([clean(row[name].replace("\r\n", "\n"))])[0] for row in wanted if row[name].strip()
            ), file.name


def test_texts_in_other_encodings_are_read_when_it_is_said_which(data_dir: Path, csv_of: Any, hear: Any) -> None:
    raw = (data_dir / NAUGHTY / "encodings" / "sample-polish.txt").read_bytes()
    cell = raw.decode("utf-8", "replace").replace('"', "'")
    for encoding in ("utf-8", "utf-8-sig", "cp1250"):
        text = cell.encode(encoding, "ignore").decode(encoding)
        content = f'id,text\n1,"{text}"\n'.encode(encoding)
        assert hear(csv_of(content, encoding=encoding)).texts == [text.removeprefix("\ufeff")]
