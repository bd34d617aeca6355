"""How something said becomes a row of the file in which the wheel will find it."""

from __future__ import annotations

import json
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from flywheel.domain.ids import content_id
from flywheel.town.chance import dice, pick
from flywheel.town.events import GRIM, Said
from flywheel.town.people import Person
from flywheel.town.plan import CODES, TOUCHPOINTS

COLUMNS: dict[str, tuple[str, ...]] = {
    "people": ("customer_no", "email", "lang", "zone", "value_per_year", "tenure", "groups", "consent_service",
               "consent_marketing", "consent_at"),
    "reviews": ("id", "company", "customer_no", "lang", "stars", "written", "body"),
    "contact_form": ("ticket", "received", "customer_no", "lang", "segment", "about", "message"),
    "survey": ("id", "answered", "customer_no", "lang", "segment", "nps", "why"),
    "pulse": ("id", "answered", "lang", "recommend", "comment"),
    "employer_reviews": ("id", "employer", "posted", "lang", "stars", "review"),
    "outcomes": ("id", "customer_no", "event", "value", "at"),
}  # fmt: skip
"""The CSV files of the town and their columns; `social` is one JSON object a line."""

_WALL_CLOCK = ZoneInfo("Europe/Warsaw")


def row_of(seed: int, said: Said, text: str) -> dict[str, str]:
    """Return the row of something said, by column; what its file has no column for is left out there."""
    roll = dice(seed, "row", said.name)
    own = content_id("town", said.source, said.name)[:10]
    person = said.person.id if said.person and said.signed else ""
    if said.source == "social":
        return {"line": _post(own, said, person, text, roll)}
    about = TOUCHPOINTS.get(said.topic, "") if roll.random() < 0.8 else ""
    written = _written(said)
    return {
        **dict.fromkeys(("id", "ticket"), own),
        **dict.fromkeys(("written", "received", "answered", "posted"), written),
        **dict.fromkeys(("body", "message", "why", "comment", "review"), text),
        **{name: _nps(said, roll) for name in ("nps", "recommend")},
        "company": CODES[said.brand],
        "employer": said.brand,
        "customer_no": person,
        "lang": said.language,
        "segment": said.person.segment if said.person else "",
        "about": about,
        "stars": _stars(said, roll),
    }


def person_row(person: Person, consent_at: datetime) -> dict[str, str]:
    """Return what the CRM knows of a person: neither their need nor their habit."""
    return {
        "customer_no": person.id,
        "email": person.email,
        "lang": person.language,
        "zone": person.zone,
        "value_per_year": str(person.value),
        "tenure": str(person.tenure),
        "groups": ";".join(person.groups),
        "consent_service": "yes" if person.consent_service else "no",
        "consent_marketing": "yes" if person.consent_marketing else "no",
        "consent_at": consent_at.isoformat(),
    }


def outcome_row(at: datetime, person: str, event: str) -> dict[str, str]:
    """Return the row of a return or a leave."""
    when = at.isoformat()
    own = content_id("town", "outcome", person, event, when)[:12]
    return {"id": own, "customer_no": person, "event": event, "value": "1", "at": when}


def _written(said: Said) -> str:
    """Return the time as the file writes it: every system of a company has its own way."""
    if said.source == "contact_form":
        return said.at.astimezone(_WALL_CLOCK).strftime("%d.%m.%Y %H:%M:%S")
    return said.at.strftime("%Y-%m-%d %H:%M:%S+0000") if said.source == "survey" else said.at.isoformat()


def _stars(said: Said, roll: Random) -> str:
    if roll.random() < 0.05:
        return "0"
    if said.kind in GRIM or said.kind == "staff_bad":
        return pick(roll, ("1", "1", "2", "2", "3"))
    return pick(roll, ("3", "3", "4")) if said.kind in ("neutral", "question") else pick(roll, ("4", "5", "5"))


def _nps(said: Said, roll: Random) -> str:
    if roll.random() < 0.06:
        return "" if said.source == "pulse" else pick(roll, ("", "11"))
    if said.kind in GRIM or said.kind == "staff_bad":
        return str(int(roll.random() * 7))
    return pick(roll, ("7", "8")) if said.kind in ("neutral", "question") else pick(roll, ("8", "9", "9", "10", "10"))


def _post(own: str, said: Said, person: str, text: str, roll: Random) -> str:
    author = {"customer_no": person or None, "followers": int(roll.random() * 900)}
    post = {"id": own, "created_at": said.at.isoformat(), "about": said.brand, "author": author, "text": text}
    return json.dumps(post, ensure_ascii=False)
