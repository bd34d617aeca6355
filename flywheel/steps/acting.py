"""Act: write the messages of what was decided, then let them out one by one.

T1 claims under our fence, T2 checks everything again and moves to `sending`, then comes the call in no transaction,
and T3 writes down the answer. Whatever cannot be read (consent, caps, switch) raises, and then nothing is sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence

from pydantic import SecretStr

from flywheel.act.answers import after
from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.delivery import Message
from flywheel.steps.held_back import (
    breakers_at_the_door,
    canaries_first,
    rest,
    resting_words,
    within_the_day,
    without_lost_channels,
    without_resting,
)
from flywheel.steps.last_words import sift
from flywheel.steps.writing import write_letters
from flywheel.store import Shelves
from flywheel.store.shelves.outbox import Attempt, Letter
from flywheel.wheel import Flywheel

_CLAIMED = 500
_SENT_BEFORE = "may have been sent before the restore"


def act(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Write messages for new decisions and send what is due; nothing leaves while sending is paused."""
    counts: Counter[str] = Counter()
    write_letters(wheel, cycle, counts)
    with wheel.store.write(cycle.fence) as shelves:
        doubtful = counts[_SENT_BEFORE] = shelves.outbox.doubt()
        counts.update(shelves.outbox.expire(cycle.as_of))
        shelves.outbox.leave_behind(cycle.fence)
        paused, breakers = shelves.audit.sending_paused(), shelves.breakers.open()
    while cycle.mode == "live":
        with wheel.store.write(cycle.fence) as shelves:
            paused = shelves.audit.sending_paused()  # somebody may pause us meanwhile: what is held stays due
            letters = [] if paused else shelves.outbox.claim(cycle.as_of, cycle.fence, _CLAIMED)
            breakers = shelves.breakers.open()
            may_go = _sift_singles(wheel, cycle, _let_by(wheel, cycle, letters, shelves, counts), shelves, counts)
            kin = shelves.outbox.kin([one.person_id for one in may_go])
        if not letters:
            break
        for group in _groups(wheel, may_go, kin, breakers):
            counts.update(_send(wheel, cycle, group))
    warnings = [f"Sending is {paused}. Messages are held."] if paused else resting_words(breakers.values())
    if doubtful:
        warnings.append(f"{doubtful} messages were not sent: this store was restored, and may have sent them before.")
    sent = counts.pop("sent", 0)
    not_done = sum(counts[name] for name in ("failed", "dead", "unknown"))
    reasons = {name: n for name, n in sorted(counts.items()) if n}
    return Tally(step="act", done=sent, skipped=sum(reasons.values()) - not_done, failed=not_done, reasons=reasons,
                 warnings=tuple(warnings))  # fmt: skip


def _let_by(
    wheel: Flywheel, cycle: Cycle, letters: Sequence[Letter], shelves: Shelves, counts: Counter[str]
) -> list[Letter]:
    """Put aside what is held back whatever policies say; return the rest."""
    left = without_lost_channels(wheel, cycle, letters, shelves, counts)
    fresh = without_resting(
        cycle, [one for one in left if one.status != "sending"], shelves.breakers.open(), shelves, counts
    )
    fresh = canaries_first(wheel, cycle, fresh, shelves, counts)
    return [
        *(one for one in left if one.status == "sending"), *within_the_day(wheel, cycle, fresh, shelves, counts)
    ]  # fmt: skip


def _sift_singles(
    wheel: Flywheel, cycle: Cycle, letters: Sequence[Letter], shelves: Shelves, counts: Counter[str]
) -> list[Letter]:
    """Put aside at once what would be looked at one by one; what goes out in groups is looked at by the group."""
    single = [one for one in letters if one.status != "sending" and _room(wheel, one.channel) == 1]
    looked_at, may_go = {one.id for one in single}, {one.id for one in sift(wheel, cycle, single, shelves, counts)}
    return [one for one in letters if one.id not in looked_at or one.id in may_go]


def _groups(
    wheel: Flywheel, letters: Sequence[Letter], kin: Mapping[str, tuple[str, ...]], tried: Container[str]
) -> Iterator[list[Letter]]:
    """Yield what goes out between two looks: of one channel, as many as it takes, and never two to one person.

    `kin` are the ids of those who have several, `tried` the channels that have rested: one message at a time.
    """
    group: list[Letter] = []
    people: set[str] = set()
    for letter in letters:
        room = 1 if letter.channel in tried else _room(wheel, letter.channel)
        together = group and group[0].channel == letter.channel and len(group) < room
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
        went_well = [one.receipt.answer == "ok" for one in ended]
        rules, before = wheel.settings.act, shelves.breakers.of(channel.id)
        shelves.breakers.note(before, went_well, cycle.as_of, after=rules.breaker_after, rest=rest(wheel))
    counts.update(kept.get(one.delivery_id, "taken by another run") for one in ended)
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
    going = letters if keyed else [one for one in letters if one.status != "sending"]
    breakers = breakers_at_the_door(wheel, cycle, letters[0].channel, shelves)
    going = without_resting(cycle, going, breakers, shelves, counts)
    shelves.outbox.keep_others_out([one.person_id for one in going])
    return sift(wheel, cycle, going, shelves, counts)


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
