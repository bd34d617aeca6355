"""The value of a cell as text: a whole number without a point, a moment as ISO 8601, what has parts as JSON."""

from __future__ import annotations

import json
from datetime import date, time
from typing import Any

_EXACT = 2.0**53
"""Up to here a float tells every whole number from the next."""


def cell_text(value: Any) -> str:
    """Return what would stand in a CSV file; an empty cell is an empty text."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        text = str(int(value))
    elif isinstance(value, date | time):
        text = value.isoformat()
    elif isinstance(value, dict | list):
        text = json.dumps(value, default=str, ensure_ascii=False)
    else:
        text = str(value)
    return text
