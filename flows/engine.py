"""What every flow has in common: the one Prefect task, and a turn as Prefect sees it. Counts come out, never words."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from prefect import runtime, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State, TaskRun
from prefect.states import Completed, Failed
from prefect.tasks import Task, exponential_backoff

from flows.watching import WATCHER
from flywheel import turn
from flywheel.domain.cycle import Cycle, Tally
from flywheel.errors import FlywheelError, LeaseHeldError, PermanentError, TransientError
from flywheel.turn import TurnRequest, TurnResult

_FIRST_WAIT_SECONDS = 10  # then 20 and 40: about a minute for a service to come back
_log = logging.getLogger("flywheel.flows")


def is_transient(_task: Task[Any, Any], _run: TaskRun, state: State[Any]) -> bool:
    """Return whether what ended this try may pass by itself: only then is it tried again."""
    error = state.result(raise_on_failure=False)
    if isinstance(error, TransientError):
        _log.warning("%s: it is tried up to 3 times again", error)
        return True
    return False


@task(
    task_run_name="{name}",
    retries=3,
    retry_delay_seconds=exponential_backoff(backoff_factor=_FIRST_WAIT_SECONDS),
    retry_condition_fn=is_transient,
    cache_policy=NO_CACHE,
    persist_result=False,
    log_prints=False,
)
def run_step(name: str, config: Path, cycle_id: str) -> Tally | State[Tally]:
    """Do one step: names, a path and an id go in, a tally comes out, in a failed state if it tells of an error."""
    with _no_words(name):
        tally = turn.perform(name, config, cycle_id)
    return Failed(message=tally.error, data=tally) if tally.error else tally


def turn_over(request: TurnRequest) -> State[TurnResult]:
    """Turn once inside a flow run, and return the state that the run ends in, its result within."""
    with _no_words("begin"):
        try:
            cycle = turn.begin(request)
        except LeaseHeldError as held:
            return Completed(name="Skipped", message=str(held))
        _name_the_run(cycle)
        names = turn.plan(request)
    tallies: list[Tally] = []
    tell = WATCHER.get()
    for name in names:
        if turn.proceed(name, tallies):
            tell(name, None)
            ended = run_step(name, request.config, cycle.id, return_state=True)
            tallies.append(_tally(name, request.config, cycle.id, ended))
            tell(name, tallies[-1])
    with _no_words("finish"):
        result = turn.finish(request.config, cycle.id, tallies)
    _name_the_report(result)
    return _state(result)


@contextmanager
def _no_words(where: str) -> Iterator[None]:
    """Prefect keeps what is raised in clear: let our own messages pass, and of others' only the class and the line."""
    try:
        yield
    except FlywheelError as error:
        raise error from None
    except Exception as error:  # noqa: BLE001  the outermost edge: its message may hold a customer's words
        raise PermanentError(f"{where}: unexpected {type(error).__qualname__} at {_place(error)}.") from None


def _place(error: Exception) -> str:
    trace, place = error.__traceback__, "an unknown line"
    while trace is not None:
        place = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _tally(name: str, config: Path, cycle_id: str, ended: State[Any]) -> Tally:
    outcome = ended.result(raise_on_failure=False)
    if isinstance(outcome, Tally):
        return outcome
    if isinstance(outcome, TransientError | PermanentError):
        return turn.failed(name, config, cycle_id, outcome)
    raise outcome  # fenced: this process was replaced and writes no more


def _state(result: TurnResult) -> State[TurnResult]:
    if result.status == "completed":
        return Completed(message="Every step is done.", data=result)
    failed = ", ".join(tally.step for tally in result.steps if tally.error or tally.failed)
    return Failed(name=result.status.capitalize(), message=f"Not all is done: {failed}.", data=result)


def _name_the_run(cycle: Cycle) -> None:
    window = cycle.window
    name = f"{cycle.flow} {window.since:%Y-%m-%d %H:%M} to {window.until:%Y-%m-%d %H:%M}"
    with get_client(sync_client=True) as client:
        client.update_flow_run(runtime.flow_run.id, name=name)


def _name_the_report(result: TurnResult) -> None:
    rows = [f"| {tally.step} | {tally.done} | {tally.skipped} | {tally.failed} |" for tally in result.steps]
    report = f"Report: `{result.report}`" if result.report else "No report was written."
    lines = [report, "", "| step | done | skipped | failed |", "| --- | --- | --- | --- |", *rows]
    create_markdown_artifact(
        key="flywheel-report",
        description=f"Cycle {result.cycle_id}: {result.status}",
        markdown="\n".join(lines),
    )
