"""How policies say what they say: equal verdicts are one object, and whoever is judged twice alike is judged once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache

from flywheel.domain.play import PersonView, Play, Ruling, Verdict

_KEPT = 4_096


@lru_cache(maxsize=_KEPT)
def said(policy: str, ruling: Ruling, reason: str, *, second_person: bool = False) -> Verdict:
    """Return a verdict; of a hundred thousand people most are told one of a few."""
    return Verdict(policy=policy, ruling=ruling, reason=reason, second_person=second_person)


def judged_once(
    plays: Sequence[Play],
    views: Sequence[PersonView],
    alike: Callable[[Play], Hashable],
    judge: Callable[[Play, PersonView], Verdict],
) -> list[Verdict]:
    """Judge a batch, each person once for all plays that are `alike` to the policy."""
    kinds = {id(play): alike(play) for play in plays}
    known: dict[tuple[int, Hashable], Verdict] = {}
    spoken = []
    for play, view in zip(plays, views, strict=True):
        key = (id(view), kinds[id(play)])
        verdict = known.get(key)
        if verdict is None:
            verdict = known[key] = judge(play, view)
        spoken.append(verdict)
    return spoken
