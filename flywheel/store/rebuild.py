"""Are the roll-ups equal to a scan of what they count? And if not, put right, while nobody adds to them."""

from __future__ import annotations

from flywheel.domain.record import Record
from flywheel.store.store import Store

HOLDER = "store rebuild"
"""What stands in the lease where a cycle's id stands otherwise."""


class Rebuilt(Record):
    """How much was scanned, how many roll-up rows it gives, how many stood there otherwise, and were put right."""

    readings: int
    mentions: int
    scores: int
    rows: int
    wrong: int
    mended: bool


def rebuild(store: Store, *, mend: bool) -> Rebuilt:
    """Compare the roll-ups with a scan and, if `mend`, replace them where they differ.

    It holds the lease as a cycle does; raises LeaseHeldError while one turns.
    """
    with store.write(None) as shelves:
        fence = shelves.cycles.hold(HOLDER)
    try:
        with store.read() as shelves:
            scan, stored = shelves.rollups.scan(), shelves.rollups.stored()
        wrong = sum(stored.get(key) != sums for key, sums in scan.sums.items()) + len(stored.keys() - scan.sums.keys())
        if wrong and mend:
            with store.write(fence) as shelves:
                shelves.rollups.replace(scan.sums)
    finally:
        with store.write(None) as shelves:
            shelves.cycles.let_go(fence)
    return Rebuilt(
        readings=scan.readings, mentions=scan.mentions, scores=scan.scores, rows=len(scan.sums), wrong=wrong,
        mended=bool(wrong) and mend,
    )  # fmt: skip
