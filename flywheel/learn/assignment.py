"""Who is held out of a play: by a keyed hash of person, play and season; stable, reproducible, independent."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

_RANGE = 2**53


def draws(key: bytes, season: str) -> Callable[[str, str], float]:
    """Return `draw` for one key and season: the key is hashed once, and not again for each of a million people."""
    keyed = hmac.new(key, digestmod=hashlib.sha256)

    def drawn(person_id: str, play: str) -> float:
        one = keyed.copy()
        one.update(f"{person_id}\x1f{play}\x1f{season}".encode())
        return int.from_bytes(one.digest()[:8], "big") % _RANGE / _RANGE

    return drawn


def draw(key: bytes, person_id: str, play: str, season: str) -> float:
    """Return a number in [0, 1) that follows from its arguments; nobody without the key can foresee it."""
    return draws(key, season)(person_id, play)


def season(moment: datetime) -> str:
    """Return the calendar quarter: within it, a person stays in the same arm of a play."""
    return f"{moment.year}Q{(moment.month - 1) // 3 + 1}"
