"""From what happened to what is written: sentences put together from many parts, with the slips people make."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any

from flywheel.town.chance import between, dice, pick
from flywheel.town.events import Said
from flywheel.town.plan import CODES, OURS

_PLAIN = str.maketrans("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "acelnoszzACELNOSZZ")
_BARE = {"question", "hardship", "neutral", "helped", "annoyed"}
"""What people write without a flourish before or after."""


def words(seed: int, said: Said) -> str:
    """Return the text of something said; a survey may stay without words."""
    roll = dice(seed, "words", said.name)
    if said.source == "survey" and said.silent:
        return ""
    bank = _bank(said.language)
    fields = _fields(bank, said, roll)
    text = " ".join(_sentences(bank, said, roll)).format_map(fields)
    if said.source == "contact_form" and roll.random() < 0.12:
        text += " " + pick(roll, bank["contact"]).format_map(fields)
    return _slips(_social(text, bank, said, roll) if said.source == "social" else text, said, roll)


@cache
def _bank(language: str) -> Any:
    return json.loads((files("flywheel.town") / "data" / f"{language}.json").read_text("utf-8"))


def _fields(bank: Any, said: Said, roll: Random) -> dict[str, str]:
    place = pick(roll, bank["places"])
    gender = said.person.gender if said.person else pick(roll, ("masculine", "feminine"))
    return {
        **bank[gender],
        "place": place,
        "place2": pick(roll, [other for other in bank["places"] if other != place]),
        "time": f"{5 + int(roll.random() * 17)}:{int(roll.random() * 60):02d}",
        "minutes": str(int(between(roll, 15, 95))),
        "price": f"{int(between(roll, 19, 79))} " + ("zł" if said.language == "pl" else "euros"),
        "brand": said.brand,
        "rival": pick(roll, [name for name in CODES if name != said.brand]),
        "phone": f"+44 7700 900{int(roll.random() * 1_000):03d}",  # Ofcom keeps these for drama: they reach nobody
        "email": said.person.email if said.person else "somebody@example.com",
    }


def _sentences(bank: Any, said: Said, roll: Random) -> list[str]:
    if said.kind in _BARE:
        return [pick(roll, bank[said.kind])]
    if said.kind in ("staff_bad", "staff_good"):
        topics = bank["employee_negative" if said.kind == "staff_bad" else "employee_positive"]
        return _opened("", pick(roll, topics[said.topic]), roll)
    if said.kind == "praise":
        middle = pick(roll, bank["positive"][said.topic])
        rest = [pick(roll, bank["but_negative"])] if roll.random() < 0.08 else [pick(roll, bank["close_positive"])]
        return [*_opened(pick(roll, bank["open_positive"]), middle, roll), *filter(None, rest)]
    middle = pick(roll, bank["negative"][said.topic] if said.kind == "friction" else bank[said.kind])
    parts = [*_opened(pick(roll, bank["open_negative"]), middle, roll), pick(roll, bank["consequence"])]
    if roll.random() < 0.08:
        return [part for part in (*parts, pick(roll, bank["but_positive"])) if part]
    return [part for part in (*parts, pick(roll, bank["close_negative"])) if part]


def _opened(opener: str, middle: str, roll: Random) -> list[str]:
    """Join an opener that is a sentence, or one that runs on, with the sentence after it."""
    end = "" if middle[-1] in ".!?" else pick(roll, ".....!")
    runs_on = opener != "" and opener[-1] not in ".!?:"
    middle = middle if runs_on else middle[0].upper() + middle[1:]
    return [opener, middle + end] if opener else [middle + end]


def _social(text: str, bank: Any, said: Said, roll: Random) -> str:
    if roll.random() < 0.3:
        text = text.lower()
    if roll.random() < 0.4:
        text = f"@{said.brand.replace(' ', '')} {text}"
    if roll.random() < 0.5 and said.kind not in ("question", "neutral", "hardship"):
        text += " " + pick(roll, bank["emoji_positive" if said.kind in ("praise", "helped") else "emoji_negative"])
    return f"{text} {pick(roll, bank['tags'])}" if roll.random() < 0.3 else text


def _slips(text: str, said: Said, roll: Random) -> str:
    hurried = 0.3 if said.source == "social" else 0.08
    if said.language == "pl" and roll.random() < hurried:
        text = text.translate(_PLAIN)
    if roll.random() < (0.15 if said.brand == OURS else 0.1):
        at = 1 + int(roll.random() * max(1, len(text) - 3))
        if text[at : at + 2].isalpha():  # two letters change places
            text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text
