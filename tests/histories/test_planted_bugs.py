"""What the histories cannot see they do not guard: each planted bug must break the promise it belongs to.

Those of listening, deciding's keys, the lease and the fence are planted in tests/crash.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

import pytest
from happenings import play_out
from history import Theatre
from small_world import BEGINNING, PLAYS
from soak import SOAK, amount
from sqlalchemy.exc import SQLAlchemyError

from flywheel.act import answers
from flywheel.decide import decided
from flywheel.domain.ids import content_id
from flywheel.domain.person import Consent
from flywheel.domain.play import Decision
from flywheel.steps import acting, last_words, writing
from flywheel.store import contacted, lease
from flywheel.store.shelves import outbox, waiting
from flywheel.store.shelves.audit import AuditShelf
from flywheel.store.shelves.cases import CaseShelf
from flywheel.store.shelves.outbox import Letter, OutboxShelf
from flywheel.store.shelves.people import PeopleShelf

Plant = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True)
class Bug:
    """A bug, the promise that it breaks (some of its words), and the seed from which on it is looked for."""

    plant: Plant
    breaks: str
    seed: int = 1


def no_recheck(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(acting, "sift", lambda _wheel, _cycle, found, _shelves, _counts: list(found))


def cap_counts_only_what_was_sent(patch: pytest.MonkeyPatch) -> None:
    for place, name in ((outbox, "ON_ITS_WAY"), (waiting, "COMING"), (contacted, "TRIED_AGAIN")):
        patch.setattr(place, name, ("sent",))


def consent_fails_open(patch: pytest.MonkeyPatch) -> None:
    real = PeopleShelf.consents
    everything = tuple(
        Consent(channel=one.channel, purpose=one.purpose, granted=True, at=BEGINNING) for one in PLAYS
    )  # fmt: skip

    def consents(shelf: PeopleShelf, ids: Sequence[str]) -> dict[str, tuple[Consent, ...]]:
        try:
            return real(shelf, ids)
        except SQLAlchemyError:
            return dict.fromkeys(ids, everything)

    patch.setattr(PeopleShelf, "consents", consents)


def key_without_occasion(patch: pytest.MonkeyPatch) -> None:
    def key(decision: Decision) -> str:
        return content_id("key", decision.person_id, decision.play, decision.channel, decision.status)

    patch.setattr(writing, "delivery_key", key)


def no_claim(patch: pytest.MonkeyPatch) -> None:
    """Nothing says that a message is on its way, until it has an answer."""

    def start(_shelf: OutboxShelf, found: Sequence[Letter], _fence: int, _now: datetime) -> dict[str, int]:
        return {one.id: one.attempts + 1 for one in found}

    patch.setattr(OutboxShelf, "start", start)


def marked_before_it_is_sent(patch: pytest.MonkeyPatch) -> None:
    start = OutboxShelf.start

    def mark(shelf: OutboxShelf, found: Sequence[Letter], fence: int, now: datetime) -> dict[str, int]:
        numbers = start(shelf, found, fence, now)
        shelf.put([one for one in found if one.id in numbers], fence, "sent", "")
        return numbers

    patch.setattr(OutboxShelf, "start", mark)


def no_fence(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lease, "prove", lambda *_: None)


def approval_of_any_words(patch: pytest.MonkeyPatch) -> None:
    def approved(wanted: int, _form: str, said_yes: Mapping[str, set[str]]) -> bool:
        return len(set(chain.from_iterable(said_yes.values()))) >= wanted

    patch.setattr(last_words, "approved", approved)


def words_unchecked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(last_words, "unchanged", lambda _letter: True)


def nothing_expires(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(OutboxShelf, "expire", lambda *_: Counter())


def doubts_are_sent_again(patch: pytest.MonkeyPatch) -> None:
    real = answers.after
    patch.setattr(acting, "after", lambda *given, now, **_keyed: real(*given, honours_keys=True, now=now))


def doubts_are_told_as_failures(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outbox, "_certainly", lambda status, _doubt: status)


def pause_is_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(AuditShelf, "sending_paused", lambda _shelf: None)


def the_held_out_are_written_to(patch: pytest.MonkeyPatch) -> None:
    real = decided._status
    patch.setattr(decided, "_status", lambda ruling, _arm, ground: real(ruling, "default", ground))


def complaints_after_the_decision_do_not_matter(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(CaseShelf, "upset", lambda *_: set())


def a_night_is_like_a_day(patch: pytest.MonkeyPatch) -> None:
    real = last_words.last_look

    def look(*arguments: Any, **options: Any) -> Any:
        word = real(*arguments, **options)
        return word.model_copy(update={"word": "go"}) if word.word == "hold" else word

    patch.setattr(last_words, "last_look", look)


BUGS = {
    "no re-check": Bug(no_recheck, "sent after an opt-out", 13),
    "the cap counts only what was sent": Bug(cap_counts_only_what_was_sent, "cap exceeded", 131),
    "consent fails open": Bug(consent_fails_open, "sent although the ledger", 5),
    "a key without its occasion": Bug(key_without_occasion, "decided and never written", 24),
    "no claim": Bug(no_claim, "doubled", 3),
}
MORE_BUGS = {
    "marked before it is sent": Bug(marked_before_it_is_sent, "sent although it never arrived", 4),
    "no fence": Bug(no_fence, "sent by a process that was replaced", 46),
    "an approval of any words": Bug(approval_of_any_words, "sent with", 8),
    "words are not checked": Bug(words_unchecked, "not what was decided", 26),
    "nothing expires": Bug(nothing_expires, "sent too late"),
    "doubts are sent again": Bug(doubts_are_sent_again, "sent again although it may have arrived", 27),
    "doubts are told as failures": Bug(doubts_are_told_as_failures, "although it arrived"),
    "the pause is ignored": Bug(pause_is_ignored, "sent while paused"),
    "the held out are written to": Bug(the_held_out_are_written_to, "sent to somebody held out"),
    "complaints after the decision": Bug(complaints_after_the_decision_do_not_matter, "offered to somebody"),
    "night is like day": Bug(a_night_is_like_a_day, "sent at night"),
}


SOUGHT = BUGS | MORE_BUGS if SOAK else BUGS
"""The suite has no time for more than those of the note on reliability."""


@pytest.mark.parametrize("bug", SOUGHT.values(), ids=SOUGHT)
def test_the_histories_see(bug: Bug, theatre: Theatre, monkeypatch: pytest.MonkeyPatch) -> None:
    bug.plant(monkeypatch)
    first = amount(bug.seed, 1)
    for seed in range(first, first + 200):
        with theatre.stage(seed) as history:
            for _ in play_out(history, 12):
                if any(bug.breaks in told for told in history.truth.broken):
                    print(f"\nseen at seed {seed}, the {seed - first + 1}. world")
                    return
    pytest.fail("no history showed it")
