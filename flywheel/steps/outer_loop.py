"""The outer loop: observe what the wheel did, resolve what to change, hand it over."""

from __future__ import annotations

from pathlib import Path

from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.initiative import Initiative
from flywheel.errors import PermanentError
from flywheel.orient.resolve import focus_setting, open_initiative, worst_cause
from flywheel.wheel import Flywheel
from flywheel.whole_file import write_whole

_OBSERVED_CYCLES = 4
INITIATIVES = Path(".flywheel") / "initiatives"


def observe(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Look at what the last turns saw and did, and at what was left undone and why."""
    with wheel.store.read() as shelves:
        past = [one for one in shelves.cycles.history() if one.cycle.flow != "ooda"][:_OBSERVED_CYCLES]
        tallies = [tally for one in past for tally in shelves.cycles.steps(one.cycle.id)]
    undone = sum(tally.skipped for tally in tallies if tally.step == "decide")
    broken = sum(bool(tally.error) for tally in tallies)
    reasons = {"decisions left undone": undone, "steps that failed": broken}
    return Tally(step="observe", done=len(past), reasons={name: n for name, n in reasons.items() if n})


def resolve(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Open an initiative against the cause that makes most people unhappy, and make the next cycle look out for it."""
    settings = wheel.settings
    touchpoints = {rule.topic: rule.touchpoint or "" for rule in settings.topics}
    with wheel.store.read() as shelves:
        newest = shelves.cycles.newest("cycle", statuses=("completed", "partial"))
        periods = [newest.cycle.period] if newest else [cycle.period]
        topics = shelves.readings.by_group(
            settings.analyzer.model_name, "topic", settings.brand.name, "customer", periods
        )
        standings = shelves.standings.of(cycle.id)
    cause = worst_cause(topics, touchpoints, settings.orient.cause_floor)
    if cause is None:
        return Tally(step="resolve", skipped=1, reasons={"no cause stands out": 1})
    initiative = open_initiative(
        cause, standings, settings.owner_of, cycle.id, cycle.as_of, settings.orient.initiative_days
    )
    setting = focus_setting(cause, standings, cycle.id, cycle.as_of, settings.orient.setting_days)
    with wheel.store.write(cycle.fence) as shelves:
        shelves.initiatives.open([initiative])
        shelves.cycles.add_setting(setting)
        shelves.audit.note(wheel.clock(), "ooda", "set", setting.name, setting.id)
    return Tally(step="resolve", done=2, reasons={"initiative": 1, "setting": 1})


def hand_over(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Write each open initiative as a note that can be handed to its owner."""
    with wheel.store.read() as shelves:
        open_ones = shelves.initiatives.register("open")
    folder = wheel.settings.project / INITIATIVES
    try:
        for initiative in open_ones:
            write_whole(folder / f"{initiative.id}.md", _note(initiative).encode())
    except OSError as error:
        raise PermanentError(
            f"The notes cannot be written into {str(folder)!r} ({error.strerror}): mend that, and run again."
        ) from error
    return Tally(step="hand_over", done=len(open_ones))


def _note(initiative: Initiative) -> str:
    evidence = "\n".join(f"- `{one}`" for one in initiative.evidence)
    return (
        f"# {initiative.cause}\n\nFor: {initiative.owner}. Due: {initiative.due:%Y-%m-%d}. "
        f"Opened: {initiative.opened_at:%Y-%m-%d}. "
        f"Rests on {initiative.evidence_count} voices.\n\nEvidence:\n\n{evidence}\n\n"
        "It is closed by a measured change of its cause, not by somebody saying so.\n"
    )
