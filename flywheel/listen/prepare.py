"""From what a source gave to what the store keeps: ids, pseudonyms, normal form, redaction, the brand's day."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flywheel.domain.feedback import Feedback, FeedbackColumns, HeardColumns
from flywheel.domain.ids import content_ids
from flywheel.listen.redact import redact
from flywheel.ports import Source

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def prepare(
    rows: Sequence[Feedback] | FeedbackColumns,
    source: Source,
    zone: ZoneInfo,
    pseudonym: Callable[[str], str],
    seen: Counter[str],
) -> HeardColumns:
    """Return a page ready for the store.

    `seen` counts equal rows that have no id of their own within one fetch: each gets its ordinal, so that equal
    rows stay apart and the same row keeps its id when the file is read again.
    """
    columns = rows if isinstance(rows, FeedbackColumns) else FeedbackColumns.of(rows)
    text = redact([clean(one) for one in columns.text])
    people = {one: pseudonym(one) for one in dict.fromkeys(columns.person) if one}
    person_id = [people[one] if one else None for one in columns.person]
    hashes = [_hash(text[at], person_id[at], columns, at) for at in range(len(columns))]
    own_ids = [one if one is not None else _ordinal(hashes[at], seen) for at, one in enumerate(columns.external_id)]
    return HeardColumns(
        id=content_ids("feedback", source.id, own_ids), external_id=[clean(one) for one in own_ids],
        brand=[clean(one or source.brand or "") for one in columns.brand],
        voice=[one or source.voice for one in columns.voice],
        person_id=person_id, medium=[clean(one or source.medium or "") for one in columns.medium],
        touchpoint=[clean(one or source.touchpoint or "") for one in columns.touchpoint],
        said_at=columns.said_at, day=[_day(one, zone) for one in columns.said_at],
        language=[clean(one or source.language or "") or None for one in columns.language],
        text=text, content_hash=hashes,
        attributes=[{key: clean(value) for key, value in one.items()} for one in columns.attributes],
        scores=columns.scores,
    )  # fmt: skip


def clean(text: str) -> str:
    """Return a text in normal form C, without NUL and with lone surrogates replaced: what any database can hold."""
    if text.isascii() and "\x00" not in text:
        return text
    return unicodedata.normalize("NFC", _UNSTORABLE.sub(_storable, text))


def _storable(match: re.Match[str]) -> str:
    return "" if match.group() == "\x00" else "\ufffd"


def _hash(text: str, person_id: str | None, columns: FeedbackColumns, at: int) -> str:
    """Hash what makes a row this row; the person only by pseudonym, or their id could be guessed from the hash."""
    said = columns.said_at[at]
    scores = [(score.kind, score.value) for score in columns.scores[at]]
    whole = f"{text}\x1f{said.isoformat() if said else ''}\x1f{columns.brand[at]}\x1f{person_id}\x1f{scores}"
    return hashlib.blake2b(whole.encode("utf-8", "replace"), digest_size=12).hexdigest()


def _ordinal(content: str, seen: Counter[str]) -> str:
    seen[content] += 1
    return f"{content}-{seen[content]}"


def _day(said_at: datetime | None, zone: ZoneInfo) -> str:
    if said_at is None:
        return ""
    try:
        return said_at.astimezone(zone).date().isoformat()
    except OverflowError:  # the first or the last day that there is, said in another zone
        return said_at.date().isoformat()
