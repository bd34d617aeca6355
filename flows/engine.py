"""What every flow has in common: a task per step or span, and a turn as Prefect sees it. Counts come out, no words."""

from __future__ import annotations

import logging
import os
import time
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
from prefect.task_runners import ProcessPoolTaskRunner
from prefect.tasks import Task, exponential_backoff

from flows.watching import WATCHER
from flywheel import stepping, turn
from flywheel.config import load
from flywheel.domain.cycle import Cycle, Span, Tally
from flywheel.errors import FlywheelError, LeaseHeldError, PermanentError, TransientError
from flywheel.report.render_markdown import escaped
from flywheel.steps.reporting import digest
from flywheel.turn import TurnRequest, TurnResult
from flywheel.wheel import Flywheel

_FIRST_WAIT_SECONDS = 10  # then 20 and 40: about a minute for a service to come back
_log = logging.getLogger("flywheel.flows")


def is_transient(_task: Task[Any, Any], _run: TaskRun, state: State[Any]) -> bool:
    """Return whether what ended this try may pass by itself: only then is it tried again."""
    error = state.result(raise_on_failure=False)
    if isinstance(error, TransientError):
        _log.warning("%s: it is tried up to 3 times again", error)
        return True
    return False


_again: dict[str, Any] = {
    "retries": 3,
    "retry_delay_seconds": exponential_backoff(backoff_factor=_FIRST_WAIT_SECONDS),
    "retry_condition_fn": is_transient,
    "cache_policy": NO_CACHE,
    "persist_result": False,
    "log_prints": False,
}


@task(task_run_name="{name}", **_again)
def run_step(name: str, config: Path, cycle_id: str) -> Tally | State[Tally]:
    """Do one step: names, a path and an id go in, a tally comes out, in a failed state if it tells of an error."""
    started = time.monotonic()
    with _no_words(name):
        tally = stepping.perform_span(name, config, cycle_id, None)
        tally = stepping.write_down(config, cycle_id, tally, time.monotonic() - started)
    return Failed(message=tally.error, data=tally) if tally.error else tally


@task(task_run_name="{name} {span.first} to {span.last}", **_again)
def run_span(name: str, config: Path, cycle_id: str, span: Span) -> Tally | State[Tally]:
    """Do a span of a step on some worker: names and a range go in, a tally comes out."""
    with _no_words(name):
        tally = stepping.perform_span(name, config, cycle_id, span)
    return Failed(message=tally.error, data=tally) if tally.error else tally


def turn_over(request: TurnRequest) -> State[TurnResult]:
    """Turn once inside a flow run, and return the state that the run ends in, its result within."""
    with _no_words("begin"):
        request = _here(request)
        try:
            cycle = turn.begin(request)
        except LeaseHeldError as held:
            return Completed(name="Skipped", message=str(held))
        _name_the_run(cycle)
        names = turn.plan(request)
    tallies: list[Tally] = []
    tell = WATCHER.get()
    for name in names:
        if stepping.proceed(name, tallies):
            tell(name, None)
            tallies.append(_step(name, request.config, cycle.id))
            tell(name, tallies[-1])
    with _no_words("finish"):
        result = turn.finish(request.config, cycle.id, tallies)
        said = _digest(request.config, result)
    _name_the_report(result, said)
    return _state(result)


def shown_in_prefect(result: TurnResult, said: str) -> str:
    """Return the artifact of a run as Markdown: the digest, where the report lies, what each step counted."""
    told = [words for line in said.splitlines() for words in (escaped(line), "")]
    report = f"Report: `{result.report}`" if result.report else "No report was written."
    rows = [f"| {tally.step} | {tally.done} | {tally.skipped} | {tally.failed} |" for tally in result.steps]
    return "\n".join([*told, report, "", "| step | done | skipped | failed |", "| --- | --- | --- | --- |", *rows])


def _here(request: TurnRequest) -> TurnRequest:
    """A worker on another machine has the project in a folder of its own, which FLYWHEEL_PROJECT names."""
    project = os.environ.get("FLYWHEEL_PROJECT")
    if not project:
        return request
    return TurnRequest.model_validate(request.model_dump() | {"config": Path(project) / request.config.name})


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


def _step(name: str, config: Path, cycle_id: str) -> Tally:
    """Do a step in this process, or its spans in several, and return its tally."""
    spans = stepping.spans_of(name, config, cycle_id)
    if not spans:
        return _tally(name, config, cycle_id, run_step(name, config, cycle_id, return_state=True))
    started, workers = time.monotonic(), load(config).workers
    with ProcessPoolTaskRunner(max_workers=workers) as runner:
        given = ({"name": name, "config": config, "cycle_id": cycle_id, "span": span} for span in spans)
        futures = [runner.submit(run_span, parameters) for parameters in given]
        for future in futures:
            future.wait()
    tally = stepping.together(name, [_tally(name, config, cycle_id, future.state) for future in futures])
    return stepping.write_down(config, cycle_id, tally, time.monotonic() - started)


def _tally(name: str, config: Path, cycle_id: str, ended: State[Any]) -> Tally:
    outcome = ended.result(raise_on_failure=False)
    if isinstance(outcome, Tally):
        return outcome
    if isinstance(outcome, TransientError | PermanentError):
        return stepping.failed(name, config, cycle_id, outcome)
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


def _digest(config: Path, result: TurnResult) -> str:
    """Return what the report says in half a minute: names, counts and verdicts, no customer's words."""
    if result.report is None:
        return ""
    with Flywheel.open(config) as wheel:
        return digest(wheel, result.cycle_id)


def _name_the_report(result: TurnResult, said: str) -> None:
    create_markdown_artifact(
        key="flywheel-report",
        description=f"Cycle {result.cycle_id}: {result.status}",
        markdown=shown_in_prefect(result, said),
    )
