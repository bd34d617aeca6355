"""The last look at a message before it leaves: is it what was decided, and may it still go?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from flywheel.domain.play import PersonView, Play
from flywheel.domain.record import Record
from flywheel.ports import Policy


class LastWord(Record):
    """go, hold (until when), or stop (as which state, and why)."""

    word: Literal["go", "hold", "stop"]
    status: str = "sending"
    reason: str = ""
    until: datetime | None = None


def last_look(
    play: Play | None, view: PersonView, policies: Sequence[Policy], now: datetime, *, unchanged: bool, agreed: bool
) -> LastWord:
    """Return whether a message may leave now; consent, caps and the hour are judged again on today's facts.

    `unchanged`: it is what was written; `agreed`: everybody who has to has said yes to it, and their word still holds.
    """
    if play is None:
        return LastWord(word="stop", status="cancelled", reason="its play is no longer in the catalogue")
    if not (unchanged and agreed):
        return _NOT_AGREED if unchanged else _CHANGED
    verdicts = [policy.judge(play, view, now) for policy in policies]
    blocks = [verdict.reason for verdict in verdicts if verdict.ruling == "block"]
    if blocks:
        return LastWord(word="stop", status="suppressed", reason="; ".join(blocks))
    later = max((verdict.not_before for verdict in verdicts if verdict.not_before), default=None)
    if later is not None and later > now:
        return LastWord(word="hold", reason="quiet hours", until=later)
    return _GO


_GO = LastWord(word="go")
_CHANGED = LastWord(word="stop", status="blocked", reason="the message is not the one that was decided")
_NOT_AGREED = LastWord(word="stop", status="waiting", reason="it needs a person's approval")
