"""What obsei 1.1 writes into its SQL table and its Parquet files: one row per piece of feedback."""

from __future__ import annotations

from typing import Literal

from flywheel.domain.score_column import ScoreColumn

ObseiField = Literal["text", "external_id", "person", "said_at", "language"]
COLUMNS: dict[ObseiField, str] = {
    "text": "text", "external_id": "id", "person": "author_pseudonym", "said_at": "created_at", "language": "lang",
}  # fmt: skip
ATTRIBUTES = ("source_type", "source_instance", "url")
TABLE = "obsei_feedback"
RATING = "rating"


def rating(low: float, high: float) -> ScoreColumn:
    """Return the score that an obsei record may have, on the scale that its source uses."""
    return ScoreColumn(kind="stars", column=RATING, low=low, high=high)
