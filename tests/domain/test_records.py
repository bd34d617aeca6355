"""Records: frozen, strict, in UTC, and silent about their input."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from flywheel.domain.cycle import Window, cycle_id
from flywheel.domain.feedback import Feedback, FeedbackColumns, Score
from flywheel.domain.outcome import Outcome
from flywheel.domain.person import Consent, Person, PersonFact
from flywheel.domain.play import Factors, PersonView
from flywheel.errors import ConfigError
from flywheel.plugins import SOCKETS, installed, plugin_class

DAY = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_record_cannot_be_changed_and_takes_no_unknown_field() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Feedback(text="a").text = "b"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="extra"):
        Feedback.model_validate({"txt": "a"})


def test_a_time_needs_a_zone_and_is_kept_in_utc() -> None:
    with pytest.raises(ValidationError):
        Feedback(said_at=datetime(2026, 3, 1))  # noqa: DTZ001 - the very fault
    said = Feedback(said_at=datetime(2026, 3, 1, 1, tzinfo=timezone(timedelta(hours=1)))).said_at
    assert said == DAY
    assert said.utcoffset() == timedelta(0)


def test_an_error_never_shows_what_somebody_said() -> None:
    with pytest.raises(ValidationError) as caught:
        Feedback.model_validate({"text": ["my canary words"], "voice": "my canary words"})
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_figure_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValidationError):
        Outcome(person="c1", metric="spend", value=value, happened_at=DAY)
    with pytest.raises(ValidationError):
        Score(kind="nps", value=value, scale_low=0, scale_high=10)


def test_a_person_lives_in_a_zone_that_exists() -> None:
    assert PersonFact(person="c1", time_zone="Europe/Warsaw").time_zone == "Europe/Warsaw"
    with pytest.raises(ValidationError, match="no time zone"):
        PersonFact(person="c1", time_zone="Warsaw")


def test_a_window_runs_forward_and_names_its_cycle() -> None:
    window = Window(since=DAY, until=DAY + timedelta(days=7))
    assert cycle_id("cycle", window) == cycle_id("cycle", Window.model_validate(window.model_dump()))
    assert cycle_id("cycle", window) != cycle_id("triage", window)
    with pytest.raises(ValidationError, match="earlier moment first"):
        Window(since=DAY, until=DAY - timedelta(days=1))


def test_columns_hold_the_records_in_their_order() -> None:
    columns = FeedbackColumns.of([Feedback(text="a"), Feedback(text="b", external_id="2")])
    assert (columns.text, columns.external_id, len(columns)) == (["a", "b"], [None, "2"], 2)


def consent(granted: bool, days: int, purpose: str = "service") -> Consent:
    return Consent(channel="mail", purpose=purpose, granted=granted, at=DAY + timedelta(days=days))


@pytest.mark.parametrize(
    ("lines", "consented"),
    [
        ((), False), ((consent(True, 0),), True), ((consent(False, 0),), False),
        ((consent(False, 1), consent(True, 0)), False), ((consent(False, 0), consent(True, 1)), True),
        ((consent(True, 0, "marketing"),), False), ((consent(True, 0), consent(False, 0)), False),
        ((consent(False, 0), consent(True, 0)), False),
    ],
)  # fmt: skip
def test_the_newest_word_counts_absent_means_no_and_a_tie_means_no(lines: tuple[Consent, ...], consented: bool) -> None:
    person = Person(id="p1", voice="customer", brand="Own")
    view = PersonView(person=person, occasion=None, consents=lines, contacts=(), reachable=("mail",))
    assert view.consented("mail", "service") is consented


def test_priority_is_the_product_of_its_four_factors() -> None:
    assert Factors(propensity=0.1, context=1.5, value=2, lever=3).priority == pytest.approx(0.9)


def test_an_unknown_kind_is_told_with_the_nearest_installed_one() -> None:
    with pytest.raises(ConfigError, match="Did you mean 'csv'"):
        plugin_class("source", "cvs")
    with pytest.raises(ConfigError, match="is the module installed"):
        plugin_class("source", "no_such_module:Source")
    with pytest.raises(ConfigError, match="is no Source"):
        plugin_class("source", "flywheel.predict.churn_rule:ChurnRule")
    with pytest.raises(ConfigError, match="Installed: ask_first, care_first, consent"):
        plugin_class("policy", "zzz")


def test_every_installed_plugin_loads() -> None:
    for socket in SOCKETS:
        for kind in installed(socket):
            assert plugin_class(socket, kind).__doc__, f"{socket} {kind} does not say what it is"
