"""Writing: the messages of what was decided, in words, with their key and the hash of exactly what will leave."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from flywheel.act.letters import Addressee, compose, delivery_key, hash_of
from flywheel.act.words import Wordsmith
from flywheel.assets import template_folders
from flywheel.domain.cycle import Cycle
from flywheel.domain.delivery import DeliveryStatus
from flywheel.domain.ids import content_id
from flywheel.domain.person import Person
from flywheel.domain.play import Decision, DecisionStatus
from flywheel.errors import PermanentError
from flywheel.store.shelves.outbox import Letter
from flywheel.wheel import Flywheel

_WRITTEN = 1_000
_BEGINS: dict[DecisionStatus, DeliveryStatus] = {"decided": "pending", "waiting": "waiting", "shadow": "shadow"}
"""How the message of a decision begins its way."""
_TOLD: dict[DecisionStatus, str] = {"waiting": "waits for approval", "shadow": "shadow"}


def write_letters(wheel: Flywheel, cycle: Cycle, counts: Counter[str]) -> None:
    """Write the messages of what was decided, so many at a time."""
    settings = wheel.settings
    wordsmith = Wordsmith(template_folders(settings.project, "messages"))
    for status in _BEGINS:
        last: Decision | None = None
        while True:
            with wheel.store.read() as shelves:
                waiting = shelves.decisions.unwritten(status, cycle.as_of, after=last, limit=_WRITTEN)
                persons = shelves.people.persons([one.person_id for one in waiting])
                occasions = shelves.decisions.occasions(waiting, settings.analyzer.model_name)
            if not waiting:
                break
            letters = []
            for one in waiting:
                try:
                    letters.append(_letter(wheel, one, persons.get(one.person_id), *occasions[one.id], wordsmith))
                except PermanentError as error:  # one play's bad template stops no other play
                    counts[str(error)] += 1
            with wheel.store.write(cycle.fence) as shelves:
                shelves.outbox.add(letters)
            if status != "decided":  # those are told by what becomes of them
                counts[_TOLD[status]] += len(letters)
            last = waiting[-1]


def _letter(
    wheel: Flywheel,
    decision: Decision,
    person: Person | None,
    topics: tuple[str, ...],
    touchpoint: str,
    wordsmith: Wordsmith,
) -> Letter:
    settings = wheel.settings
    play = settings.play(decision.play)
    own, fallback = person.language if person else None, settings.brand.language
    to = Addressee(
        languages=tuple(one for one in (own, fallback) if one),
        zone=(person.time_zone if person else None) or settings.brand.zone,
        topics=topics, touchpoint=touchpoint,
    )  # fmt: skip
    template = play.template_of(decision.variant) if play else decision.play
    words = compose(decision, to, template, settings.brand.name, wordsmith)
    key = delivery_key(decision)
    letter = Letter(
        id=content_id("delivery", key), decision_id=decision.id, person_id=decision.person_id, play=decision.play,
        channel=decision.channel, purpose=decision.purpose, key=key, language=words.language, subject=words.subject,
        body=words.body, payload_hash="", status=_BEGINS[decision.status], attempts=0,
        next_at=decision.not_before or decision.decided_at, not_after=decision.not_after,
        approvals=max(1, decision.approvals) if decision.status == "waiting" else 0,
    )  # fmt: skip
    return replace(letter, payload_hash=hash_of(letter))
