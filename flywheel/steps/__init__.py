"""The corridor: one function per stop, `(wheel, cycle) -> Tally`: facts from the store, a pure room, facts back."""

from flywheel.steps.acting import act
from flywheel.steps.caring import care
from flywheel.steps.deciding import decide
from flywheel.steps.handing_over import hand_over
from flywheel.steps.learning import learn
from flywheel.steps.listening import listen
from flywheel.steps.observing import assess, observe
from flywheel.steps.orienting import orient
from flywheel.steps.predicting import predict
from flywheel.steps.reporting import report
from flywheel.steps.resolving import resolve
from flywheel.steps.theming import themes
from flywheel.steps.understanding import understand, understand_spans
from flywheel.steps.verifying import verify

__all__ = [
    "act", "assess", "care", "decide", "hand_over", "learn", "listen", "observe", "orient", "predict", "report",
    "resolve", "themes", "understand", "understand_spans", "verify",
]  # fmt: skip
