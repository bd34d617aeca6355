"""Canaries: 200 names, addresses and words that occur nowhere else, planted in feedback to be looked for elsewhere."""

from __future__ import annotations

from random import Random

from flywheel.town.chance import dice, pick

COUNT = 200
_HEADS = ("Zorv", "Quil", "Xand", "Vesk", "Plov", "Jurn", "Brax", "Wynq", "Thol", "Grizh")
_MIDDLES = ("ath", "ond", "eph", "ilk", "uzz", "orm", "aqu", "ent", "iby", "omf")
_TAILS = ("quay", "strand", "moor", "vane", "wick", "holm", "zette", "dorn", "pell", "bryx")


def canaries(seed: int) -> list[str]:
    """Return 80 names, 40 street addresses, 20 e-mail addresses and 60 words, all different, all made up."""
    roll = dice(seed, "canaries")
    coined: list[str] = []
    while len(coined) < 2 * 80 + 2 * 40 + 20 + 60:
        word = _word(roll)
        if word not in coined:
            coined.append(word)
    take = iter(coined)
    names = [f"{next(take)} {next(take)}" for _ in range(80)]
    streets = [f"{1 + int(roll.random() * 98)} {next(take)} Lane, {next(take)}" for _ in range(40)]
    mails = [f"{next(take).lower()}@example.org" for _ in range(20)]
    return [*names, *streets, *mails, *(next(take).lower() for _ in range(60))]


def _word(roll: Random) -> str:
    return pick(roll, _HEADS) + pick(roll, _MIDDLES) + pick(roll, _TAILS)
