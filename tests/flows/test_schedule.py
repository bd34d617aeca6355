"""What is configured under `schedules:` becomes deployments that Prefect's server can really plan runs for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from flywheel.config.settings import Schedule


@pytest.mark.parametrize(
    ("schedule", "every"),
    [
        (Schedule(name="weekly", flow="cycle", cron="0 6 * * 1", zone="UTC"), timedelta(weeks=1)),
        (Schedule(name="often", flow="triage", every_minutes=5), timedelta(minutes=5)),
    ],
    ids=["cron", "interval"],
)
def test_a_schedule_gets_its_runs_planned(
    schedule: Schedule, every: timedelta, prefect_home: Path, make_project: Callable[[Path], Path], tmp_path: Path
) -> None:
    from prefect.client.orchestration import get_client
    from prefect.settings import PREFECT_CLIENT_MAX_RETRIES, temporary_settings

    from flows.schedule import deployment_of

    config = make_project(tmp_path / "project")
    with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}), get_client(sync_client=True) as client:
        deployed = client.read_deployment(deployment_of(schedule, config).apply())
        # what the server's scheduler does by itself; SQLAlchemy 2.1 breaks it under Prefect 3.8
        client.request("POST", "/deployments/{id}/schedule", path_params={"id": deployed.id})
        planned = [run for run in client.read_flow_runs() if run.deployment_id == deployed.id]
    starts = sorted(run.expected_start_time for run in planned if run.expected_start_time)
    assert (starts[1] - starts[0]).total_seconds() == every.total_seconds()
    assert {run.parameters["config"] for run in planned} == {str(config)}
    assert deployed.entrypoint == f"flows.{schedule.flow}.{schedule.flow}"
    assert deployed.concurrency_options is not None
    assert deployed.concurrency_options.collision_strategy.value == "CANCEL_NEW"
