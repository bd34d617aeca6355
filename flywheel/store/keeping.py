"""Keeping the lease: renewed in time, in transactions of its own; and the trace of a write that came too late."""

from __future__ import annotations

import logging
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from flywheel.errors import FencedError
from flywheel.store import lease
from flywheel.store.codec import moment
from flywheel.store.shelves.audit import AuditShelf

_log = logging.getLogger("flywheel")


class Keeper:
    """Keeps the lease of one store."""

    def __init__(self, writer: Engine) -> None:
        self._writer = writer
        self._renewed: dict[int, float] = {}

    def renew_if_due(self, fence: int) -> None:
        """Renew once a third of the lease has gone, before a write; on SQLite the write itself renews.

        Raises FencedError when replaced.
        """
        now = time.monotonic()
        due = now - self._renewed.get(fence, -lease.LENGTH.total_seconds()) >= lease.RENEWED_EVERY.total_seconds()
        if due and self._writer.dialect.name != "sqlite":
            self._renew(fence)
            self._renewed = {fence: now}

    @contextmanager
    def working(self, fence: int) -> Iterator[None]:
        """Renew from a thread while a step works: a slow analyzer may need longer for one batch than a lease lasts.

        A process that is stopped renews no more, so its lease ends.
        """
        done = Event()

        def keep() -> None:
            while not done.wait(lease.RENEWED_EVERY.total_seconds()):
                try:
                    self._renew(fence)
                except FencedError:
                    return  # the step learns it from its own next write
                except SQLAlchemyError as error:  # who writes meanwhile renews, and there is time for two more tries
                    _log.info("the lease could not be renewed now (%s)", type(error).__name__)

        thread = Thread(target=keep, name="lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    def refused(self, fence: int) -> None:
        """Log that a late write was refused, and note it in the audit trail."""
        me = f"process {os.getpid()} on {socket.gethostname()}"
        try:
            with self._writer.begin() as connection:
                holder = lease.holder(connection)
                at = moment(lease.database_now(connection))
                AuditShelf(connection).note(at, me, "fenced", f"fence {fence}", f"a write was refused; now: {holder}")
        except SQLAlchemyError as error:
            holder = f"unknown ({type(error).__name__})"
        _log.warning("%s: a write under fence %d was refused; the lease is held by %s", me, fence, holder)

    def _renew(self, fence: int) -> None:
        with self._writer.begin() as connection:
            lease.renew(connection, fence)
