"""What a customer is worth from now on: as somebody counted it, else margin times expected life."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from flywheel.domain.prediction import PersonHistory, Prediction
from flywheel.ports import Predictor
from flywheel.predict.churn import Churn

GIVEN, EXPECTED = "clv-given", "clv-margin-1"
_YEAR = 365.25
_SUREST = 0.999


class Lifetime(Predictor):
    """Customer lifetime value, in the currency of the margin; nothing is foreseen where neither is known."""

    margin_per_year: float | None = Field(default=None, gt=0)
    discount: float = Field(default=0.1, ge=0, le=1)
    churn: Churn = Churn()

    def predict(self, histories: Sequence[PersonHistory]) -> list[Prediction]:
        """Return values; of a given one the range is itself, else it comes from the range of the risk of leaving.

        Margin x r / (1 + i - r) with yearly retention r and discount i (Gupta & Lehmann 2003, Journal of Interactive
        Marketing 17): what a year earns, for as many years as people with this risk stay.
        """
        given = [_given(one, one.value) for one in histories if one.value is not None]
        margin = self.margin_per_year
        if margin is None:
            return given
        unknown = [one for one in histories if one.value is None]
        return given + [self._expected(margin, risk) for risk in self.churn.predict(unknown)]

    def _expected(self, margin: float, risk: Prediction) -> Prediction:
        worth = [margin * self._years(one) for one in (risk.high, risk.value, risk.low)]
        return Prediction(
            person_id=risk.person_id, kind="clv", as_of=risk.as_of, model=f"{EXPECTED} on {risk.model}",
            low=worth[0], value=worth[1], high=worth[2], drivers=risk.drivers,
        )  # fmt: skip

    def _years(self, risk: float) -> float:
        stays = (1 - min(risk, _SUREST)) ** (_YEAR / self.churn.horizon_days)
        return stays / (1 + self.discount - stays) if stays < 1 + self.discount else _SUREST / (1 - _SUREST)


def _given(one: PersonHistory, value: float) -> Prediction:
    return Prediction(
        person_id=one.person_id, kind="clv", as_of=one.as_of, model=GIVEN, value=value, low=value, high=value,
        drivers=(),
    )  # fmt: skip
