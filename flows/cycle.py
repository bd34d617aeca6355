"""The main flow: one turn of the wheel."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from prefect import flow
from prefect.client.schemas.objects import State

from flows.engine import turn_over
from flywheel.turn import TurnRequest, TurnResult


@flow(name="cycle", flow_run_name="cycle", persist_result=False, log_prints=False)
def cycle(
    config: Path = Path("config"),
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    as_of: datetime | None = None,
    steps: tuple[str, ...] | None = None,
    shadow: bool = False,
) -> State[TurnResult]:
    """Turn the wheel once over what arrived since the last cycle: listen, understand, decide, act, learn, report."""
    return turn_over(
        TurnRequest(config=config, flow="cycle", since=since, until=until, as_of=as_of, steps=steps, shadow=shadow)
    )
