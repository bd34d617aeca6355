"""The roll-ups against a scan of everything that they count."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.progress import Progress
from flywheel.cli.screen import answer, count
from flywheel.store.rebuild import Rebuilt
from flywheel.store.rebuild import rebuild as compare
from flywheel.wheel import Flywheel

Check = Annotated[bool, Parameter(help="Only compare, and exit with 1 if something differs.", negative=())]


def rebuild(*, check: Check = False, options: Options = PLAIN) -> int:
    """Compare the roll-ups with a scan."""
    with Flywheel.open(options.config) as wheel, Progress() as progress:
        progress.doing("adding up every reading, mention and score anew")
        found = compare(wheel.store, mend=not check)
    answer(options, found.model_dump(), _lines(found))
    return 1 if found.wrong and check else 0


def _lines(found: Rebuilt) -> list[str]:
    scanned = (
        f"{count(found.readings, 'reading')}, {count(found.mentions, 'mention')} and {count(found.scores, 'score')} "
        f"add up to {count(found.rows, 'roll-up row')}"
    )
    if not found.wrong:
        return [f"{scanned}: what stands in the store is equal."]
    done = "They were put right." if found.mended else "Run `flywheel store rebuild` without --check to put them right."
    return [f"{scanned}; {count(found.wrong, 'row')} stood there otherwise. {done}"]
