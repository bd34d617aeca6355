"""From what a source gave to what the store keeps: ids, pseudonyms, normal form, redaction, the brand's day."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from hashlib import blake2b
from itertools import chain
from zoneinfo import ZoneInfo

from flywheel.domain.feedback import Feedback, FeedbackColumns, HeardColumns, Score
from flywheel.domain.ids import content_ids
from flywheel.listen.moments import days_of, written
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
    brands = {source.brand, *columns.brand}
    text, reply = redact(_cleaned(columns.text), source.redact, brands), _replies(columns.reply, source, brands)
    voice = _filled(columns.voice, source.voice)
    people = {one: pseudonym(one) if one else None for one in set(columns.person)}
    person_id = [
        None if who == "company" else people[one] for one, who in zip(columns.person, voice, strict=True)
    ]  # who answers for a company is not somebody to write to
    moments = written(columns.said_at)
    hashes = _hashes(text, moments, columns.brand, person_id, columns.scores, reply)
    own_ids = [
        one if one is not None else _ordinal(hashed, seen)
        for one, hashed in zip(columns.external_id, hashes, strict=True)
    ]
    return HeardColumns(
        id=content_ids("feedback", source.id, own_ids), external_id=_cleaned(own_ids),
        brand=_filled(columns.brand, source.brand), voice=voice, person_id=person_id,
        medium=_filled(columns.medium, source.medium), touchpoint=_filled(columns.touchpoint, source.touchpoint),
        said_at=columns.said_at, day=days_of(columns.said_at, moments, zone),
        language=[one or None for one in _filled(columns.language, source.language)],
        text=text, content_hash=hashes, attributes=_cleaned_attributes(columns.attributes), scores=columns.scores,
        thread=[one or None for one in _filled(columns.thread, None)], reply=reply,
    )  # fmt: skip


def clean(text: str) -> str:
    """Return a text in normal form C, without NUL and with lone surrogates replaced: what any database can hold."""
    if text.isascii() and "\x00" not in text:
        return text
    return unicodedata.normalize("NFC", _UNSTORABLE.sub(_storable, text))


def _storable(match: re.Match[str]) -> str:
    return "" if match.group() == "\x00" else "\ufffd"


def _cleaned(column: list[str]) -> list[str]:
    """Clean a column; the questions that most columns answer with no are asked once, of all its texts together."""
    whole = "".join(column)
    if whole.isascii() and "\x00" not in whole:
        return column
    if "\x00" in whole or not _is_unicode(whole):
        return list(map(clean, column))
    return [one if one.isascii() else unicodedata.normalize("NFC", one) for one in column]


def _is_unicode(text: str) -> bool:
    try:
        text.encode()  # finds a lone surrogate far sooner than a search for it
    except UnicodeEncodeError:
        return False
    return True


def _filled(column: Sequence[str | None], constant: str | None) -> list[str]:
    """Fill the gaps of a column in which few different values stand, and clean each of these once."""
    known = {one: clean(one or constant or "") for one in set(column)}
    return [known[one] for one in column]


def _cleaned_attributes(attributes: list[dict[str, str]]) -> list[dict[str, str]]:
    whole = "".join(chain.from_iterable(map(dict.values, attributes)))
    if whole.isascii() and "\x00" not in whole:
        return attributes
    return [{key: clean(value) for key, value in one.items()} for one in attributes]


def _hashes(
    text: list[str], moments: list[str], brand: list[str | None], person_id: list[str | None],
    scores: list[tuple[Score, ...]], reply: list[str | None],
) -> list[str]:  # fmt: skip
    """Hash what makes a row this row; the person only by pseudonym, or their id could be guessed from the hash.

    A reply that comes later makes another row of it; without one, the row is hashed as if there were no replies.
    """
    answers = {id(one): one for one in scores}  # many rows share one tuple, and to hash a record is slow
    told = {key: str([(score.kind, score.value) for score in one]) for key, one in answers.items()}
    wholes = [
        f"{said}\x1f{moment}\x1f{whose}\x1f{person}\x1f{told[key]}{'' if answered is None else answered}".encode(
            "utf-8", "replace"
        )
        for said, moment, whose, person, key, answered in zip(
            text, moments, brand, person_id, map(id, scores), reply, strict=True
        )
    ]
    return [blake2b(whole, digest_size=12).hexdigest() for whole in wholes]


def _replies(column: list[str | None], source: Source, brands: set[str | None]) -> list[str | None]:
    """Clean and redact the replies there are: most records have none."""
    if not any(column):
        return [None] * len(column)
    redacted = redact(_cleaned([one or "" for one in column]), source.redact, brands)
    return [one or None for one in redacted]


def _ordinal(content: str, seen: Counter[str]) -> str:
    seen[content] += 1
    return f"{content}-{seen[content]}"
