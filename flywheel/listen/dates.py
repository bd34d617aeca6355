"""Dates as people write them: by a given format, else ISO 8601; a date that cannot be read is None, never guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flywheel.domain.record import Record, Zone

_SPACE_BEFORE_OFFSET = re.compile(r" (?=[+-]\d{2}:?\d{2}$)")


class DateRules(Record):
    """How dates are written; `zone` is for those that do not say their own."""

    format: str | None = None
    zone: Zone = "UTC"


def read_dates(texts: list[str], rules: DateRules) -> list[datetime | None]:
    """Return aware UTC moments for a column of texts."""
    zone = ZoneInfo(rules.zone)
    if rules.format is None:
        try:
            return [_in_utc(one, zone) for one in map(datetime.fromisoformat, texts)]
        except (ValueError, OverflowError):
            pass  # some are empty or odd: they are read one by one
    known = {text: _read(text.strip(), rules.format, zone) for text in set(texts)}
    return [known[text] for text in texts]


def _read(text: str, form: str | None, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    try:
        if form is None:
            found = datetime.fromisoformat(_SPACE_BEFORE_OFFSET.sub("", text))
        else:
            found = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added below where the text has none
        return _in_utc(found, zone)
    except (ValueError, OverflowError):
        return None


def _in_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
