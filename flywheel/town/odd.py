"""The odd and hostile rows that any real source has: markup, formulas, endless texts, no date, one id twice."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from flywheel.town.plan import Plan

_NO_SUCH_DAY = "31.02.2026 10:00:00"
_OTHER_SCRIPT = "\u202eBahn \u0431\u0443\u0434\u044c \u0000 \U0001f682"  # right to left, a NUL, an emoji


@dataclass(frozen=True, slots=True)
class Odd:
    """A row that stands in a file at a moment, whatever a program may think of it."""

    at: datetime
    source: str
    row: dict[str, str]


def odd_rows(plan: Plan, days: int) -> list[Odd]:
    """Return the odd rows of some days: the same eight every week, with new ids."""
    found = []
    for week in range((days + 6) // 7):
        monday = plan.start + timedelta(days=7 * week)
        found += [Odd(monday + timedelta(days=day, hours=11, minutes=day), source, row)
                  for day, source, row in _week(monday, f"odd{week}")]  # fmt: skip
    return found


def _week(monday: datetime, name: str) -> list[tuple[int, str, dict[str, str]]]:
    at = (monday + timedelta(days=1, hours=10)).isoformat()
    review = {"company": "LR", "lang": "en", "stars": "2", "written": at}
    form = {"received": (monday + timedelta(days=1)).strftime("%d.%m.%Y 10:00:00"), "lang": "en"}
    post = {"created_at": at, "about": "Lumen Rail", "author": {"customer_no": None}}
    return [
        (0, "contact_form", form | {"ticket": f"{name}a", "received": _NO_SUCH_DAY, "message": "When was that?"}),
        (1, "contact_form", form | {"ticket": f"{name}b", "message": "<b>Late</b> <script>alert('x')</script> again!"}),
        (1, "social", {"line": json.dumps(post | {"id": f"{name}c", "text": _OTHER_SCRIPT})}),
        (2, "social", {"line": '{"id": "' + name + 'd", "text": "cut off in the mid'}),
        (2, "reviews", review | {"id": f"{name}e", "body": '=HYPERLINK("http://example.com/","click")'}),
        (3, "reviews", review | {"id": f"{name}f", "body": "So late. " * 2_000}),
        (3, "reviews", review | {"id": f"{name}g", "written": "", "body": "The train was late, I do not know when."}),
        (4, "reviews", review | {"id": f"{name}g", "body": "The train was late, I do not know when."}),
    ]
