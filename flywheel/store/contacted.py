"""What reached people, or may have: one list for deciding and for the last look before sending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from flywheel.domain.play import Contacted
from flywheel.store.answered import first_after, heard_of
from flywheel.store.bulk import among
from flywheel.store.codec import moment, stamp, table
from flywheel.store.tables import AttemptRow, DeliveryRow, IdentityRow, PersonRow

ON_ITS_WAY = ("sending", "sent", "unknown")
"""States of messages that a person got, or may be getting now."""
COMING = (*ON_ITS_WAY, "claimed", "pending", "retry_wait")
"""Those, and what waits for its turn."""
TRIED_AGAIN = ("pending", "claimed", "sending", "retry_wait")
"""States in which a message may stand of which an earlier attempt arrived."""
DAYS = 90
"""So far back a contact is remembered."""
_DELIVERY, _ATTEMPT = table(DeliveryRow), table(AttemptRow)
_IDENTITY, _PERSON = table(IdentityRow), table(PersonRow)


def may_have_arrived() -> ColumnElement[bool]:
    """Return the condition that an attempt at a message was never answered, or with a doubt."""
    return _doubted().exists()


def may_have_arrived_before() -> ColumnElement[bool]:
    """Return the same of the attempts before the newest one."""
    return _doubted().where(_ATTEMPT.c.number < _DELIVERY.c.attempts).exists()


def contacts_of(
    connection: Connection, people: Sequence[str], now: datetime, states: Sequence[str]
) -> dict[str, list[tuple[str, Contacted]]]:
    """Return the contacts of persons in the last days, oldest first, each with its message's id.

    One who is known under several ids has one history of contacts: a cap holds for people, not for ids.
    """
    kin = kin_of(connection, people)
    everybody = with_kin(people, kin)
    at = func.coalesce(_DELIVERY.c.sent_at, _DELIVERY.c.next_at).label("at")
    query = (
        select(_DELIVERY.c.person_id, _DELIVERY.c.id, at, _DELIVERY.c.channel, _DELIVERY.c.purpose, _DELIVERY.c.play)
        .where(among(connection, _DELIVERY.c.person_id, everybody))
        .where(or_(_DELIVERY.c.status.in_(states), and_(_DELIVERY.c.status.in_(TRIED_AGAIN), may_have_arrived())))
        .where(at >= stamp(now - timedelta(days=DAYS)))
        .order_by(at, _DELIVERY.c.id)
    )
    found: dict[str, list[tuple[str, Contacted]]] = {}
    rows = connection.execute(query).all()
    written_to = with_kin([row.person_id for row in rows], kin)
    heard = heard_of(connection, written_to, kin, now - timedelta(days=DAYS)) if rows else {}
    for person, message, when, channel, purpose, play in rows:
        followed = first_after(heard.get(person, []), when)
        one = Contacted(
            at=moment(when), channel=channel, purpose=purpose, play=play,
            answered_at=moment(followed[0]) if followed else None, upset=bool(followed and followed[1]),
        )  # fmt: skip
        for known_as in kin.get(person, (person,)):
            found.setdefault(known_as, []).append((message, one))
    return found


def kin_of(connection: Connection, people: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Return under which ids we know each of those persons of whom we know that they have several.

    Two ids are one person's when a person source was told to call by one of them (`also:`) whom we call by the other.
    """
    linked = (_PERSON.c.id == _IDENTITY.c.alias) & (_PERSON.c.source == _IDENTITY.c.source)
    pairs = select(_IDENTITY.c.alias, _IDENTITY.c.person_id).join(_PERSON, linked)
    above = dict(_pairs(connection, pairs.where(among(connection, _PERSON.c.id, people))))
    heads = sorted({above.get(one, one) for one in people})
    groups: dict[str, list[str]] = {}
    for alias, person in _pairs(connection, pairs.where(among(connection, _IDENTITY.c.person_id, heads))):
        groups.setdefault(person, [person]).append(alias)
    return {one: tuple(sorted({head, *group})) for head, group in groups.items() for one in (head, *group)}


def with_kin(people: Sequence[str], kin: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return persons and all ids under which we know them, in order."""
    return sorted({*people, *(one for group in kin.values() for one in group)})


def _doubted() -> Select[Any]:
    doubtful = or_(_ATTEMPT.c.answer.is_(None), _ATTEMPT.c.answer == "in doubt")
    return select(_ATTEMPT.c.number).where(_ATTEMPT.c.delivery_id == _DELIVERY.c.id, doubtful).correlate(_DELIVERY)


def _pairs(connection: Connection, query: Select[Any]) -> list[tuple[str, str]]:
    return [(str(alias), str(person)) for alias, person in connection.execute(query) if alias != person]
