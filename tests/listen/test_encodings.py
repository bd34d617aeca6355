"""Texts in many encodings come out as they went in, or are set aside with a reason; a mark at the start is believed."""

from __future__ import annotations

import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flywheel.cli.guess import likely_encoding
from flywheel.listen import file_lines
from flywheel.listen.prepare import prepare

TEXT = 'id,text\n1,"żółw \u0a0a\u0d0a\U0001f600\nnew line"\n2,plain\n'
SAMPLES = {
    "arabic-1": "cp1256", "arabic": "utf-8", "bulgarian": "utf-8", "chinese": "big5", "english.bom": "utf-8",
    "french-1": "cp1252", "french": "utf-8", "greek-2": "cp1253", "greek": "cp1253", "hebrew-2": "cp1255",
    "hebrew-3": "cp1255", "korean": "cp949", "polish": "utf-8", "russian-2": "utf-8", "russian-3": "utf-8",
    "russian": "mac_cyrillic", "spanish": "utf-8", "turkish": "cp1254",
}  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("declared", ["utf-8-sig", "cp1250"])
def test_a_mark_at_the_start_of_a_file_wins(csv_of: Any, hear: Any, encoding: str, declared: str) -> None:
    raw = ("\ufeff" + TEXT).encode(encoding.removesuffix("-sig"))
    heard = hear(csv_of(raw, encoding=declared))
    assert heard.texts == ["żółw \u0a0a\u0d0a\U0001f600\nnew line", "plain"]
    assert heard.set_aside == []


@pytest.mark.parametrize("block", [2, 7, 64, 2**20])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_a_wide_file_that_grows_costs_its_new_rows(
    csv_of: Any, hear: Any, monkeypatch: pytest.MonkeyPatch, encoding: str, block: int
) -> None:
    monkeypatch.setattr(file_lines, "_BLOCK", block)
    raw = TEXT.encode(encoding)
    first = hear(csv_of(raw))
    assert len(first.rows) == 2
    grown = hear(csv_of(raw + "3,żaba\n".encode(f"{encoding}-le")), first.cursor)
    assert grown.texts[-1] == "żaba"
    if block == 2**20:
        assert grown.texts == ["żaba"]
    assert hear(csv_of(raw + "3,żaba\n".encode(f"{encoding}-le")), grown.cursor).rows == []


def test_wide_texts_that_are_broken_are_set_aside_alone(csv_of: Any, hear: Any) -> None:
    heard = hear(csv_of("id,text\n1,good\n2,cut".encode("utf-16") + b"\x41"))
    assert heard.texts == ["good"]
    assert [one.reason for one in heard.set_aside] == ["bytes that the encoding does not know: set `encoding`"]
    assert hear(csv_of("id,text\n1,good\n".encode("utf-16-be"), encoding="utf-16-be")).texts == ["good"]


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_read_as_it_is_when_its_encoding_is_said(
    name: str, csv_of: Any, hear: Any, keep: Any, data_dir: Path
) -> None:
    file = data_dir / "11_nasty_input" / "encodings" / f"sample-{name}.txt"
    raw = file.read_bytes().removeprefix(b"\xef\xbb\xbf")
    content = b'id,text\n1,"' + raw.replace(b'"', b'""') + b'"\n'
    source = csv_of(content, encoding=SAMPLES[name])
    [text] = hear(source).texts
    assert text == raw.decode(SAMPLES[name])
    heard = prepare(next(iter(source.fetch(None))).rows, source, ZoneInfo("UTC"), str, Counter())
    [stored] = keep(heard)
    assert stored["text"] == unicodedata.normalize("NFC", text)  # none of them holds what is redacted
    assert likely_encoding(file) in (SAMPLES[name], "utf-8-sig")
    unsaid = hear(csv_of(content))
    if SAMPLES[name] != "utf-8":
        assert [one.reason for one in unsaid.set_aside] == ["bytes that the encoding does not know: set `encoding`"]
    else:
        assert unsaid.texts == [text]
