"""One turn of a flow: begin, perform its steps, finish. Prefect and the local engine both go this way."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from flywheel.config import load
from flywheel.domain.cycle import BEGINNING, Cycle, Flow, Mode, Status, Tally, Window, cycle_id
from flywheel.domain.record import Moment, Record
from flywheel.errors import ConfigError, PermanentError, StoreError, TransientError
from flywheel.plugins import make_importable
from flywheel.stepping import Wait, at_work, failed, patiently, perform, proceed, step_function
from flywheel.version import __version__
from flywheel.wheel import Flywheel


class TurnRequest(Record):
    """What to turn: which flow of which project, over which window, and whether anything may be sent."""

    config: Path
    flow: Flow = "cycle"
    since: Moment | None = None
    until: Moment | None = None
    as_of: Moment | None = None
    steps: tuple[str, ...] | None = None
    shadow: bool = False


class TurnResult(Record):
    """How a turn ended; the JSON that `flywheel run --json` prints."""

    cycle_id: str
    window: Window
    status: Status
    mode: Mode
    steps: tuple[Tally, ...]
    report: str | None = None


def begin(request: TurnRequest, wait: Wait = time.sleep) -> Cycle:
    """Take the lease and write the cycle down; on LeaseHeldError, ConfigError or StoreError nothing was started.

    Without a window, a turn that was interrupted is taken up again; else the new one begins where the last ended.
    """
    return patiently(partial(_begin, request), wait)


def plan(request: TurnRequest) -> tuple[str, ...]:
    """Return the steps of a request, in order; raises ConfigError for a step that the flow does not have."""
    settings = load(request.config)
    make_importable(settings.project)
    configured: tuple[str, ...] = getattr(settings.steps, request.flow)
    if request.steps is None:
        return configured
    unknown = [name for name in request.steps if name not in configured]
    if unknown:
        raise ConfigError(f"The flow {request.flow!r} has no step {unknown[0]!r}; it has {', '.join(configured)}.")
    return tuple(name for name in configured if name in request.steps)


def finish(config: Path, cycle_id: str, tallies: list[Tally], wait: Wait = time.sleep) -> TurnResult:
    """Close the cycle and give back the lease."""
    wheel, cycle = at_work(config, cycle_id)
    broken = [tally for tally in tallies if tally.error]
    hurt = broken or [tally for tally in tallies if tally.failed]
    status: Status = "completed" if not hurt else ("failed" if len(broken) == len(tallies) else "partial")
    now = wheel.clock()

    def close() -> tuple[str, str] | None:
        with wheel.store.write(cycle.fence) as shelves:
            shelves.cycles.end(cycle, status, now)
            shelves.audit.note(now, "flywheel", "end", f"cycle {cycle.id}", status)
            return shelves.cycles.report(cycle.id)

    try:
        written = patiently(close, wait)
    except (StoreError, TransientError) as error:
        raise PermanentError(str(error)) from error
    report = None
    if written is not None and any(tally.step == "report" and not tally.error for tally in tallies):
        report = str(Path(written[1]) / "report.html")
    at_work.cache_clear()
    wheel.store.close()
    return TurnResult(
        cycle_id=cycle.id, window=cycle.window, status=status, mode=cycle.mode, steps=tuple(tallies), report=report
    )


def turn_local(
    request: TurnRequest, on_step: Callable[[str, Tally | None], None] | None = None, wait: Wait = time.sleep
) -> TurnResult:
    """Turn in this process, without Prefect; `on_step(name, None)` is told before a step, with its tally after it."""
    tell = on_step or (lambda _name, _tally: None)
    planned = plan(request)
    cycle = begin(request, wait)
    tallies: list[Tally] = []
    for name in planned:
        if not proceed(name, tallies):
            continue
        tell(name, None)
        try:
            tally = patiently(partial(perform, name, request.config, cycle.id, wait), wait)
        except TransientError as error:
            tally = failed(name, request.config, cycle.id, error, wait)
        tallies.append(tally)
        tell(name, tally)
    return finish(request.config, cycle.id, tallies, wait)


def _begin(request: TurnRequest) -> Cycle:
    with Flywheel.open(request.config) as wheel:
        planned = plan(request)
        for name in planned:
            step_function(name)
        now = wheel.clock()
        with wheel.store.write(None) as shelves:
            cycle = _resumed(wheel, request) or _fresh(wheel, request, now)
            held = shelves.cycles.begin(cycle, planned, now, __version__)
            shelves.audit.note(now, "flywheel", "begin", f"cycle {held.id}", f"{held.flow}, {held.mode}")
    return held


def _resumed(wheel: Flywheel, request: TurnRequest) -> Cycle | None:
    """Return the turn that was interrupted, unless something else is asked for: what may be sent is not guessed."""
    if request.since or request.until or request.as_of or request.steps:
        return None
    with wheel.store.read() as shelves:
        left = shelves.cycles.newest(request.flow, statuses=("running",))
    if left is None or left.cycle.mode != _mode(request):
        return None
    now = {"config_hash": wheel.config_hash(left.cycle.as_of)}
    return Cycle.model_validate(left.cycle.model_dump() | now)


def _fresh(wheel: Flywheel, request: TurnRequest, now: datetime) -> Cycle:
    as_of = request.as_of or request.until or now
    with wheel.store.read() as shelves:
        last = shelves.cycles.newest(request.flow, statuses=("completed", "partial"))
    since = request.since or (last.cycle.window.until if last else BEGINNING)
    until = request.until or as_of
    if since > until:
        raise ConfigError(f"The window ends ({until:%Y-%m-%d %H:%M}) before it begins ({since:%Y-%m-%d %H:%M}).")
    window = Window(since=since, until=until)
    return Cycle(
        id=cycle_id(request.flow, window), flow=request.flow, window=window, as_of=as_of,
        mode=_mode(request), period=0, config_hash=wheel.config_hash(as_of), fence=0,
    )  # fmt: skip


def _mode(request: TurnRequest) -> Mode:
    return "shadow" if request.shadow else "live"
