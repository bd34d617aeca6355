"""Whatever happens, in whatever order: the promises to people hold in every history, and the histories get there."""

from __future__ import annotations

import os
import time
from collections import Counter, deque

from happenings import play_out
from history import Theatre
from small_world import PEOPLE
from soak import amount

WORLDS, EVENTS = int(os.environ.get("FLYWHEEL_WORLDS", "500")), 12
"""Worlds of the soak; each is the history of forty people with the same runs, crashes and clocks."""
FIRST_SEED = int(os.environ.get("FLYWHEEL_FIRST_SEED", "1"))
REACHED = (
    "received", "fine", "decided: held out", "decided: blocked", "decided: waiting", "approved", "sent with approval",
    "died", "ends: sent", "ends: expired",
)  # fmt: skip
"""What a handful of worlds gets to."""
REACHED_BY_MANY = (
    *REACHED, "edited", "StoreError", "ends: blocked", "ends: suppressed", "forged", "resolved", "FencedError",
    "the same key again, done once", "thawed: FencedError", "overtaken",
    "rejected", "approval refused", "decided: shadow", "ends: unknown", "ends: failed", "ends: cancelled",
    "we die before it", "we die after it", "done, no answer", "lost, no answer", "no connection", "refused", "not now",
)  # fmt: skip


def test_the_promises_hold_in_every_history(theatre: Theatre) -> None:
    worlds, reached, broken = amount(6, WORLDS), Counter[str](), []
    began = time.process_time()
    for seed in range(FIRST_SEED, FIRST_SEED + worlds):
        with theatre.stage(seed) as history:
            deque(play_out(history, EVENTS), maxlen=0)
            broken += [f"seed {seed}: {told}" for told in history.truth.broken]
            reached.update(history.truth.reached.keys())
    seconds = time.process_time() - began
    print(f"\n{worlds} worlds of {len(PEOPLE)} people: {worlds * len(PEOPLE)} histories in {seconds:.0f} CPU seconds")
    print(f"worlds that reached: {dict(reached.most_common())}")
    assert broken == []
    assert [name for name in (REACHED if worlds < WORLDS else REACHED_BY_MANY) if not reached[name]] == []
