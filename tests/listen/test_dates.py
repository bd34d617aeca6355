"""Dates: as given, else ISO 8601, never guessed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from flywheel.listen.dates import DateRules, read_dates


@pytest.mark.parametrize(
    ("text", "rules", "read"),
    [
        ("2026-03-01", {}, datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T10:00:00Z", {}, datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2015-02-24 11:35:52 -0800", {}, datetime(2015, 2, 24, 19, 35, 52, tzinfo=UTC)),
        (" 2026-03-01 10:00 ", {"zone": "Europe/Warsaw"}, datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("2026-07-01 10:00", {"zone": "Europe/Warsaw"}, datetime(2026, 7, 1, 8, tzinfo=UTC)),
        ("2026-03-01T10:00+02:00", {"zone": "Europe/Warsaw"}, datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("01.03.2026 10:00", {"format": "%d.%m.%Y %H:%M", "zone": "Europe/Warsaw"}, datetime(2026, 3, 1, 9,
        tzinfo=UTC)),
        ("03/01/2026", {"format": "%m/%d/%Y"}, datetime(2026, 3, 1, tzinfo=UTC)),
        ("", {}, None), ("  ", {}, None), ("yesterday", {}, None), ("03/01/2026", {}, None), ("2026-02-30", {}, None),
        ("0001-01-01", {"zone": "Asia/Tokyo"}, None), ("9999-12-31T23:59:59-12:00", {}, None),
        ("2026-03-01", {"format": "%d.%m.%Y"}, None),
    ],
)  # fmt: skip
def test_a_date_is_read_or_it_is_none(text: str, rules: dict[str, str], read: datetime | None) -> None:
    assert read_dates([text], DateRules.model_validate(rules)) == [read]


def test_the_hour_that_comes_twice_is_the_first_of_the_two() -> None:
    assert read_dates(["2026-10-25 02:30"], DateRules(zone="Europe/Warsaw")) == [
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    ]


def test_a_zone_that_does_not_exist_is_refused_before_anything_is_read() -> None:
    with pytest.raises(ValidationError, match="no time zone"):
        DateRules(zone="Warsaw")
