"""The wheel judged in towns whose truth is known: turned for weeks in each, beside what others would have gained."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.judged_town import judged
from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, count, say
from flywheel.errors import ConfigError
from flywheel.town.judgement import LATE, Bar, Judged, Judgement, judgement
from flywheel.town.specification import specification


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True, slots=True)
class Towns:
    """Which towns."""

    seeds: Annotated[int, Parameter(help="How many towns.")] = 5
    first: Annotated[int, Parameter(help="The number of the first town.")] = 0
    held_out: Annotated[bool, Parameter(help="Towns that nobody looked at while building.", negative=())] = False
    weeks: Annotated[int, Parameter(help="Weekly cycles in each.")] = 12
    people: Annotated[int, Parameter(help="Customers in each.")] = 5_000


FIVE = Towns()


def judge(
    *,
    towns: Towns = FIVE,
    out: Annotated[Path | None, Parameter(help="One line of JSON a town; towns that stand there are done.")] = None,
    options: Options = PLAIN,
) -> int:
    """Turn the wheel in drawn towns and hold it against nobody, chance, one play for all, and the oracle."""
    if not (1 <= towns.weeks <= 26 and towns.seeds >= 1 and towns.people >= 100):
        raise ConfigError("Judge at least one town of at least 100 people, for 1 to 26 weeks.")
    done = _done(out, towns)
    found = []
    for number in range(towns.first, towns.first + towns.seeds):
        if number not in done:
            done[number] = judged(specification(number, held_out=towns.held_out, customers=towns.people), towns.weeks)
            _keep(out, done[number])
            say(_line(done[number]))
        found.append(done[number])
    whole = judgement(found)
    answer(options, {"judgement": whole, "towns": found}, _told(whole))
    return 0 if all(bar.met for bar in whole.bars) else 1


def _done(out: Path | None, towns: Towns) -> dict[int, Judged]:
    lines = out.read_text("utf-8").splitlines() if out is not None and out.exists() else []
    there = [Judged.model_validate_json(line) for line in lines]
    asked = (towns.held_out, towns.weeks, towns.people)
    return {one.number: one for one in there if (one.held_out, len(one.wheel), one.people) == asked}


def _keep(out: Path | None, town: Judged) -> None:
    if out is not None:
        with out.open("a", encoding="utf-8") as file:
            file.write(town.model_dump_json() + "\n")


def _line(town: Judged) -> str:
    """Return one town in a line: what the wheel and others gained in all, and in how many seconds."""
    same, oracle = max(town.others.same.values()), sum(town.others.oracle)
    harm = ", ".join(f"{play} by cycle {cycle}" if cycle is not None else f"{play} never"
                     for play, cycle in town.harmful.items())  # fmt: skip
    return (
        f"town {town.number}{' (held out)' if town.held_out else ''}: wheel {sum(town.wheel):+.0f} returns, random "
        f"{sum(town.others.chance):+.0f}, best single play {same:+.0f}, oracle {oracle:+.0f}; gap closed "
        f"{town.closed:.0%} in the last {LATE} cycles; harmful plays paused: {harm or 'there is none'}; "
        f"{town.cpu_seconds:.1f} CPU s"
    )


def _told(found: Judgement) -> list[str]:
    bars = [f"  {'yes' if bar.met else 'NO '}  {_figure(bar)} {bar.name} (asked: {_asked(bar)})" for bar in found.bars]
    size = f"{count(found.towns, 'town')}, {count(found.cycles, 'weekly cycle')} in each"
    low, seen, misread = found.gap_closed_low, found.gap_seen_closed, found.misread_need_held_out
    return [
        f"{size}; {found.cpu_seconds:.1f} CPU seconds a town.",
        *bars,
        f"In 95 of 100 towns, over {low:.0%} of the gap is closed; of what can be had without seeing needs {seen:.0%}.",
        f"Of people truly in need whose words were misread, {misread} were held out.",
    ]


def _figure(bar: Bar) -> str:
    return f"{bar.found:.0f}" if bar.asked == 0 else f"{bar.found:.1%}"


def _asked(bar: Bar) -> str:
    return "none" if bar.asked == 0 else f"at least {bar.asked:.0%}"
