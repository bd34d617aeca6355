"""One step of a turn: performed whole, or span by span on several workers; its tally written down."""

from __future__ import annotations

import gc
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, lru_cache, partial
from importlib import import_module
from pathlib import Path
from typing import Any, TypeVar

from flywheel.domain.cycle import Cycle, Span, Tally
from flywheel.errors import ConfigError, FencedError, FlywheelError, PermanentError, StoreError, TransientError
from flywheel.wheel import Flywheel
from flywheel.workers import side_by_side

_log = logging.getLogger("flywheel")

_ALONE = frozenset({"report"})
"""Steps that still make sense after one before them failed: what is known is worth telling."""
_NEW_OBJECTS = 50_000
"""So many new objects before the collector looks at them; Python's own 700 is meant for small programs."""
_SPANS = "_spans"
"""A step `understand` is divided by the function `understand_spans(wheel)` beside it, and then takes `span=`."""

WAITS = (1, 2, 4, 8, 15)
"""Seconds before each further try of what may pass by itself: half a minute, in which a database server restarts."""

T = TypeVar("T")
Wait = Callable[[float], object]


def patiently(work: Callable[[], T], wait: Wait = time.sleep) -> T:
    """Do some work that can be done again; where it fails for now, wait and try again, at most five times."""
    for seconds in WAITS:
        try:
            return work()
        except TransientError as error:
            _log.warning("%s It is tried again in %d s.", error, seconds)
            wait(seconds)
    return work()


def perform(name: str, config: Path, cycle_id: str, wait: Wait = time.sleep) -> Tally:
    """Run one step of a cycle and write down what it counted; raises TransientError where a retry may help."""
    started = time.monotonic()
    spans = spans_of(name, config, cycle_id)
    if spans:
        wheel, _ = at_work(config, cycle_id)
        work = partial(perform_span, name, config, cycle_id)
        tally = together(name, side_by_side(work, spans, wheel.settings.workers))
    else:
        tally = perform_span(name, config, cycle_id, None)
    return write_down(config, cycle_id, tally, time.monotonic() - started, wait)


def spans_of(name: str, config: Path, cycle_id: str) -> list[Span]:
    """Return the spans of a step that several workers can share; none where one worker does it all."""
    wheel, _ = at_work(config, cycle_id)
    divide = _found(f"{name}{_SPANS}")
    if divide is None or wheel.settings.workers == 1:
        return []
    spans: list[Span] = divide(wheel)
    return spans if len(spans) > 1 else []


def perform_span(name: str, config: Path, cycle_id: str, span: Span | None) -> Tally:
    """Run one span of a step, or the whole of it, and return its tally; raises TransientError and FencedError."""
    wheel, cycle = at_work(config, cycle_id)
    step = step_function(name)
    try:
        with wheel.store.working(cycle.fence):
            return step(wheel, cycle) if span is None else step(wheel, cycle, span=span)
    except TransientError:
        raise
    except FencedError:
        _log.warning("step %s of cycle %s is fenced: another run took over", name, cycle_id)
        raise
    except FlywheelError as error:
        return Tally(step=name, failed=1, error=str(error))
    except Exception as error:  # the outermost edge: a message may hold a customer's words, a class cannot
        if _log.isEnabledFor(logging.DEBUG):
            raise
        _log.error("step %s of cycle %s failed: %s", name, cycle_id, _where(error))
        return Tally(step=name, failed=1, error=f"{_where(error)}. This is a defect; run again with --debug.")


def together(name: str, tallies: Sequence[Tally]) -> Tally:
    """Return the tallies of the spans of one step as its tally."""
    reasons = sum((Counter(one.reasons) for one in tallies), Counter[str]())
    return Tally(
        step=name,
        done=sum(one.done for one in tallies),
        skipped=sum(one.skipped for one in tallies),
        failed=sum(one.failed for one in tallies),
        reasons=dict(sorted(reasons.items())),
        warnings=tuple(dict.fromkeys(words for one in tallies for words in one.warnings)),
        error=next((one.error for one in tallies if one.error), None),
    )


def write_down(config: Path, cycle_id: str, tally: Tally, seconds: float = 0.0, wait: Wait = time.sleep) -> Tally:
    """Write down what a step counted and how long it took, and return it; raises PermanentError."""
    wheel, cycle = at_work(config, cycle_id)
    timed = Tally.model_validate(tally.model_dump() | {"seconds": round(seconds, 3)})

    def note() -> None:
        with wheel.store.write(cycle.fence) as shelves:
            shelves.cycles.add_step(cycle.id, timed, wheel.clock())

    try:
        patiently(note, wait)
    except (StoreError, TransientError) as error:
        raise PermanentError(str(error)) from error  # the turn has started: no longer "nothing was started"
    return timed


def failed(name: str, config: Path, cycle_id: str, error: FlywheelError, wait: Wait = time.sleep) -> Tally:
    """Write down that a step failed for good (its retries are used up) and return its tally."""
    return write_down(config, cycle_id, Tally(step=name, failed=1, error=str(error)), wait=wait)


def proceed(name: str, tallies: Sequence[Tally]) -> bool:
    """Return whether a step may run after those before it: nothing is decided on what was only half done."""
    return name in _ALONE or not any(tally.error for tally in tallies)


def step_function(name: str) -> Callable[..., Tally]:
    """Return the function of a step: one of ours, or `module:function`; raises ConfigError when there is none."""
    found = _found(name)
    if found is None:
        raise ConfigError(f"There is no step {name!r}: write a built-in name or `module:function`.")
    return found  # type: ignore[no-any-return]


@lru_cache(maxsize=1)
def at_work(config: Path, cycle_id: str) -> tuple[Flywheel, Cycle]:
    """Open the project once per cycle and process: its configuration does not change under a running cycle."""
    wheel = Flywheel.open(config)
    with wheel.store.read() as shelves:
        known = shelves.cycles.find(cycle_id)
    if known is None:
        raise PermanentError(f"There is no cycle {cycle_id!r} in the store.")
    _spare_the_collector()
    return wheel, known.cycle


@cache
def _spare_the_collector() -> None:
    """Let Python's collector leave alone what is imported and configured: it lives as long as the process.

    Batches make millions of small objects; looking through everything else for each of them cost a sixth of the time.
    """
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
    gc.freeze()


def _found(name: str) -> Any:
    module, _, function = name.rpartition(":")
    try:
        return getattr(import_module(module or "flywheel.steps"), function, None)
    except ImportError:
        return None


def _where(error: Exception) -> str:
    """Return the class of an error and the line of ours where it arose; never its message."""
    trace, place = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_globals.get("__name__", "")
        if name.startswith("flywheel"):
            place = f" at {name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{place}"
