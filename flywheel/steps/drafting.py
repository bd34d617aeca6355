"""Drafting: replies to complaints in public, with the person's context, for somebody of ours to finish and to send."""

from __future__ import annotations

from flywheel.act.words import Letterhead, Wordsmith, letter_date
from flywheel.assets import template_folders
from flywheel.domain.account import Complaint, Draft
from flywheel.store import Shelves
from flywheel.wheel import Flywheel

TEMPLATE = "public_reply"
_DAYS = 30


def drafts(wheel: Flywheel, shelves: Shelves, limit: int, start: str = "") -> list[Draft]:
    """Return drafts of replies to the newest complaints in public that nobody has answered."""
    settings = wheel.settings
    smith = Wordsmith(template_folders(settings.project, "messages"))
    public = shelves.public(settings.analyzer.model_name, settings.brand.name)
    found = public.complaints(settings.act.public_media, _DAYS, limit, start)
    return [_draft(wheel, one, smith) for one in found]


def _draft(wheel: Flywheel, one: Complaint, smith: Wordsmith) -> Draft:
    brand, topic = wheel.settings.brand, one.topics[0] if one.topics else None
    languages = [language for language in (one.language, brand.language) if language]
    words = smith.write(
        TEMPLATE, languages,
        Letterhead(
            brand=brand.name, play=TEMPLATE, topic=topic, topic_words=topic.replace("_", " ") if topic else None,
            touchpoint=one.touchpoint or None, said_on=letter_date(one.said_at, brand.zone, languages[0]),
        ),
    )  # fmt: skip
    owner = wheel.settings.owner_of(one.touchpoint)
    return Draft(complaint=one, owner=owner, language=words.language, reply=words.body)
