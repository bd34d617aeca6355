"""The logs of the Open Bandit data as the product reads logs: the position on the page is the context."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from flywheel.learn.off_policy import Log


def read_log(file: Path) -> Log:
    """Read one policy's log."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return Log(
        np.array([int(row["item_id"]) for row in rows]), np.array([float(row["click"]) for row in rows]),
        np.array([float(row["propensity_score"]) for row in rows]),
        np.array([int(row["position"]) - 1 for row in rows]),
    )  # fmt: skip
