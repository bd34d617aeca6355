"""One turn of a flow: begin, perform its steps, finish. Prefect and the local engine both go this way."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

from flywheel.config import load
from flywheel.domain.cycle import BEGINNING, Cycle, Flow, Mode, Status, Tally, Window, cycle_id
from flywheel.domain.record import Moment, Record
from flywheel.errors import ConfigError, FencedError, FlywheelError, PermanentError, StoreError, TransientError
from flywheel.plugins import make_importable
from flywheel.version import __version__
from flywheel.wheel import Flywheel

_log = logging.getLogger("flywheel")

_ALONE = frozenset({"report"})
"""Steps that still make sense after one before them failed: what is known is worth telling."""


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


def begin(request: TurnRequest) -> Cycle:
    """Take the lease and write the cycle down; on LeaseHeldError, ConfigError or StoreError nothing was started.

    Without a window, a turn that was interrupted is taken up again; else the new one begins where the last ended.
    """
    wheel = Flywheel.open(request.config)
    try:
        planned = plan(request)
        for name in planned:
            step_function(name)
        now = wheel.clock()
        with wheel.store.write(None) as shelves:
            cycle = _resumed(wheel, request) or _fresh(wheel, request, now)
            held = shelves.cycles.begin(cycle, planned, now, __version__)
            shelves.audit.note(now, "flywheel", "begin", f"cycle {held.id}", f"{held.flow}, {held.mode}")
    finally:
        wheel.store.close()
    return held


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


def perform(name: str, config: Path, cycle_id: str) -> Tally:
    """Run one step of a cycle and write down what it counted; raises TransientError where a retry may help."""
    wheel, cycle = _at_work(config, cycle_id)
    started = time.monotonic()
    try:
        tally = step_function(name)(wheel, cycle)
    except TransientError:
        raise
    except FencedError:
        _log.warning("step %s of cycle %s is fenced: another run took over", name, cycle_id)
        raise
    except FlywheelError as error:
        tally = Tally(step=name, failed=1, error=str(error))
    except Exception as error:  # the outermost edge: a message may hold a customer's words, a class cannot
        _log.error("step %s of cycle %s failed: %s", name, cycle_id, _where(error))
        tally = Tally(step=name, failed=1, error=f"{_where(error)}. This is a defect; run again with --debug.")
        if _log.isEnabledFor(logging.DEBUG):
            raise
    timed = Tally.model_validate(tally.model_dump() | {"seconds": round(time.monotonic() - started, 3)})
    _write_down(wheel, cycle, timed)
    return timed


def failed(name: str, config: Path, cycle_id: str, error: FlywheelError) -> Tally:
    """Write down that a step failed for good (its retries are used up) and return its tally."""
    wheel, cycle = _at_work(config, cycle_id)
    tally = Tally(step=name, failed=1, error=str(error))
    _write_down(wheel, cycle, tally)
    return tally


def proceed(name: str, tallies: list[Tally]) -> bool:
    """Return whether a step may run after those before it: nothing is decided on what was only half done."""
    return name in _ALONE or not any(tally.error for tally in tallies)


def finish(config: Path, cycle_id: str, tallies: list[Tally]) -> TurnResult:
    """Close the cycle and give back the lease."""
    wheel, cycle = _at_work(config, cycle_id)
    broken = [tally for tally in tallies if tally.error]
    hurt = broken or [tally for tally in tallies if tally.failed]
    status: Status = "completed" if not hurt else ("failed" if len(broken) == len(tallies) else "partial")
    now = wheel.clock()
    try:
        with wheel.store.write(cycle.fence) as shelves:
            shelves.cycles.end(cycle, status, now)
            shelves.audit.note(now, "flywheel", "end", f"cycle {cycle.id}", status)
            written = shelves.cycles.report(cycle.id)
    except StoreError as error:
        raise PermanentError(str(error)) from error
    report = None
    if written is not None and any(tally.step == "report" and not tally.error for tally in tallies):
        report = str(Path(written[1]) / "report.html")
    _at_work.cache_clear()
    wheel.store.close()
    return TurnResult(
        cycle_id=cycle.id, window=cycle.window, status=status, mode=cycle.mode, steps=tuple(tallies), report=report
    )


def turn_local(request: TurnRequest, on_step: Callable[[str, Tally | None], None] | None = None) -> TurnResult:
    """Turn in this process, without Prefect; `on_step(name, None)` is told before a step, with its tally after it."""
    tell = on_step or (lambda _name, _tally: None)
    planned = plan(request)
    cycle = begin(request)
    tallies: list[Tally] = []
    for name in planned:
        if not proceed(name, tallies):
            continue
        tell(name, None)
        try:
            tally = perform(name, request.config, cycle.id)
        except TransientError as error:
            tally = failed(name, request.config, cycle.id, error)
        tallies.append(tally)
        tell(name, tally)
    return finish(request.config, cycle.id, tallies)


def step_function(name: str) -> Callable[[Flywheel, Cycle], Tally]:
    """Return the function of a step: one of ours, or `module:function`; raises ConfigError when there is none."""
    module, _, function = name.rpartition(":")
    try:
        found: Any = getattr(import_module(module or "flywheel.steps"), function)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"There is no step {name!r}: write a built-in name or `module:function`.") from error
    return found  # type: ignore[no-any-return]


def _resumed(wheel: Flywheel, request: TurnRequest) -> Cycle | None:
    """Return the turn that was interrupted, unless something else is asked for: what may be sent is not guessed."""
    if request.since or request.until or request.as_of or request.steps:
        return None
    with wheel.store.read() as shelves:
        left = shelves.cycles.newest(request.flow, statuses=("running",))
    if left is None or left.cycle.mode != _mode(request):
        return None
    return Cycle.model_validate(left.cycle.model_dump() | {"config_hash": wheel.settings.config_hash})


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
        mode=_mode(request), period=0, config_hash=wheel.settings.config_hash, fence=0,
    )  # fmt: skip


def _mode(request: TurnRequest) -> Mode:
    return "shadow" if request.shadow else "live"


@lru_cache(maxsize=1)
def _at_work(config: Path, cycle_id: str) -> tuple[Flywheel, Cycle]:
    """Open the project once per cycle and process: its configuration does not change under a running cycle."""
    wheel = Flywheel.open(config)
    with wheel.store.read() as shelves:
        known = shelves.cycles.find(cycle_id)
    if known is None:
        raise PermanentError(f"There is no cycle {cycle_id!r} in the store.")
    return wheel, known.cycle


def _write_down(wheel: Flywheel, cycle: Cycle, tally: Tally) -> None:
    try:
        with wheel.store.write(cycle.fence) as shelves:
            shelves.cycles.add_step(cycle.id, tally, wheel.clock())
    except StoreError as error:
        raise PermanentError(str(error)) from error  # the turn has started: no longer "nothing was started"


def _where(error: Exception) -> str:
    """Return the class of an error and the line of ours where it arose; never its message."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if name.startswith("flywheel"):
            place = f" at {name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{place}"
