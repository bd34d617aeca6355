"""Turning: run, ooda, triage, and a failed cycle once more."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, PLAIN_TURN, Engine, Options, TurnOptions, in_utc, split
from flywheel.cli.progress import Progress
from flywheel.cli.screen import answer
from flywheel.domain.cycle import Flow, Tally
from flywheel.errors import ConfigError
from flywheel.turn import TurnRequest, TurnResult, turn_local
from flywheel.wheel import Flywheel


def run(*, turn: TurnOptions = PLAIN_TURN, options: Options = PLAIN) -> int:
    """Turn the main flow."""
    return _turn("cycle", turn, options)


def ooda(*, turn: TurnOptions = PLAIN_TURN, options: Options = PLAIN) -> int:
    """Turn the outer loop."""
    return _turn("ooda", turn, options)


def triage(*, turn: TurnOptions = PLAIN_TURN, options: Options = PLAIN) -> int:
    """Turn the fast lane."""
    return _turn("triage", turn, options)


def retry(
    cycle: Annotated[str | None, Parameter(help="Its id, or the beginning of it; default: the newest.")] = None,
    /,
    *,
    engine: Annotated[Engine, Parameter(help="As a Prefect flow, or in this process without Prefect.")] = "prefect",
    options: Options = PLAIN,
) -> int:
    """Do a cycle again from its first failed step."""
    with Flywheel.open(options.config) as wheel, wheel.store.read() as shelves:
        past = shelves.cycles.newest() if cycle is None else shelves.cycles.find(cycle)
        if past is None:
            raise ConfigError(f"There is no cycle {cycle or ''!r}, or several begin so: see `flywheel cycles`.")
        left = _left(past.planned, shelves.cycles.steps(past.cycle.id))
    if not left:
        answer(options, {"cycle_id": past.cycle.id, "steps": []}, [f"Cycle {past.cycle.id} has no failed step."])
        return 0
    window = past.cycle.window
    request = TurnRequest(
        config=options.config, flow=past.cycle.flow, since=window.since, until=window.until, as_of=past.cycle.as_of,
        steps=left, shadow=past.cycle.mode == "shadow",
    )  # fmt: skip
    return _shown(perform(request, engine), options)


def perform(request: TurnRequest, engine: Engine) -> TurnResult:
    """Turn once with the engine and show each step on stderr."""
    with Progress() as progress:
        if engine == "local":
            return turn_local(request, progress.step)
        from flows.launch import run_with_prefect

        return run_with_prefect(request, progress.say, progress.step)


def _turn(flow: Flow, turn: TurnOptions, options: Options) -> int:
    request = TurnRequest(
        config=options.config, flow=flow, since=in_utc(turn.since), until=in_utc(turn.until), as_of=in_utc(turn.as_of),
        steps=split(turn.steps), shadow=turn.shadow,
    )  # fmt: skip
    return _shown(perform(request, turn.engine), options)


def _shown(result: TurnResult, options: Options) -> int:
    answer(options, result, summary(result))
    return 0 if result.status == "completed" else 1


def summary(result: TurnResult) -> list[str]:
    """Return the last lines of a turn: counts, where the report lies, what one can do next."""
    counts = ", ".join(f"{tally.step} {tally.done:,}" for tally in result.steps)
    skipped, failed = sum(t.skipped for t in result.steps), sum(t.failed for t in result.steps)
    seconds = sum(tally.seconds for tally in result.steps)
    mode = " (shadow: nothing was sent)" if result.mode == "shadow" else ""
    head = f"Cycle {result.cycle_id[:12]} {result.status}{mode}"
    lines = [f"{head}: {counts}; {skipped:,} skipped, {failed:,} failed, {seconds:.1f} s."]
    if result.report:
        lines += [f"Report: {result.report}"]
    if result.status == "completed":
        return [*lines, "Next: `flywheel report --open`, `flywheel cycles`."]
    return [*lines, f"Next: mend what failed, then `flywheel retry {result.cycle_id[:12]}`."]


def _left(planned: tuple[str, ...], done: list[Tally]) -> tuple[str, ...]:
    good = {tally.step for tally in done if not tally.error and not tally.failed}
    first = next((at for at, name in enumerate(planned) if name not in good), len(planned))
    return planned[first:]
