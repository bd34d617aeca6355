"""People, plays and the ground of a choice, each with one thing changed at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from flywheel.decide.arbitration import Beliefs
from flywheel.decide.ground import Ground
from flywheel.domain.outcome import LearnedEffect
from flywheel.domain.person import Consent, Person
from flywheel.domain.play import Candidate, Occasion, PersonView, Play

Make = Callable[..., Any]


@pytest.fixture
def play() -> Make:
    def made(name: str = "help", tier: str = "friction", **values: Any) -> Play:
        given = {"name": name, "tier": tier, "when": "x", "channel": "mail", "template": name, "holdout": 0}
        return Play.model_validate(given | values)

    return made


@pytest.fixture
def view(noon: datetime) -> Make:
    def made(person: str = "p1", *, zone: str | None = None, days_ago: float = 0.1, **values: Any) -> PersonView:
        occasion = {
            "feedback_id": f"f-{person}", "at": noon - timedelta(days=days_ago), "language": "en", "sentiment": -0.8,
            "label": "negative", "confidence": 0.9, "urgency": None, "intent": "complaint", "effort": None,
            "medium": "mail", "touchpoint": "desk", "topics": ("delay",), "churn_risk": None, "feedback_90d": 1,
            "negative_90d": 1, "complaints_90d": 1,
        }  # fmt: skip
        over = {name: values.pop(name) for name in list(values) if name in occasion}
        given = {
            "person": Person(id=person, voice="customer", brand="Own", time_zone=zone),
            "occasion": Occasion.model_validate(occasion | over), "contacts": (), "reachable": ("mail",),
            "consents": tuple(
                Consent(channel="mail", purpose=purpose, granted=True, at=noon - timedelta(days=99))
                for purpose in ("service", "marketing")
            ),
        }  # fmt: skip
        return PersonView.model_validate(given | values)

    return made


@pytest.fixture
def fits(view: Make) -> Make:
    """Make a candidate whom the named plays fit."""

    def made(*names: str, **values: Any) -> Candidate:
        return Candidate(view=view(**values), fits=names)

    return made


@pytest.fixture
def ground(noon: datetime) -> Make:
    """Make the ground of a choice; `effects` are (mean, learning) by play, beside what the plays themselves expect."""

    def made(*plays: Play, effects: dict[str, tuple[float, str]] | None = None, **values: Any) -> Ground:
        known = (*plays, *values.get("off", ()))
        prior = {one.name: LearnedEffect(play=one.name, mean=one.expected_effect, sd=0.05) for one in known}
        learned = {
            name: LearnedEffect(play=name, mean=mean, sd=0.01, learning_id=learning)
            for name, (mean, learning) in (effects or {}).items()
        }
        focus = values.pop("focus", None)
        laid = {"focus_topics": (focus,), "focus_lever": 2.0, "settings": {"focus.topics": "set1"}} if focus else {}
        switched = {f"plays.{one.name}.enabled": f"off-{one.name}" for one in values.get("off", ())}
        laid = laid | {"settings": laid.get("settings", {}) | switched}
        given = {
            "cycle_id": "c1", "now": noon, "mode": "live", "plays": plays, "policies": (),
            "beliefs": Beliefs(effects=prior | learned, **laid), "unlearned": Beliefs(effects=prior, **laid),
            "unsettled": Beliefs(effects=prior | learned), "draw": lambda person, play: 0.99,
        }  # fmt: skip
        return Ground(**given | values)

    return made
