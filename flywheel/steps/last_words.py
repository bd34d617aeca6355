"""The last words: what still stands in the way of messages that are about to leave, looked up in today's facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flywheel.act.approval import approved, needed
from flywheel.act.last_look import LastWord, last_look
from flywheel.act.letters import unchanged
from flywheel.domain.cycle import Cycle
from flywheel.domain.play import PersonView
from flywheel.steps.deciding import policies_of
from flywheel.store import Shelves
from flywheel.store.shelves.audit import MACHINE
from flywheel.store.shelves.outbox import Letter
from flywheel.wheel import Flywheel


def sift(
    wheel: Flywheel, cycle: Cycle, letters: Sequence[Letter], shelves: Shelves, counts: Counter[str]
) -> list[Letter]:
    """Put aside, many at a time, what may not leave now; return the rest."""
    aside: dict[LastWord, list[Letter]] = {}
    for letter, word in _last_words(wheel, cycle, letters, shelves):
        if word.word != "go":
            aside.setdefault(word, []).append(letter)
    for word, group in aside.items():
        counts.update(_put(group, cycle, word, shelves))
    put = {letter.id for group in aside.values() for letter in group}
    return [letter for letter in letters if letter.id not in put]


def _put(letters: Sequence[Letter], cycle: Cycle, word: LastWord, shelves: Shelves) -> Counter[str]:
    held = word.word == "hold"
    put = shelves.outbox.put(letters, cycle.fence, "retry_wait" if held else word.status, word.reason, word.until)
    if word.status == "blocked":
        shelves.audit.note_all(cycle.as_of, MACHINE, "block", [one.decision_id for one in letters], word.reason)
    return Counter(held=put.total()) if held else put


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
    policies, said_yes = policies_of(wheel), _said_yes(wheel, letters, shelves)
    upset = shelves.cases.upset(_offered(wheel, letters), cycle.as_of)

    def word(letter: Letter) -> LastWord:
        person = persons.get(letter.person_id)
        if person is None:
            return LastWord(word="stop", status="suppressed", reason="the person is no longer known")
        others = tuple(one for delivery, one in contacts.get(person.id, []) if delivery != letter.id)
        view = PersonView(
            person=person, occasion=None, consents=consents.get(person.id, ()), contacts=others,
            reachable=reachable.get(person.id, ()), open_case=person.id in upset,
        )  # fmt: skip
        play = wheel.settings.play(letter.play)
        agreed = approved(needed(letter.approvals, play), letter.payload_hash, said_yes.get(letter.id, {}))
        return last_look(play, view, policies, cycle.as_of, unchanged=unchanged(letter), agreed=agreed)

    return [(letter, word(letter)) for letter in letters]


def _offered(wheel: Flywheel, letters: Sequence[Letter]) -> list[str]:
    """Return to whom something would be offered: of them it matters what they said since."""
    offers = {play.name for play in wheel.settings.plays if play.tier == "offer"}
    return [one.person_id for one in letters if one.play in offers]


def _said_yes(wheel: Flywheel, letters: Sequence[Letter], shelves: Shelves) -> dict[str, dict[str, set[str]]]:
    """Return who approved which form of each message that needs it; nobody is asked about the others."""
    asked = [one.id for one in letters if needed(one.approvals, wheel.settings.play(one.play))]
    return shelves.approvals.holding(asked, wheel.clock()) if asked else {}
