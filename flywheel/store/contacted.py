"""What reached people, or may have: one list for deciding and for the last look before sending."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from flywheel.domain.play import Contacted
from flywheel.store.bulk import among
from flywheel.store.codec import moment, stamp, table
from flywheel.store.tables import DeliveryRow

ON_ITS_WAY = ("sending", "sent", "unknown")
"""States of messages that a person got, or may be getting now."""
COMING = (*ON_ITS_WAY, "claimed", "pending", "retry_wait")
"""Those, and what waits for its turn."""
DAYS = 90
"""So far back a contact is remembered."""
_DELIVERY = table(DeliveryRow)


def contacts_of(
    connection: Connection, people: Sequence[str], now: datetime, states: Sequence[str]
) -> dict[str, list[tuple[str, Contacted]]]:
    """Return the contacts of persons in the last days, oldest first, each with its message's id."""
    at = func.coalesce(_DELIVERY.c.sent_at, _DELIVERY.c.next_at).label("at")
    query = (
        select(_DELIVERY.c.person_id, _DELIVERY.c.id, at, _DELIVERY.c.channel, _DELIVERY.c.purpose, _DELIVERY.c.play)
        .where(among(connection, _DELIVERY.c.person_id, people))
        .where(_DELIVERY.c.status.in_(states), at >= stamp(now - timedelta(days=DAYS)))
        .order_by(at, _DELIVERY.c.id)
    )
    found: dict[str, list[tuple[str, Contacted]]] = {}
    for person, message, when, channel, purpose, play in connection.execute(query):
        one = Contacted(at=moment(when), channel=channel, purpose=purpose, play=play)
        found.setdefault(person, []).append((message, one))
    return found
