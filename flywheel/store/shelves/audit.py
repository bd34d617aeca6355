"""What persons and the machine did: append-only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select

from flywheel.store.codec import stamp, table
from flywheel.store.tables import AuditRow, SwitchRow

_AUDIT, _SWITCH = table(AuditRow), table(SwitchRow)


MACHINE = "flywheel"
"""The actor of what nobody did by hand."""


class AuditShelf:
    """The audit trail and the kill switch."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, at: datetime, actor: str, action: str, subject: str, detail: str = "") -> None:
        """Append one action; ids and counts only, never a customer's words."""
        row = {"at": stamp(at), "actor": actor, "action": action, "subject": subject, "detail": detail}
        self._connection.execute(insert(_AUDIT).values(**row))

    def note_all(self, at: datetime, actor: str, action: str, subjects: Sequence[str], detail: str = "") -> None:
        """Append the same action of one actor on several subjects."""
        row = {"at": stamp(at), "actor": actor, "action": action, "detail": detail}
        if subjects:
            self._connection.execute(insert(_AUDIT), [row | {"subject": one} for one in subjects])

    def switch(self, state: str, actor: str, reason: str, at: datetime) -> None:
        """Turn sending "off" or "on", with who and why."""
        self._connection.execute(insert(_SWITCH).values(state=state, actor=actor, reason=reason, at=stamp(at)))
        self.note(at, actor, "pause" if state == "off" else "resume", "sending", reason)

    def sending_paused(self) -> str | None:
        """Return why sending is paused, or None when it is not."""
        newest = self._connection.execute(select(_SWITCH).order_by(_SWITCH.c.seq.desc()).limit(1)).mappings().first()
        if newest is None or newest["state"] == "on":
            return None
        return f"paused by {newest['actor']}: {newest['reason']}"
