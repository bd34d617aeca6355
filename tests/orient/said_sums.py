"""Sums as tests want them: of a share, of answers, of mentions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flywheel.domain.sums import Sum

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = "2026-03-01"


def texts(brand: str, negative: int, n: int, **values: Any) -> Sum:
    """Return texts of which some are negative and the others positive."""
    counts = {"n": n, "n_read": n, "n_negative": negative, "n_neutral": 0, "n_positive": n - negative}
    whole = {
        "basis": "text", "brand": brand, "voice": "customer", "measure": "sentiment", "scale": "", "topic": "",
        "part": "review", "period": 0, "last_day": DAY, "total": float(n - 2 * negative), "squares": float(n),
    }  # fmt: skip
    return Sum(**whole | counts | values)


def answers(kind: str, values: Sequence[float], low: float = 0, high: float = 10, **more: Any) -> Sum:
    """Return answers to a question, banded as the store bands them."""
    n, edge = len(values), 0.25 * (high - low)
    nps = kind in ("nps", "enps")
    bad = sum(one < 7 if nps else one <= low + edge for one in values)
    good = sum(one >= 9 if nps else one >= high - edge for one in values)
    whole = {
        "basis": "survey", "brand": "Own", "voice": "customer", "measure": kind, "scale": f"{low:g}..{high:g}",
        "topic": "", "part": "survey", "period": 0, "last_day": DAY, "n": n, "n_read": n, "n_negative": bad,
        "n_neutral": n - bad - good, "n_positive": good, "total": float(sum(values)),
        "squares": float(sum(one * one for one in values)),
    }  # fmt: skip
    return Sum(**whole | more)
