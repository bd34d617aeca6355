"""Act: write the messages of what was decided, then let them out one by one.

T1 claims under our fence, T2 checks everything again and moves to `sending`, then comes the call in no transaction,
and T3 writes down the answer. Whatever cannot be read (consent, caps, switch) raises, and then nothing is sent.
"""

from __future__ import annotations

from collections import Counter

from pydantic import SecretStr

from flywheel.act.answers import after
from flywheel.act.last_look import LastWord, last_look
from flywheel.act.letters import Addressee, compose, delivery_key, payload_hash
from flywheel.act.words import Wordsmith
from flywheel.assets import template_folders
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.delivery import Message
from flywheel.domain.ids import content_id
from flywheel.domain.person import Person
from flywheel.domain.play import Decision, DecisionStatus, PersonView
from flywheel.steps.deciding import policies_of
from flywheel.store import Shelves
from flywheel.store.shelves.outbox import Attempt, Letter
from flywheel.wheel import Flywheel

_CLAIMED = 100
_WRITTEN = 1_000
_REMEMBERED_CONTACTS = 90
_SENT_BEFORE = "may have been sent before the restore"


def act(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Write messages for new decisions and send what is due; nothing leaves while sending is paused."""
    counts: Counter[str] = Counter()
    _write_letters(wheel, cycle, counts)
    with wheel.store.write(cycle.fence) as shelves:
        doubtful = counts[_SENT_BEFORE] = shelves.outbox.doubt()
        counts["expired"] = shelves.outbox.expire(cycle.as_of)
        shelves.outbox.leave_behind(cycle.fence)
        paused = shelves.audit.sending_paused()
    while cycle.mode == "live":
        with wheel.store.write(cycle.fence) as shelves:
            paused = shelves.audit.sending_paused()  # somebody may pause us meanwhile: what is held stays due
            letters = [] if paused else shelves.outbox.claim(cycle.as_of, cycle.fence, _CLAIMED)
        if not letters:
            break
        for letter in letters:
            counts[_send(wheel, cycle, letter)] += 1
    warnings = [f"Sending is {paused}. Messages are held."] if paused else []
    if doubtful:
        warnings.append(f"{doubtful} messages were not sent: this store was restored, and may have sent them before.")
    sent = counts.pop("sent", 0)
    not_done = sum(counts[name] for name in ("failed", "dead", "unknown"))
    reasons = {name: n for name, n in sorted(counts.items()) if n}
    return Tally(step="act", done=sent, skipped=sum(reasons.values()) - not_done, failed=not_done, reasons=reasons,
                 warnings=tuple(warnings))  # fmt: skip


def _write_letters(wheel: Flywheel, cycle: Cycle, counts: Counter[str]) -> None:
    """Write the messages of what was decided, so many at a time."""
    settings = wheel.settings
    wordsmith = Wordsmith(template_folders(settings.project, "messages"))
    statuses: tuple[DecisionStatus, ...] = ("decided", "shadow")
    for status in statuses:
        last: Decision | None = None
        while True:
            with wheel.store.read() as shelves:
                waiting = shelves.decisions.unwritten(status, cycle.as_of, after=last, limit=_WRITTEN)
                persons = shelves.people.persons([one.person_id for one in waiting])
                occasions = shelves.decisions.occasions(waiting, settings.analyzer.model_name)
            if not waiting:
                break
            letters = [
                _letter(wheel, one, persons.get(one.person_id), *occasions[one.id], wordsmith) for one in waiting
            ]
            with wheel.store.write(cycle.fence) as shelves:
                shelves.outbox.add(letters)
            counts["shadow"] += len(letters) if status == "shadow" else 0
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
    words = compose(decision, to, play.template if play else decision.play, settings.brand.name, wordsmith)
    key = delivery_key(decision)
    return Letter(
        id=content_id("delivery", key), decision_id=decision.id, person_id=decision.person_id, play=decision.play,
        channel=decision.channel, purpose=decision.purpose, key=key, language=words.language, subject=words.subject,
        body=words.body, payload_hash=payload_hash(decision.person_id, decision.channel, words.subject, words.body),
        status="shadow" if decision.status == "shadow" else "pending", attempts=0,
        next_at=decision.not_before or decision.decided_at, not_after=decision.not_after,
    )  # fmt: skip


def _send(wheel: Flywheel, cycle: Cycle, letter: Letter) -> str:
    channel = wheel.channel(letter.channel)
    with wheel.store.write(cycle.fence) as shelves:
        if letter.status == "sending" and not channel.honours_keys:
            shelves.outbox.put(letter, cycle.fence, "unknown", "its sender died while it was on its way")
            return "unknown"
        word = _last_word(wheel, cycle, letter, shelves)
        if word.word != "go":
            status = "retry_wait" if word.word == "hold" else word.status
            shelves.outbox.put(letter, cycle.fence, status, word.reason, word.until)
            return "held" if word.word == "hold" else word.status
        locked = shelves.people.address(letter.person_id, letter.channel)
        number = shelves.outbox.start(letter, cycle.fence, cycle.as_of)
    if number == 0:
        return "taken by another run"
    address = SecretStr(wheel.vault.unlock(locked, letter.person_id)) if locked else None
    play = wheel.settings.play(letter.play)
    receipt = channel.send(
        Message(
            key=letter.key, channel=letter.channel, person_id=letter.person_id, play=letter.play,
            variant=play.variant if play else "", address=address, language=letter.language, subject=letter.subject,
            body=letter.body,
        )
    )  # fmt: skip
    change = after(receipt, number, honours_keys=channel.honours_keys, now=cycle.as_of)
    with wheel.store.write(cycle.fence) as shelves:
        kept = shelves.outbox.finish(letter, cycle.fence, Attempt(number, receipt, cycle.as_of), change)
    return str(change["status"]) if kept else "taken by another run"


def _last_word(wheel: Flywheel, cycle: Cycle, letter: Letter, shelves: Shelves) -> LastWord:
    """Look at today's facts, inside the transaction that lets the message out."""
    paused = shelves.audit.sending_paused()
    if paused is not None:
        return LastWord(word="hold", reason=paused)
    person = shelves.people.persons([letter.person_id]).get(letter.person_id)
    if person is None:
        return LastWord(word="stop", status="suppressed", reason="the person is no longer known")
    view = PersonView(
        person=person, occasion=None, consents=shelves.people.consents([person.id]).get(person.id, ()),
        contacts=tuple(shelves.outbox.contacts(person.id, cycle.as_of, _REMEMBERED_CONTACTS, besides=letter.id)),
        reachable=shelves.people.reachable([person.id]).get(person.id, ()),
    )  # fmt: skip
    unchanged = letter.payload_hash == payload_hash(letter.person_id, letter.channel, letter.subject, letter.body)
    return last_look(wheel.settings.play(letter.play), view, policies_of(wheel), cycle.as_of, unchanged=unchanged)
