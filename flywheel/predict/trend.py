"""Whether a person grows happier or unhappier: the slope of what they said last, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from pydantic import Field

from flywheel.domain.distributions import t_quantile
from flywheel.domain.prediction import PersonHistory, Prediction
from flywheel.ports import Predictor

MODEL = "trend-line-1"
_MONTH = 30.0
_DAY = 86_400.0
_LEVEL = 0.95

READING_ERROR = 0.4
"""Standard deviation that texts have about their line at the least: five alike do not prove that nothing changes.

It is that of sentiment among public reviews of equal rating (.38 to .41 in three sets, MODEL_CARD.md of the fast tier).
"""


class Trend(Predictor):
    """Sentiment, in points of -1..1 per 30 days, over a person's last texts; nothing is said of fewer or shorter ones.

    Least squares with Student's interval (Draper & Smith 1998, section 1.4), where texts scatter by READING_ERROR at
    least. An interval that holds zero is no trend: its driver says "cannot tell".
    """

    fewest_texts: int = Field(default=5, ge=4)
    fewest_days: float = Field(default=14, gt=0)

    def predict(self, histories: Sequence[PersonHistory]) -> list[Prediction]:
        """Return the slope of each person who has said enough."""
        return [found for one in histories if (found := self._of(one)) is not None]

    def _of(self, one: PersonHistory) -> Prediction | None:
        said = [(text.at.timestamp() / _DAY, text.sentiment) for text in one.lately if text.sentiment is not None]
        days = said[-1][0] - said[0][0] if said else 0.0
        if len(said) < self.fewest_texts or days < self.fewest_days:
            return None
        slope, half = _line([(at / _MONTH, value) for at, value in said])
        return Prediction(
            person_id=one.person_id, kind="trend", as_of=one.as_of, model=MODEL,
            value=slope, low=slope - half, high=slope + half,
            drivers=(_word(slope, half), f"{len(said)} texts in {days:.0f} days"),
        )  # fmt: skip


def _line(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Return the slope of a least-squares line with half of its 95 % interval."""
    n = len(points)
    mean_x, mean_y = sum(x for x, _ in points) / n, sum(y for _, y in points) / n
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    off = sum((y - mean_y - slope * (x - mean_x)) ** 2 for x, y in points)
    error = max(sqrt(off / (n - 2)), READING_ERROR)
    return slope, t_quantile(_LEVEL, n - 2) * error / sqrt(spread)


def _word(slope: float, half: float) -> str:
    if abs(slope) <= half:
        return "cannot tell whether they grow happier or unhappier"
    return "grows happier" if slope > 0 else "grows unhappier"
