"""Which commands there are: what each does in a line, an example, and where it lives; imports none of them."""

from __future__ import annotations

from flywheel.cli.catalogue.answer_for import ANSWER_FOR
from flywheel.cli.catalogue.entry import Entry, Family
from flywheel.cli.catalogue.look import LOOK
from flywheel.cli.catalogue.start import START
from flywheel.cli.catalogue.tend import TEND
from flywheel.cli.catalogue.turn import TURN

__all__ = ["GROUPS", "Entry", "Family"]

GROUPS: tuple[tuple[str, tuple[Entry | Family, ...]], ...] = (
    ("Start", START),
    ("Turn the wheel", TURN),
    ("Look", LOOK),
    ("Answer for it", ANSWER_FOR),
    ("Tend", TEND),
)
