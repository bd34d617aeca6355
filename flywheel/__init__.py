"""Flywheel: listen, understand and predict, orient, decide, act, learn. Records, sockets, errors; nothing of SQL."""

from flywheel.errors import (
    ConfigError,
    FencedError,
    FlywheelError,
    LeaseHeldError,
    PermanentError,
    RecordError,
    StoreBusyError,
    StoreError,
    TransientError,
)
from flywheel.version import __version__

__all__ = [
    "ConfigError", "FencedError", "FlywheelError", "LeaseHeldError", "PermanentError", "RecordError", "StoreBusyError",
    "StoreError", "TransientError", "__version__",
]  # fmt: skip
