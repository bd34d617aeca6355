"""A model of numbers as text, and back: JSON, so that it can lie in a store and be read by eye."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from flywheel.predict.design import Design, Scale
from flywheel.predict.logistic import Fit
from flywheel.predict.model import MODEL, Model


def packed(model: Model) -> str:
    """Return the model as JSON; equal models give equal text."""
    design = model.design
    return json.dumps(
        {
            "model": MODEL,
            "columns": [_column(one) for one in design.how],
            "place": design.place.tolist(), "what": design.what, "mean": design.mean.tolist(), "sd": design.sd.tolist(),
            "pairs": model.pairs.tolist(), "weights": model.fit.weights.tolist(),
            "covariance": model.fit.covariance.tolist(), "slope": model.slope, "shift": model.shift,
            "penalty": model.penalty,
        },
        separators=(",", ":"),
    )  # fmt: skip


def unpacked(text: str) -> Model:
    """Return a packed model; raises ValueError when it is none of this kind."""
    said: dict[str, Any] = json.loads(text)
    if said["model"] != MODEL:
        raise ValueError(f"a model of kind {said['model']!r}, this version reads {MODEL!r}: it is learned again")
    how = tuple(
        tuple(one) if isinstance(one, list)
        else Scale(one["middle"], tuple(one["bends"]), tuple(one["values"]), blank=one["blank"])
        for one in said["columns"]
    )  # fmt: skip
    design = Design(
        how, np.array(said["place"], np.int64), tuple(said["what"]), np.array(said["mean"]), np.array(said["sd"])
    )
    fit = Fit(np.array(said["weights"]), np.array(said["covariance"]))
    pairs = np.array(said["pairs"], np.int64).reshape(-1, 2)
    return Model(design, pairs, fit, said["slope"], said["shift"], said["penalty"])


def _column(how: Scale | tuple[int, ...]) -> object:
    if not isinstance(how, Scale):
        return list(how)
    return {"middle": how.middle, "bends": how.bends, "values": how.values, "blank": how.blank}
