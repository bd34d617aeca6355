"""Dates as people write them: by a given format, else ISO 8601; a date that cannot be read is None, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import product
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from flywheel.domain.record import Record, Zone

_SPACE_BEFORE_OFFSET = re.compile(r" (?=[+-]\d{2}:?\d{2}$)")
_SAYS_YEAR = re.compile("%[YyGcxD]")
_SAYS_MONTH = re.compile("%[mbBjcxDUWV]")
_DAYS = (
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y-%m-%d", "%Y.%m.%d", "%d/%m/%y",
    "%m/%d/%y", "%d.%m.%y", "%d %B %Y", "%d %b %Y", "%B %d, %Y", "%b %d, %Y", "%Y%m%d",
)  # fmt: skip
_TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", "T%H:%M:%S", " %H:%M:%S %z", ", %H:%M")
_MOST_LOOKED_AT = 40
_MOST_NAMED = 3


class DateRules(Record):
    """How dates are written; `zone` is for those that do not say their own, `year` and `month` likewise.

    Of several formats each is tried; a date that two of them read as different moments is not read.
    """

    format: str | tuple[str, ...] | None = None
    zone: Zone = "UTC"
    year: int | None = Field(default=None, ge=1, le=9999)
    month: int | None = Field(default=None, ge=1, le=12)

    @property
    def formats(self) -> tuple[str, ...]:
        """Return the given formats, completed by the year and the month that dates do not say; none is ISO 8601."""
        given = (self.format,) if isinstance(self.format, str) else self.format or ()
        return tuple(self._completed(one) for one in given)

    @property
    def completion(self) -> str:
        """Return what is written before a date to complete it."""
        parts = (f"{self.year:04}" if self.year else "", str(self.month) if self.month else "")
        return "".join(f"{part} " for part in parts if part)

    def _completed(self, form: str) -> str:
        return ("%Y " if self.year else "") + ("%m " if self.month else "") + form

    @model_validator(mode="after")
    def _says_all_once(self) -> DateRules:
        given = (self.format,) if isinstance(self.format, str) else self.format or ()
        if (self.year or self.month) and not given:
            raise ValueError("`year` and `month` complete a date: give the `format` of the rest")
        for form in given:
            for name, pattern in (("year", _SAYS_YEAR), ("month", _SAYS_MONTH)):
                says = pattern.search(form) is not None
                if says and getattr(self, name):
                    raise ValueError(f"the format {form!r} says the {name} itself: leave `{name}` out")
                if not says and not getattr(self, name):
                    raise ValueError(f"the format {form!r} does not say the {name}: give `{name}`")
        return self


def read_dates(texts: list[str], rules: DateRules) -> list[datetime | None]:
    """Return aware UTC moments for a column of texts."""
    zone = ZoneInfo(rules.zone)
    if rules.format is None:
        try:
            return [_in_utc(one, zone) for one in map(datetime.fromisoformat, texts)]
        except (ValueError, OverflowError):
            pass  # some are empty or odd: they are read one by one
    formats, completion = rules.formats, rules.completion
    known = {text: _read(text.strip(), formats, completion, zone) for text in set(texts)}
    return [known[text] for text in texts]


def formats_that_read(texts: Iterable[str]) -> list[str]:
    """Return usual formats that read some dates, the one that reads most of them first: to be told, never used."""
    waiting = [one for one in dict.fromkeys(text.strip() for text in texts) if one][:_MOST_LOOKED_AT]
    found: list[str] = []
    while waiting and len(found) < _MOST_NAMED:
        reads = {form: [one for one in waiting if _parsed(one, form)] for form in map("".join, product(_DAYS, _TIMES))}
        best = max(reads, key=lambda form: len(reads[form]))
        if not reads[best]:
            break
        found.append(best)
        waiting = [one for one in waiting if one not in reads[best]]
    return found


def _read(text: str, formats: tuple[str, ...], completion: str, zone: ZoneInfo) -> datetime | None:
    if not text:
        return None
    try:
        if not formats:
            return _in_utc(datetime.fromisoformat(_SPACE_BEFORE_OFFSET.sub("", text)), zone)
        read = {_in_utc(one, zone) for form in formats if (one := _parsed(completion + text, form)) is not None}
    except (ValueError, OverflowError):
        return None
    return read.pop() if len(read) == 1 else None


def _parsed(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 - the zone is added where the text has none
    except ValueError:
        return None


def _in_utc(moment: datetime, zone: ZoneInfo) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
