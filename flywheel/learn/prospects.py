"""What each play can hope to find out, and when: told before the first message, and again in every cycle."""

from __future__ import annotations

from collections.abc import Sequence

from flywheel.domain.outcome import Appraisal
from flywheel.domain.play import MERCY_TIERS, Play
from flywheel.domain.record import Record
from flywheel.domain.trial import EffectSum, added
from flywheel.learn.appraising import appraisal
from flywheel.learn.power import Outlook, outlook, people_needed

_UNSEEN_RATE = 0.5
"""Where nobody knows how often it happens anyhow, the rate that takes the most people."""


class ProspectRules(Record):
    """An effect worth having (points of probability), the n the anytime interval is tuned to, weeks to look ahead."""

    margin: float
    anytime_n: int
    cycles: int


class Prospect(Record):
    """When a play's effect will be seen if it is as large as one worth having; `cycles` None: not in time, or unknown.

    `never` says that it is known not to be in time.
    """

    play: str
    people: int
    people_a_cycle: float | None
    cycles: int | None
    never: bool
    says: str


def prospect(play: Play, sums: Sequence[EffectSum], rules: ProspectRules) -> Prospect | None:
    """Return what a play can hope to find out; None for one that is no experiment. The last weeks tell how many come.

    Of a play that surely works fewer are held out than `play.holdout`; what is said here is before that is known.
    """
    if not play.measured or play.holdout == 0 or play.tier in MERCY_TIERS:
        return None
    first = play.measured[0]
    rows = [one for one in sums if (one.play, one.metric, one.days) == (play.name, first.metric, first.days)]
    margin = first.margin or rules.margin
    held = added(one.sums for one in rows if one.arm in ("holdout", "control"))
    rate = (held.happened + 1) / (held.n + 2) if held.n else _UNSEEN_RATE
    rate = min(rate, 1 - margin)
    weeks = {one.week for one in rows}
    if not weeks:
        people = people_needed(rate, margin, play.holdout)
        says = f"needs about {people:,} people to show {margin:+.1%}; how many it reaches, its first cycle will tell"
        return Prospect(play=play.name, people=people, people_a_cycle=None, cycles=None, never=False, says=says)
    reach = added(one.sums for one in rows if one.arm in ("default", "holdout")).n / len(weeks)
    seen = outlook(
        rate, margin, holdout=play.holdout, people_a_cycle=reach, limit=rules.cycles, tuned_to=rules.anytime_n
    )
    return _known(play, reach, seen)


def prospects(cycle_id: str, plays: Sequence[Play], sums: Sequence[EffectSum], rules: ProspectRules) -> list[Appraisal]:
    """Return the prospects of all plays as appraisals: the value is the number of cycles, -1 for never."""
    found = [one for play in plays if (one := prospect(play, sums, rules)) is not None]
    return [
        appraisal(
            cycle_id, (f"play:{one.play}", "cycles until known"), float(one.cycles or (-1 if one.never else 0)),
            one.people, ("past" if one.never else "said", f"{one.play} {one.says}"),
        )
        for one in found
    ]  # fmt: skip


def _known(play: Play, reach: float, seen: Outlook) -> Prospect:
    never = seen.cycles is None
    return Prospect(
        play=play.name, people=seen.people, people_a_cycle=reach, cycles=seen.cycles, never=never,
        says=seen.says if never else f"reaches {reach:,.0f} people a week: {seen.says}",
    )  # fmt: skip
