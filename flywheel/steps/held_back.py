"""What holds messages back besides policies: a channel that is gone or rests, and the first messages of a play."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, timedelta

from flywheel.act.canary import ahead
from flywheel.config.settings import zone_of
from flywheel.domain.cycle import Cycle
from flywheel.store import Shelves
from flywheel.store.shelves.audit import MACHINE
from flywheel.store.shelves.breakers import Breaker
from flywheel.store.shelves.outbox import Letter
from flywheel.wheel import Flywheel

_LOOK_AGAIN = timedelta(minutes=15)
_ASK_AGAIN = timedelta(days=1)


def without_lost_channels(
    wheel: Flywheel, cycle: Cycle, letters: Sequence[Letter], shelves: Shelves, counts: Counter[str]
) -> list[Letter]:
    """Put aside what was to go by a channel that is in the configuration no more; return the rest."""
    known = {channel.id for channel in wheel.settings.channels}
    reason = "its channel is no longer in the configuration"
    lost = [one for one in letters if one.channel not in known]
    on_its_way = [one for one in lost if one.status == "sending"]  # its sender died: it may have arrived
    not_gone = [one for one in lost if one.status != "sending"]
    for status, group in (("unknown", on_its_way), ("blocked", not_gone)):
        counts.update(shelves.outbox.put(group, cycle.fence, status, reason))
    shelves.audit.note_all(cycle.as_of, MACHINE, "block", [one.decision_id for one in not_gone], reason)
    return [one for one in letters if one.channel in known]


def without_resting(
    cycle: Cycle, letters: Sequence[Letter], breakers: Mapping[str, Breaker], shelves: Shelves, counts: Counter[str]
) -> list[Letter]:
    """Hold what goes by channels that rest, until they do no more; return what may be tried."""
    resting = {name: one for name, one in breakers.items() if one.rests(cycle.as_of)}
    for name, breaker in resting.items():
        held = [one for one in letters if one.channel == name]
        reason = f"channel {name} rests after {breaker.failures} failures in a row"
        shelves.outbox.put(held, cycle.fence, "retry_wait", reason, breaker.until)
        counts["held: the channel rests"] += len(held)
    return [one for one in letters if one.channel not in resting]


def breakers_at_the_door(wheel: Flywheel, cycle: Cycle, channel: str, shelves: Shelves) -> dict[str, Breaker]:
    """Return which channels rest as one is about to be used; where that has rested, its one trial is taken now."""
    found = shelves.breakers.open()
    breaker = found.get(channel)
    if breaker is None or breaker.rests(cycle.as_of):
        return found
    until = cycle.as_of + rest(wheel)
    if shelves.breakers.try_one(breaker, until):
        return {}
    return {channel: breaker._replace(until=until)}


def rest(wheel: Flywheel) -> timedelta:
    """Return how long a channel rests."""
    return timedelta(minutes=wheel.settings.act.breaker_minutes)


def within_the_day(
    wheel: Flywheel, cycle: Cycle, letters: Sequence[Letter], shelves: Shelves, counts: Counter[str]
) -> list[Letter]:
    """Hold until tomorrow what the day has no room for, however it was decided; return the rest.

    What has left, or may have, counts; what was tried before may be tried again.
    """
    limits, channels = wheel.settings.limits, wheel.settings.limits.channels
    if limits.per_day is None and all(one.per_day is None for one in channels.values()):
        return list(letters)
    zone = zone_of(wheel.settings)
    midnight = cycle.as_of.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    left, going, held = shelves.outbox.left_since(midnight), [], []
    for letter in letters:
        limit = channels.get(letter.channel)
        full = _full(left.total(), limits.per_day) or _full(left[letter.channel], limit.per_day if limit else None)
        if full and not letter.attempts:
            held.append(letter)
        else:
            left[letter.channel] += not letter.attempts
            going.append(letter)
    tomorrow = (midnight + timedelta(days=1)).astimezone(UTC)
    shelves.outbox.put(held, cycle.fence, "retry_wait", "the day reaches no more people", tomorrow)
    counts["held: the day reaches no more people"] += len(held)
    return going


def _full(n: int, limit: int | None) -> bool:
    return limit is not None and n >= limit


def canaries_first(
    wheel: Flywheel, cycle: Cycle, letters: Sequence[Letter], shelves: Shelves, counts: Counter[str]
) -> list[Letter]:
    """Let the first messages of a play go ahead, and the rest when those have arrived; return what goes now."""
    canary, going = wheel.settings.act.canary, list(letters)
    if not canary or not letters:
        return going
    states = shelves.launches.states()
    unproven = sorted({one.play for one in letters if states.get(one.play) != "proven"})
    for play, tried in shelves.launches.tried(unproven, canary).items():
        said = ahead(tried, canary)
        if said.word == "proven":
            shelves.launches.note(play, "proven", MACHINE, f"its first {canary} messages arrived", cycle.as_of)
            continue
        fresh = [one for one in going if one.play == play and not one.attempts]
        behind = fresh[said.room :]
        if said.word == "ahead":
            shelves.outbox.put(behind, cycle.fence, "pending", "")
        else:
            _hold(behind, cycle, shelves, asked=said.word == "ask")
            counts[f"held: {play}'s first messages have not arrived"] += len(behind)
        put = {one.id for one in behind}
        going = [one for one in going if one.id not in put]
    return going


def resting_words(breakers: Iterable[Breaker]) -> list[str]:
    """Return what a run tells of channels that rest."""
    return [
        f"Channel {one.channel} rests until {one.until:%Y-%m-%d %H:%M} UTC, after {one.failures} failures in a row."
        for one in breakers
        if one.until is not None
    ]


def _hold(letters: Sequence[Letter], cycle: Cycle, shelves: Shelves, *, asked: bool) -> None:
    until = cycle.as_of + (_ASK_AGAIN if asked else _LOOK_AGAIN)
    reason = "too few of its play's first messages arrived: a person looks" if asked else (
        "the first messages of its play are still on their way"
    )  # fmt: skip
    shelves.outbox.put(letters, cycle.fence, "retry_wait", reason, until)
