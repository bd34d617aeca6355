"""Act: write the messages of what was decided, then let them out one by one.

T1 claims under our fence, T2 checks everything again and moves to `sending`, then comes the call in no transaction,
and T3 writes down the answer. Whatever cannot be read (consent, caps, switch) raises, and then nothing is sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

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

_CLAIMED = 500
_WRITTEN = 1_000
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
            may_go = _sift_singles(wheel, cycle, letters, shelves, counts)
            kin = shelves.outbox.kin([one.person_id for one in may_go])
        if not letters:
            break
        for group in _groups(wheel, may_go, kin):
            counts.update(_send(wheel, cycle, group))
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
    template = play.template_of(decision.variant) if play else decision.play
    words = compose(decision, to, template, settings.brand.name, wordsmith)
    key = delivery_key(decision)
    return Letter(
        id=content_id("delivery", key), decision_id=decision.id, person_id=decision.person_id, play=decision.play,
        channel=decision.channel, purpose=decision.purpose, key=key, language=words.language, subject=words.subject,
        body=words.body, payload_hash=payload_hash(decision.person_id, decision.channel, words.subject, words.body),
        status="shadow" if decision.status == "shadow" else "pending", attempts=0,
        next_at=decision.not_before or decision.decided_at, not_after=decision.not_after,
    )  # fmt: skip


def _sift_singles(
    wheel: Flywheel, cycle: Cycle, letters: Sequence[Letter], shelves: Shelves, counts: Counter[str]
) -> list[Letter]:
    """Put aside at once what would be looked at one by one; what goes out in groups is looked at by the group."""
    single = [one for one in letters if one.status != "sending" and _room(wheel, one.channel) == 1]
    looked_at, may_go = {one.id for one in single}, {one.id for one in _sift(wheel, cycle, single, shelves, counts)}
    return [one for one in letters if one.id not in looked_at or one.id in may_go]


def _sift(
    wheel: Flywheel, cycle: Cycle, letters: Sequence[Letter], shelves: Shelves, counts: Counter[str]
) -> list[Letter]:
    """Put aside, many at a time, what may not leave now; return the rest."""
    aside: dict[LastWord, list[Letter]] = {}
    for letter, word in _last_words(wheel, cycle, letters, shelves):
        if word.word != "go":
            aside.setdefault(word, []).append(letter)
    for word, group in aside.items():
        counts[_put(group, cycle, word, shelves)] += len(group)
    put = {letter.id for group in aside.values() for letter in group}
    return [letter for letter in letters if letter.id not in put]


def _put(letters: Sequence[Letter], cycle: Cycle, word: LastWord, shelves: Shelves) -> str:
    held = word.word == "hold"
    shelves.outbox.put(letters, cycle.fence, "retry_wait" if held else word.status, word.reason, word.until)
    return "held" if held else word.status


def _groups(wheel: Flywheel, letters: Sequence[Letter], kin: Mapping[str, tuple[str, ...]]) -> Iterator[list[Letter]]:
    """Yield what goes out between two looks: of one channel, as many as it takes, and never two to one person.

    `kin` are the ids of those who have several.
    """
    group: list[Letter] = []
    people: set[str] = set()
    for letter in letters:
        together = group and group[0].channel == letter.channel and len(group) < _room(wheel, letter.channel)
        same = kin.get(letter.person_id, (letter.person_id,))
        if group and (not together or not people.isdisjoint(same)):
            yield group
            group, people = [], set()
        group.append(letter)
        people.add(letter.person_id)
    if group:
        yield group


def _room(wheel: Flywheel, channel_name: str) -> int:
    """Return how many messages may go out on a channel between two looks."""
    channel = wheel.channel(channel_name)
    return channel.at_once if channel.honours_keys else 1


def _send(wheel: Flywheel, cycle: Cycle, letters: Sequence[Letter]) -> Counter[str]:
    """T2, the calls, T3: for several messages of one channel, each to another person."""
    channel, counts = wheel.channel(letters[0].channel), Counter[str]()
    with wheel.store.write(cycle.fence) as shelves:
        going = _let_out(wheel, cycle, letters, shelves, counts)
        locked = shelves.people.addresses([one.person_id for one in going], channel.id)
        numbers = shelves.outbox.start(going, cycle.fence, cycle.as_of)
        ways = _ways(wheel, going, shelves)
    ended = []
    for letter in going:
        if letter.id not in numbers:
            counts["taken by another run"] += 1
            continue
        receipt = channel.send(_message(wheel, letter, locked.get(letter.person_id), ways[letter.decision_id]))
        change = after(receipt, numbers[letter.id], honours_keys=channel.honours_keys, now=cycle.as_of)
        ended.append(Attempt(letter.id, numbers[letter.id], receipt, cycle.as_of, change))
    with wheel.store.write(cycle.fence) as shelves:
        kept = shelves.outbox.finish(ended, cycle.fence)
    counts.update(str(one.change["status"]) if one.delivery_id in kept else "taken by another run" for one in ended)
    return counts


def _let_out(
    wheel: Flywheel, cycle: Cycle, letters: Sequence[Letter], shelves: Shelves, counts: Counter[str]
) -> list[Letter]:
    """Look a last time at what is about to leave; return what may."""
    keyed = wheel.channel(letters[0].channel).honours_keys
    doubtful = [] if keyed else [one for one in letters if one.status == "sending"]
    if doubtful:
        shelves.outbox.put(doubtful, cycle.fence, "unknown", "its sender died while it was on its way")
        counts["unknown"] += len(doubtful)
    rest = letters if keyed else [one for one in letters if one.status != "sending"]
    shelves.outbox.keep_others_out([one.person_id for one in rest])
    return _sift(wheel, cycle, rest, shelves, counts)


def _ways(wheel: Flywheel, letters: Sequence[Letter], shelves: Shelves) -> dict[str, str]:
    """Return the way of doing its play that each decision picked; nobody is asked where a play has but one."""
    plays = {one.decision_id: wheel.settings.play(one.play) for one in letters}
    several = [id_ for id_, play in plays.items() if play and len(play.ways) > 1]
    only = {id_: play.variant if play else "" for id_, play in plays.items()}
    return only | (shelves.decisions.variants(several) if several else {})


def _message(wheel: Flywheel, letter: Letter, locked: str | None, variant: str) -> Message:
    address = SecretStr(wheel.vault.unlock(locked, letter.person_id)) if locked else None
    return Message(
        key=letter.key, channel=letter.channel, person_id=letter.person_id, play=letter.play,
        variant=variant, address=address, language=letter.language, subject=letter.subject,
        body=letter.body, leaves_at=wheel.clock(),
    )  # fmt: skip


def _last_words(
    wheel: Flywheel, cycle: Cycle, letters: Sequence[Letter], shelves: Shelves
) -> list[tuple[Letter, LastWord]]:
    """Look at today's facts: for one message inside the transaction that lets it out, or for many beforehand."""
    paused = shelves.audit.sending_paused()
    if paused is not None:
        return [(letter, LastWord(word="hold", reason=paused)) for letter in letters]
    ids = [letter.person_id for letter in letters]
    people, contacts = shelves.people, shelves.outbox.contacts(ids, cycle.as_of)
    persons, consents, reachable = people.persons(ids), people.consents(ids), people.reachable(ids)
    policies = policies_of(wheel)

    def word(letter: Letter) -> LastWord:
        person = persons.get(letter.person_id)
        if person is None:
            return LastWord(word="stop", status="suppressed", reason="the person is no longer known")
        others = tuple(one for delivery, one in contacts.get(person.id, []) if delivery != letter.id)
        view = PersonView(
            person=person, occasion=None, consents=consents.get(person.id, ()), contacts=others,
            reachable=reachable.get(person.id, ()),
        )  # fmt: skip
        unchanged = letter.payload_hash == payload_hash(letter.person_id, letter.channel, letter.subject, letter.body)
        return last_look(wheel.settings.play(letter.play), view, policies, cycle.as_of, unchanged=unchanged)

    return [(letter, word(letter)) for letter in letters]
