"""Hand over: each initiative as a note for its owner; what is overdue goes to a named person, and is counted."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.ids import content_id
from flywheel.domain.initiative import Initiative, Milestone
from flywheel.errors import PermanentError
from flywheel.wheel import Flywheel
from flywheel.whole_file import write_whole

INITIATIVES = Path(".flywheel") / "initiatives"
_SHADOW = "shadow run: nothing is handed over"


def hand_over(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Escalate what is overdue, and write every initiative as a note, with how it stands now."""
    if cycle.mode == "shadow":
        return Tally(step="hand_over", skipped=1, reasons={_SHADOW: 1})
    rules = wheel.settings.ooda
    with wheel.store.read() as shelves:
        late = [one for one in shelves.initiatives.register("open") if one.due < cycle.as_of]
    escalated = [_escalated(one, cycle, rules.escalate_to, rules.escalate_days) for one in late]
    with wheel.store.write(cycle.fence) as shelves:
        new = shelves.initiatives.note(escalated)
        for one in new:
            shelves.audit.note(wheel.clock(), "ooda", "escalated", "initiative", one.initiative_id)
    with wheel.store.read() as shelves:
        register = shelves.initiatives.register()
        notes = {one.id: _note(one, shelves.initiatives.milestones(one.id), rules.escalate_to) for one in register}
    _write(wheel.settings.project / INITIATIVES, notes)
    standing = {status: sum(one.status == status for one in register) for status in ("open", "done")}
    reasons = standing | {"overdue": len(late), "escalated": len(new)}
    return Tally(step="hand_over", done=len(notes), reasons={name: n for name, n in reasons.items() if n})


def _escalated(one: Initiative, cycle: Cycle, to: str, every_days: int) -> Milestone:
    time = (cycle.as_of - one.due) // timedelta(days=every_days) + 1
    days = (cycle.as_of - one.due).days
    return Milestone(
        id=content_id("milestone", one.id, "escalated", str(time)), initiative_id=one.id, cycle_id=cycle.id,
        kind="escalated", actor="ooda", reason=f"{days} days overdue: told to {to}", at=cycle.as_of,
    )  # fmt: skip


def _write(folder: Path, notes: dict[str, str]) -> None:
    try:
        for name, note in notes.items():
            write_whole(folder / f"{name}.md", note.encode())
    except OSError as error:
        raise PermanentError(
            f"The notes cannot be written into {str(folder)!r} ({error.strerror}): mend that, and run again."
        ) from error


def _note(one: Initiative, milestones: list[Milestone], escalate_to: str) -> str:
    cost = "unknown" if one.cost is None else f"about {one.cost:,.0f}"
    escalated = f" Overdue: escalated to {escalate_to}, {one.escalations} times so far." if one.escalations else ""
    lines = [
        f"# {one.cause}", "",
        f"For: {one.owner}. Due: {one.due:%Y-%m-%d}. Opened: {one.opened_at:%Y-%m-%d}. State: {one.status}.{escalated}",
        f"Rests on {one.evidence_count} voices.", "",
        f"What we may expect: {one.expected.words}. What it costs: {cost}.", "",
        f"What would change our mind: {one.doubt}", "",
        "Evidence (`flywheel explain ID` tells each):", "", *(f"- `{evidence}`" for evidence in one.evidence), "",
        *_told(milestones),
        "It is closed by a measured change of its cause, not by somebody saying so. When the work is done:",
        f'`flywheel initiatives close {one.id[:12]} --by "your name" --reason "what was done"`.', "",
    ]  # fmt: skip
    return "\n".join(lines)


def _told(milestones: list[Milestone]) -> list[str]:
    if not milestones:
        return []
    return ["So far:", "", *(f"- {one.at:%Y-%m-%d} {one.kind} ({one.actor}): {one.reason}" for one in milestones), ""]
