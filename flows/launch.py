"""How a command starts a flow: on the server that PREFECT_API_URL names, or on a temporary one of the project."""

from __future__ import annotations

import atexit
import importlib
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.server import TemporaryServer
from flows.watching import WATCHER, Watcher
from flywheel import turn
from flywheel.errors import LeaseHeldError
from flywheel.turn import TurnRequest, TurnResult
from flywheel.wheel import Flywheel

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

_RECORD_SECONDS = 10
_POLL_SECONDS = 0.1

# Prefect reads its environment once, when it is imported: hence nothing here imports it at the top.
_PRIVATE = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "",  # what our steps log stays here
}
_QUIET = {"PREFECT_LOGGING_CONFIG_PATH": str(Path(__file__).with_name("logging.yml"))}

_running: list[TemporaryServer] = []  # at most one: Prefect's settings, its address among them, are of the process


def run_with_prefect(request: TurnRequest, say: Callable[[str], None], on_step: Watcher | None = None) -> TurnResult:
    """Turn once as a Prefect flow run in this process; raises what the local engine raises.

    Several calls share one server, which ends with the process.
    """
    turn.plan(request)
    Flywheel.open(request.config).store.close()  # what is wrong is told at once, not after the server's start
    keep_private()
    os.environ.update(_QUIET)
    if not os.environ.get("PREFECT_API_URL"):
        start_server(request.config, say, lean=True)
    if on_step is not None:
        WATCHER.set(on_step)
    state = flow_run(request)
    outcome: object = state.result(raise_on_failure=False)
    if state.name == "Skipped":
        raise LeaseHeldError(state.message)
    if isinstance(outcome, BaseException):
        raise outcome.with_traceback(None) from None
    if not isinstance(outcome, TurnResult):
        raise TypeError(f"the flow ended as {state.name!r} without a result")
    wait_until_recorded(state, len(outcome.steps))
    return outcome


def keep_private() -> None:
    """Tell a Prefect that is imported afterwards to send nothing about us anywhere, and to keep no results."""
    os.environ.update(_PRIVATE)


def start_server(config: Path, say: Callable[[str], None], *, lean: bool, port: int = 0) -> TemporaryServer:
    """Start the temporary server of the project that `config` belongs to, and point this process at it."""
    server = TemporaryServer(config.resolve().parent / ".flywheel" / "prefect", lean=lean, port=port)

    def meanwhile() -> None:
        os.environ.update(server.client_environment())
        importlib.import_module("prefect.main")  # takes 3 s, as the server does at the same time
        # registered after Prefect's own: at exit the server ends last, when nobody speaks to it any more
        atexit.register(server.stop)

    server.start(say, meanwhile=meanwhile)
    _running.append(server)
    return server


def flow_run(request: TurnRequest) -> State[TurnResult]:
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    flow = getattr(importlib.import_module(f"flows.{request.flow}"), request.flow)
    parameters: dict[str, Any] = request.model_dump(exclude={"flow"}) | {"config": request.config.resolve()}
    # the thread that beats costs up to a second at the end of a run; the environment cannot switch it off
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        state: State[TurnResult] = flow(**parameters, return_state=True)
    return state


def wait_until_recorded(state: State[TurnResult], steps: int) -> None:
    """Prefect records task runs behind our back: give it time, or a server that ends takes them along."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    run_id = state.state_details.flow_run_id
    of_this_run = FlowRunFilter(id=FlowRunFilterId(any_=[run_id] if run_id else []))
    last = time.monotonic() + _RECORD_SECONDS
    with get_client(sync_client=True) as client:
        while time.monotonic() < last:
            runs = client.read_task_runs(flow_run_filter=of_this_run)
            if len(runs) >= steps and all(run.state and run.state.is_final() for run in runs):
                return
            time.sleep(_POLL_SECONDS)
