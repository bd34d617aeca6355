"""A channel that fails and fails rests, then one message is tried; a play's first messages go ahead of the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sink import Sink, statuses

from flywheel.act.canary import ahead
from flywheel.config.settings import ActRules
from flywheel.domain.cycle import Cycle
from flywheel.domain.delivery import Receipt
from flywheel.domain.limits import ChannelLimit, Limits
from flywheel.steps import act
from flywheel.wheel import Flywheel

NOT_SENT = Receipt(answer="not sent", detail="no connection")
REJECTED = Receipt(answer="rejected", detail="answered 550")
Rule = Callable[..., None]


@pytest.fixture
def rule(wheel: Flywheel) -> Rule:
    """Set rules of acting."""

    def set_(**values: float) -> None:
        object.__setattr__(wheel.settings, "act", ActRules.model_validate(values))

    return set_


def later(cycle: Cycle, minutes: float) -> Cycle:
    return cycle.model_copy(update={"as_of": cycle.as_of + timedelta(minutes=minutes)})


def breaker(wheel: Flywheel) -> tuple[int, int, datetime | None]:
    with wheel.store.read() as shelves:
        found = shelves.breakers.of("mail")
    return found.failures, found.opened, found.until


def test_after_so_many_failures_in_a_row_nothing_more_is_tried(wheel, cycle, sink: Sink, rule: Rule, noon) -> None:
    rule(breaker_after=3, breaker_minutes=15)
    sink._answers += [NOT_SENT] * 9
    tally = act(wheel, cycle)
    assert len(sink._keys) == 3
    assert tally.reasons["held: the channel rests"] == 2
    assert tally.warnings == ("Channel mail rests until 2026-03-02 12:15 UTC, after 3 failures in a row.",)
    assert breaker(wheel) == (3, 1, noon + timedelta(minutes=15))
    act(wheel, later(cycle, 10))
    assert len(sink._keys) == 3


def test_then_one_message_is_tried_and_while_it_fails_no_other(wheel, cycle, sink: Sink, rule: Rule, noon) -> None:
    rule(breaker_after=3)
    sink._answers += [NOT_SENT] * 4
    act(wheel, cycle)
    act(wheel, later(cycle, 16))
    assert len(sink._keys) == 4
    assert breaker(wheel) == (4, 1, noon + timedelta(minutes=31))
    act(wheel, later(cycle, 32))
    assert statuses(wheel) == {"sent": 5}
    assert breaker(wheel) == (0, 1, None)


def test_one_that_goes_well_starts_the_count_anew(wheel, cycle, sink: Sink, rule: Rule) -> None:
    rule(breaker_after=3)
    sink._answers += [REJECTED, REJECTED, Receipt(answer="ok"), REJECTED, REJECTED]
    assert act(wheel, cycle).failed == 4
    assert breaker(wheel) == (2, 0, None)


def test_what_is_in_doubt_is_never_held_to_be_sent_again(wheel, cycle, sink: Sink, rule: Rule, monkeypatch) -> None:
    monkeypatch.setattr(Sink, "honours_keys", False)
    rule(breaker_after=1)
    sink._answers += [Receipt(answer="in doubt")]
    act(wheel, cycle)
    assert statuses(wheel) == {"unknown": 1, "retry_wait": 4}
    act(wheel, later(cycle, 16))
    assert (len(sink._keys), statuses(wheel)) == (5, {"unknown": 1, "sent": 4})


def test_the_first_messages_of_a_play_go_ahead_and_the_rest_follows_when_they_arrived(
    wheel, cycle, sink: Sink, rule: Rule
) -> None:
    rule(canary=2)
    assert act(wheel, cycle).done == 5
    with wheel.store.read() as shelves:
        assert shelves.launches.states() == {"help": "proven"}


def test_the_rest_waits_while_the_first_ones_have_not_arrived(wheel, cycle, sink: Sink, rule: Rule) -> None:
    rule(canary=2)
    sink._answers += [REJECTED, NOT_SENT, REJECTED]
    tally = act(wheel, cycle)
    assert (len(sink._keys), tally.reasons["held: help's first messages have not arrived"]) == (2, 3)
    act(wheel, later(cycle, 20))  # the second one again, which is rejected
    act(wheel, later(cycle, 40))
    assert (len(sink._keys), statuses(wheel)) == (3, {"failed": 2, "retry_wait": 3})
    with wheel.store.write(None) as shelves:
        shelves.launches.note("help", "proven", "Ada", "two wrong addresses", cycle.as_of)
    act(wheel, later(cycle, 60 * 48))
    assert statuses(wheel) == {"failed": 2, "sent": 3}


def test_one_bad_address_in_ten_says_nothing_of_a_play() -> None:
    assert ahead({"sent": 9, "failed": 1}, 10).word == "proven"
    assert ahead({"sent": 8, "failed": 2}, 10).word == "ask"
    assert ahead({"sent": 8, "retry_wait": 2}, 10).word == "wait"
    assert ahead({"sent": 3}, 10) == ("ahead", 7)


def test_a_day_reaches_no_more_people_than_it_may_however_it_was_decided(wheel, cycle, sink: Sink) -> None:
    object.__setattr__(wheel.settings, "limits", Limits(per_day=3, channels={"mail": ChannelLimit(per_day=2)}))
    tally = act(wheel, cycle)
    assert (tally.done, tally.reasons["held: the day reaches no more people"]) == (2, 3)
    act(wheel, later(cycle, 60))
    assert len(sink._keys) == 2
    act(wheel, later(cycle, 60 * 13))  # the next day, by the brand's own clock
    act(wheel, later(cycle, 60 * 37))
    assert statuses(wheel) == {"sent": 5}
