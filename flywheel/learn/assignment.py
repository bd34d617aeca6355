"""Who is held out of a play: by a keyed hash of person, play and season; stable, reproducible, independent."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

_RANGE = 2**53


def draw(key: bytes, person_id: str, play: str, season: str) -> float:
    """Return a number in [0, 1) that follows from its arguments; nobody without the key can foresee it."""
    digest = hmac.new(key, f"{person_id}\x1f{play}\x1f{season}".encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") % _RANGE / _RANGE


def season(moment: datetime) -> str:
    """Return the calendar quarter: within it, a person stays in the same arm of a play."""
    return f"{moment.year}Q{(moment.month - 1) // 3 + 1}"
