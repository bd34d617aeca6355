"""The mercy rule: who is in need is never held out of help, and nothing is tried out on them."""

from __future__ import annotations

from flywheel.domain.play import MERCY_TIERS, PersonView, Tier

_IN_NEED = frozenset({"hardship", "legal or safety"})


def in_need(view: PersonView, tier: Tier, vulnerable: frozenset[str]) -> bool:
    """Return whether a person is in need: by the tier that applies, by what they say, or by a group they belong to."""
    if tier in MERCY_TIERS or not vulnerable.isdisjoint(view.person.groups):
        return True
    occasion = view.occasion
    return occasion is not None and (occasion.intent in _IN_NEED or occasion.urgency == "high")
