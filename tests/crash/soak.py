"""How much is tried: a sample in the suite, everything in `make soak`."""

from __future__ import annotations

import os

SOAK = os.environ.get("FLYWHEEL_SOAK") == "1"
ALL = 1 << 30


def amount(suite: int, soak: int = ALL) -> int:
    return soak if SOAK else suite
