"""One decision, and the plays and persons around it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from flywheel.domain.person import Consent, Person
from flywheel.domain.play import Decision, PersonView, Play


@pytest.fixture
def play() -> Play:
    return Play(name="help", tier="friction", when="x", channel="mail", template="help")


@pytest.fixture
def decision(noon: datetime) -> Callable[..., Decision]:
    def made(**values: Any) -> Decision:
        given = {
            "id": "d1", "cycle_id": "c1", "person_id": "p1", "occasion": "f1", "occasion_at": noon, "play": "help",
            "variant": "a", "tier": "friction", "channel": "mail", "purpose": "service", "score": 0.1,
            "propensity": 0.8, "arm": "default", "status": "decided", "ruling": "allow", "reasons": (), "verdicts": (),
            "learnings": (), "settings": (), "decided_at": noon, "not_before": None,
            "not_after": noon + timedelta(days=9),
        }  # fmt: skip
        return Decision.model_validate(given | values)

    return made


@pytest.fixture
def view(noon: datetime) -> PersonView:
    return PersonView(
        person=Person(id="p1", voice="customer", brand="Own"), occasion=None, contacts=(), reachable=("mail",),
        consents=(Consent(channel="mail", purpose="service", granted=True, at=noon),),
    )  # fmt: skip
