"""A town drawn at random from its number: what its people need, what each play truly does, how the world drifts."""

from __future__ import annotations

from random import Random

from flywheel.domain.play import Tier
from flywheel.domain.record import Record
from flywheel.town.chance import between, dice, pick
from flywheel.town.events import Kind
from flywheel.town.plan import CODES, NEED_NAMES, OURS, SEGMENTS, Plan

LEAST, MOST = -0.08, 0.12
"""What a play may truly do, in points of probability."""
WEEKS = 12
_FRICTION = ("explain_and_guide", "fix_it_for_you", "call_back", "small_voucher")
_KIND = ("thank_you", "tell_us_more")
_KINDS: dict[Tier, tuple[Kind, ...]] = {
    "safety": ("hardship",), "complaint": ("refund", "leaving"), "friction": ("friction", "question", "annoyed"),
    "relationship": ("praise", "helped"), "offer": ("neutral", "praise", "helped"),
}  # fmt: skip


class Offered(Record):
    """One play of a town's catalogue: which tier it stands on, and after which kinds of experience it fits."""

    name: str
    tier: Tier
    kinds: tuple[Kind, ...]
    marketing: bool = False
    approved_by_hand: bool = False


CATALOGUE = (
    Offered(name="care_now", tier="safety", kinds=_KINDS["safety"], approved_by_hand=True),
    Offered(name="make_it_right", tier="complaint", kinds=_KINDS["complaint"]),
    *(Offered(name=name, tier="friction", kinds=_KINDS["friction"]) for name in _FRICTION),
    *(Offered(name=name, tier="relationship", kinds=_KINDS["relationship"]) for name in _KIND),
    Offered(name="weekend_offer", tier="offer", kinds=_KINDS["offer"], marketing=True),
)
"""The plays of every drawn town; only what they do differs."""


class Specification(Record):
    """A drawn town; those that are held out come from a range of draws that nobody looked at while building."""

    number: int
    held_out: bool
    plan: Plan

    @property
    def seed(self) -> int:
        """The seed of the lives in it."""
        return 2 * self.number + self.held_out + 1_000


def specification(number: int, *, held_out: bool = False, customers: int = 5_000) -> Specification:
    """Return the town with a number: equal arguments give equal towns."""
    roll = dice(number, "held out" if held_out else "open", "specification")
    wants = _in_any_order(roll, [need for need in NEED_NAMES if need != "quiet"])
    mostly = dict(zip(SEGMENTS, wants, strict=False))
    plan = Plan(
        customers=customers, rival_customers=200, said_a_week=customers * 28 // 100, rivals_say_a_week=40,
        staff_say_a_week=20, needs={segment: _needs(roll, need) for segment, need in mostly.items()},
        habits={segment: between(roll, 0.10, 0.12) for segment in SEGMENTS}, effects=_effects(roll, wants),
        drift={play.name: between(roll, -0.002, 0.002) for play in CATALOGUE}, helped_from=0.06, upset_offer=LEAST,
        season=between(roll, 0.05, 0.15), season_days=between(roll, 60, 120),
        storm=tuple(between(roll, 1.0, 1.8) for _ in range(int(between(roll, 0, 5)))),
        move_day=int(between(roll, 14, 70)), mover=pick(roll, [brand for brand in CODES if brand != OURS]),
        moved_price_quality=between(roll, 0.6, 0.9), move_takes=between(roll, 1.2, 2.0),
        leave_a_day=between(roll, 0.0003, 0.0008),
    )  # fmt: skip
    return Specification(number=number, held_out=held_out, plan=plan)


def _needs(roll: Random, most: str) -> dict[str, float]:
    """Return what people of a segment need: mostly one thing, and a few of them to be left in peace."""
    share = between(roll, 0.82, 0.94)
    parts = {need: between(roll, 0.5, 1.5) for need in NEED_NAMES if need not in (most, "quiet")}
    rest = (0.95 - share) / sum(parts.values())
    return {most: share, "quiet": 0.05} | {need: part * rest for need, part in parts.items()}


def _effects(roll: Random, wants: list[str]) -> dict[str, dict[str, float]]:
    """Return what every play does by need: one harms, the others each serve one need well and the rest so-so."""
    effects = {play.name: {need: between(roll, -0.05, 0.03) for need in NEED_NAMES} for play in CATALOGUE}
    friction = _in_any_order(roll, list(_FRICTION))
    harmful, able = friction[0], friction[1:]
    effects[harmful] = {need: between(roll, LEAST, -0.05) for need in NEED_NAMES}
    for play, need in zip(able, wants, strict=False):
        effects[play][need] = between(roll, 0.08, MOST)
    for play, need in zip(_in_any_order(roll, list(_KIND)), wants, strict=False):
        effects[play][need] = between(roll, 0.08, MOST)
    effects["weekend_offer"]["savings"] = between(roll, 0.08, MOST)
    effects["make_it_right"] = {need: between(roll, 0.02, 0.10) for need in NEED_NAMES}
    effects["care_now"] = {need: between(roll, 0.02, 0.10) for need in NEED_NAMES}
    for by_need in effects.values():
        by_need["quiet"] = between(roll, -0.06, 0.0)
    return effects


def _in_any_order(roll: Random, things: list[str]) -> list[str]:
    return [thing for _, thing in sorted((roll.random(), thing) for thing in things)]
