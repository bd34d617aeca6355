"""Trying a play on the people in the store: whom it would mean now, whom not, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, count, printable
from flywheel.domain.trying import TriedPlay
from flywheel.wheel import Flywheel


def try_play(
    name: Annotated[str, Parameter(name="NAME", help="The play's name.")], /, *, options: Options = PLAIN
) -> int:
    """Show whom a play would mean now and why, with examples; nothing is decided or sent."""
    from flywheel.steps.trying import try_play as tried

    with Flywheel.open(options.config) as wheel:
        found = tried(wheel, name)
    answer(options, found, _lines(found))
    return 0


def _lines(found: TriedPlay) -> Iterator[str]:
    yield f"{count(found.people, 'person', 'people')} of ours; {found.spoke:,} said what {found.play} can answer"
    for stage, left in (("eligible", found.eligible), ("applicable", found.applicable), ("suitable", found.suitable)):
        yield f"{left:>7,}  {stage}"
        for why, n in found.excluded.get(f"not {stage}", {}).items():
            yield f"{'':7}  - {n:,}: {why}"
    now = found.suitable - found.held_out
    aside = f"{found.review:,} wait for a person first, {found.held_out:,} more are held out to compare with"
    yield f"{now:>7,}  would get it now ({aside})"
    for one in found.examples:
        yield ""
        yield f"{one.outcome}: person {one.person_id[:12]}, {one.at:%Y-%m-%d}, feedback {one.occasion[:12]}"
        yield f"  {printable(one.words)}"
        yield from (f"  {reason}" for reason in one.reasons)
