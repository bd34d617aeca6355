"""A synthetic town with a known truth; it speaks to the wheel only through files that the sockets read."""

from flywheel.town.canaries import canaries
from flywheel.town.effects import Truth
from flywheel.town.plan import Plan
from flywheel.town.town import Lived, arrived, build, live, truth, witness

__all__ = ["Lived", "Plan", "Truth", "arrived", "build", "canaries", "live", "truth", "witness"]
