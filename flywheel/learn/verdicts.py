"""What may be said of an effect, given an interval: it works, it harms, it makes no difference, or nobody can tell."""

from __future__ import annotations

from typing import NamedTuple

from flywheel.domain.outcome import EffectVerdict

FEWEST_PEOPLE = 20
"""A smaller arm judges nothing: a handful of people is a story, not a trial."""


class Judgement(NamedTuple):
    """A verdict and why."""

    verdict: EffectVerdict
    reason: str


def judged(span: tuple[float, float] | None, *, margin: float | None, smaller_arm: float) -> Judgement:
    """Return the verdict of an interval: the fixed one for one look at a finished trial, the anytime one for cycles.

    *No difference* needs a margin worth having and an interval inside it (two one-sided tests, Schuirmann 1987,
    at 2.5 % each); what is merely not significant is *cannot tell*.
    """
    if smaller_arm < FEWEST_PEOPLE:
        return Judgement("cannot tell", f"only {smaller_arm:.0f} people in the smaller arm")
    if span is None:
        return Judgement("cannot tell", "too few people had anything to count")
    low, high = span
    small = margin is not None and -margin < low and high < margin
    if low > 0 or high < 0:
        reason = f"its interval lies {'above' if low > 0 else 'below'} zero" + (
            ", yet inside the margin" if small else ""
        )
        return Judgement("works" if low > 0 else "harms", reason)
    if small:
        return Judgement("no difference", f"surely less than {margin:g} either way")
    why = "no margin says what would not matter" if margin is None else f"is not inside the margin of {margin:g}"
    return Judgement("cannot tell", f"its interval holds zero, and {why}")


def blocked(p: float, threshold: float) -> Judgement:
    """Return what is said when the sizes of the arms do not fit the plan: whoever is missing may be the effect."""
    return Judgement("cannot tell", f"the arms' sizes do not fit the plan (p {p:.2g}, below {threshold:g})")
