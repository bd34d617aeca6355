"""The last look: what was decided, and still may go."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from flywheel.act.last_look import last_look
from flywheel.decide.care_first import CareFirstPolicy
from flywheel.decide.policies import ConsentPolicy, ContactCapPolicy, QuietHoursPolicy
from flywheel.domain.person import Consent
from flywheel.domain.play import Contacted, PersonView, Play

POLICIES = (ConsentPolicy(), ContactCapPolicy(), QuietHoursPolicy(), CareFirstPolicy())


def test_what_is_as_decided_goes(play: Play, view: PersonView, noon: datetime) -> None:
    assert last_look(play, view, POLICIES, noon, unchanged=True, agreed=True).word == "go"


def test_a_play_that_is_gone_is_cancelled_and_a_changed_message_blocked(
    play: Play, view: PersonView, noon: datetime
) -> None:
    gone = last_look(None, view, POLICIES, noon, unchanged=True, agreed=True)
    changed = last_look(play, view, POLICIES, noon, unchanged=False, agreed=True)
    assert (gone.word, gone.status) == ("stop", "cancelled")
    assert (changed.word, changed.status) == ("stop", "blocked")


def test_consent_that_was_withdrawn_meanwhile_stops_it(play: Play, view: PersonView, noon: datetime) -> None:
    no = Consent(channel="mail", purpose="service", granted=False, at=noon + timedelta(seconds=1))
    word = last_look(
        play, view.model_copy(update={"consents": (*view.consents, no)}), POLICIES, noon, unchanged=True, agreed=True
    )
    assert (word.word, word.status) == ("stop", "suppressed")
    assert "no consent" in word.reason


def test_another_message_meanwhile_stops_it(play: Play, view: PersonView, noon: datetime) -> None:
    other = Contacted(at=noon, channel="mail", purpose="service", play="other")
    word = last_look(play, view.model_copy(update={"contacts": (other,)}), POLICIES, noon, unchanged=True, agreed=True)
    assert (word.word, word.status) == ("stop", "suppressed")


@pytest.mark.parametrize(("hour", "word"), [(12, "go"), (20, "go"), (21, "hold"), (23, "hold"), (7, "hold"), (8, "go")])
def test_at_night_it_is_held_until_the_morning(
    play: Play, view: PersonView, noon: datetime, hour: int, word: str
) -> None:
    now = noon.replace(hour=hour)
    told = last_look(play, view, POLICIES, now, unchanged=True, agreed=True)
    assert told.word == word
    if word == "hold":
        assert told.until is not None
        assert told.until > now
        assert told.until.hour == 8
