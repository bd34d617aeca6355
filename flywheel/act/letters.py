"""From decisions to messages in the outbox: the words, the key, and the hash of exactly what was decided."""

from __future__ import annotations

import hashlib
import json
from typing import Protocol

from flywheel.act.words import Letterhead, Words, Wordsmith, letter_date
from flywheel.domain.ids import content_id
from flywheel.domain.play import Decision
from flywheel.domain.record import Record

_HASHED = ("decision_id", "person_id", "play", "channel", "purpose", "language", "subject", "body", "approvals")


class Addressee(Record):
    """What wording a message needs to know besides its decision."""

    languages: tuple[str, ...]
    zone: str
    topics: tuple[str, ...]
    touchpoint: str


def compose(decision: Decision, to: Addressee, template: str, brand: str, wordsmith: Wordsmith) -> Words:
    """Return the words of a decision's message; raises PermanentError when its template cannot be used."""
    topic = to.topics[0] if to.topics else None
    return wordsmith.write(
        template,
        to.languages,
        Letterhead(
            brand=brand, play=decision.play, topic=topic,
            topic_words=topic.replace("_", " ") if topic else None, touchpoint=to.touchpoint or None,
            said_on=letter_date(decision.occasion_at, to.zone, to.languages[0]),
        ),
    )  # fmt: skip


def delivery_key(decision: Decision) -> str:
    """Return the idempotency key: what makes the act unique (person, play, channel, occasion), never the attempt."""
    parts = (decision.person_id, decision.play, decision.channel, decision.occasion)
    return content_id("key", *parts, *(("shadow",) if decision.status == "shadow" else ()))


class Worded(Protocol):
    """A message as it stands, on its way or waiting for approval."""

    @property
    def payload_hash(self) -> str: ...


def payload_hash(*parts: str) -> str:
    """Return the hash of exactly what leaves: SHA-256 over canonical JSON."""
    return hashlib.sha256(json.dumps(parts, separators=(",", ":")).encode()).hexdigest()


def hash_of(message: Worded) -> str:
    """Return the hash of a message as it stands now: to whom, by which play and way, in which words, who must agree."""
    return payload_hash(*(str(getattr(message, name)) for name in _HASHED))


def unchanged(message: Worded) -> bool:
    """Return whether a message is still the one that was written."""
    return message.payload_hash == hash_of(message)
