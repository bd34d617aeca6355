"""The built-in policies: no yes, no message; not too often; not at night; care first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from flywheel.decide.care_first import CareFirstPolicy
from flywheel.decide.policies import ConsentPolicy, ContactCapPolicy, QuietHoursPolicy
from flywheel.domain.person import Consent
from flywheel.domain.play import Contacted


@pytest.mark.parametrize(
    ("lines", "ruling"),
    [
        ([], "block"), ([("mail", "service", True, 9)], "allow"), ([("mail", "marketing", True, 9)], "block"),
        ([("sms", "service", True, 9)], "block"), ([("mail", "service", True, 9),
        ("mail", "service", False, 1)], "block"),
        ([("mail", "service", False, 9), ("mail", "service", True, 1)], "allow"),
        ([("mail", "service", False, 1), ("mail", "service", True, 9)], "block"),
    ],
)  # fmt: skip
def test_no_yes_no_message(play: Any, view: Any, noon: datetime, lines: list[Any], ruling: str) -> None:
    consents = tuple(
        Consent(channel=channel, purpose=purpose, granted=granted, at=noon - timedelta(days=days))
        for channel, purpose, granted, days in lines
    )
    assert ConsentPolicy().judge(play(), view(consents=consents), noon).ruling == ruling


def test_without_an_address_there_is_no_way(play: Any, view: Any, noon: datetime) -> None:
    verdict = ConsentPolicy().judge(play(), view(reachable=("sms",)), noon)
    assert (verdict.ruling, verdict.reason) == ("block", "no address for mail")


@pytest.mark.parametrize(
    ("contacts", "ruling"),
    [
        ([], "allow"), ([("other", 6.9)], "block"), ([("other", 7)], "allow"), ([("help", 8)], "block"),
        ([("help", 30)], "allow"), ([("other", 8), ("other", 9)], "allow"),
    ],
)  # fmt: skip
def test_nobody_hears_from_us_too_often(
    play: Any, view: Any, noon: datetime, contacts: list[tuple[str, float]], ruling: str
) -> None:
    heard = tuple(
        Contacted(at=noon - timedelta(days=days), channel="mail", purpose="service", play=name)
        for name, days in contacts
    )
    assert ContactCapPolicy().judge(play(), view(contacts=heard), noon).ruling == ruling


def test_a_message_that_is_on_its_way_counts_too(play: Any, view: Any, noon: datetime) -> None:
    soon = Contacted(at=noon + timedelta(hours=3), channel="mail", purpose="service", play="other")
    assert ContactCapPolicy().judge(play(), view(contacts=(soon,)), noon).ruling == "block"


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("zone", "now", "not_before"),
    [
        ("Europe/Warsaw", at(2026, 3, 2, 12), None),
        ("Europe/Warsaw", at(2026, 3, 2, 20), at(2026, 3, 3, 7)),
        ("Europe/Warsaw", at(2026, 3, 2, 19, 59), None),
        ("Europe/Warsaw", at(2026, 3, 3, 6, 59), at(2026, 3, 3, 7)),
        ("Europe/Warsaw", at(2026, 3, 3, 7), None),
        ("America/New_York", at(2026, 3, 2, 12), at(2026, 3, 2, 13)),
        ("Asia/Tokyo", at(2026, 3, 2, 12), at(2026, 3, 2, 23)),
        (None, at(2026, 3, 2, 23), at(2026, 3, 3, 8)),
        # the night of 28 to 29 March 2026 is an hour shorter in Warsaw, that of 24 to 25 October an hour longer
        ("Europe/Warsaw", at(2026, 3, 28, 22), at(2026, 3, 29, 6)),
        ("Europe/Warsaw", at(2026, 3, 29, 1, 30), at(2026, 3, 29, 6)),
        ("Europe/Warsaw", at(2026, 10, 24, 21), at(2026, 10, 25, 7)),
        ("Europe/Warsaw", at(2026, 10, 25, 1, 30), at(2026, 10, 25, 7)),
    ],
)  # fmt: skip
def test_nobody_is_written_to_at_night_by_their_own_clock(
    play: Any, view: Any, zone: str | None, now: datetime, not_before: datetime | None
) -> None:
    verdict = QuietHoursPolicy().judge(play(), view(zone=zone), now)
    assert (verdict.ruling, verdict.not_before) == ("allow", not_before)


def test_quiet_hours_may_lie_within_a_day(play: Any, view: Any, noon: datetime) -> None:
    siesta = QuietHoursPolicy(start="12:00", end="14:00")
    assert siesta.judge(play(), view(), noon).not_before == noon + timedelta(hours=2)
    assert siesta.judge(play(), view(), noon + timedelta(hours=2)).not_before is None


@pytest.mark.parametrize("settings", [{"start": "25:00"}, {"end": "late"}, {"zone": "Warsaw"}, {"strat": "21:00"}])
def test_hours_and_zones_that_do_not_exist_are_refused_before_anybody_is_judged(settings: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        QuietHoursPolicy.model_validate(settings)


@pytest.mark.parametrize(
    ("tier", "values", "ruling"),
    [
        ("offer", {"label": "negative", "complaints_90d": 0}, "block"),
        ("offer", {"label": "positive", "complaints_90d": 1}, "block"),
        ("offer", {"label": "positive", "complaints_90d": 0, "intent": None}, "allow"),
        ("friction", {"label": "negative"}, "allow"),
        ("friction", {"intent": "hardship"}, "review"), ("complaint", {"intent": "legal or safety"}, "review"),
    ],
)  # fmt: skip
def test_care_comes_first(play: Any, view: Any, noon: datetime, tier: str, values: dict[str, Any], ruling: str) -> None:
    assert CareFirstPolicy().judge(play(tier=tier), view(**values), noon).ruling == ruling
