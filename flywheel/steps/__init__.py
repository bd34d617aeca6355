"""The corridor: one function per stop, `(wheel, cycle) -> Tally`: facts from the store, a pure room, facts back."""

from flywheel.steps.acting import act
from flywheel.steps.deciding import decide
from flywheel.steps.learning import learn
from flywheel.steps.listening import listen
from flywheel.steps.orienting import orient
from flywheel.steps.outer_loop import hand_over, observe, resolve
from flywheel.steps.reporting import report
from flywheel.steps.understanding import predict, understand, understand_spans

__all__ = [
    "act", "decide", "hand_over", "learn", "listen", "observe", "orient", "predict", "report", "resolve", "understand",
    "understand_spans",
]  # fmt: skip
