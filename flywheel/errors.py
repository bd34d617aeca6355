"""Errors, sorted by what the caller does next: mend the input, wait, give up on one thing, or set one record aside."""

from __future__ import annotations


class FlywheelError(Exception):
    """Something went wrong that we can name; its message says what, which, and what to do."""

    exit_code = 1


class ConfigError(FlywheelError):
    """The configuration, a secret or the command is wrong: nothing was started; mend it and start again."""

    exit_code = 2


class StoreError(FlywheelError):
    """The store cannot be reached, is not migrated or has no room: nothing more was written."""

    exit_code = 2


class LeaseHeldError(FlywheelError):
    """Another run holds the lease: let it finish; its message says who holds it."""

    exit_code = 3


class FencedError(FlywheelError):
    """This process was replaced while it was away: it must stop without writing or sending."""

    exit_code = 3


class TransientError(FlywheelError):
    """The same call may succeed later: wait and try again."""


class StoreBusyError(TransientError):
    """The store is away, or another writer held it for too long: the step is tried again, no source is to blame."""

    exit_code = 2


class PermanentError(FlywheelError):
    """The same call will fail again: do not retry; report it and go on with the rest."""


class RecordError(FlywheelError):
    """One record cannot be used: set it aside with this reason and go on with the next."""
