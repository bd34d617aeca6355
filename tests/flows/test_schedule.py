"""What is configured under `schedules:` becomes deployments that Prefect's server can really plan runs for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from flywheel.config.settings import Schedule
from flywheel.errors import ConfigError
from flywheel.turn import TurnRequest

SCHEDULES = "schedules: [{name: weekly, flow: cycle, cron: 0 6 * * 1}]"


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

    from flows.schedule import deployment_of

    config = make_project(tmp_path / "project")
    with get_client(sync_client=True) as client:
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


def test_schedules_are_registered_on_a_work_pool_and_brought_up_to_date(
    prefect_home: Path, make_project: Callable[[Path], Path], tmp_path: Path
) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate

    from flows.deploy import deploy_schedules

    config, said = make_project(tmp_path / "project"), list[str]()
    (config / "schedules.yaml").write_text(
        "schedules: [{name: weekly, flow: cycle, cron: 0 6 * * 1}]", encoding="utf-8"
    )
    with pytest.raises(ConfigError, match="work-pool create cx"):
        deploy_schedules(config, "cx", said.append)
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name="cx", type="process"))
        assert deploy_schedules(config, "cx", said.append) == deploy_schedules(config, "cx", said.append)
        deployed = client.read_deployment_by_name("cycle/weekly")
        client.delete_deployment(deployed.id)
    assert (deployed.work_pool_name, deployed.entrypoint) == ("cx", "flows.cycle.cycle")
    assert deployed.parameters == {"config": str(config)}
    assert said == ["cycle/weekly is registered on cx."] * 2


def test_without_a_lasting_server_nothing_is_registered(
    make_project: Callable[[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.deploy import deploy_schedules

    config = make_project(tmp_path / "project")
    (config / "schedules.yaml").write_text(
        "schedules: [{name: weekly, flow: cycle, cron: 0 6 * * 1}]", encoding="utf-8"
    )
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with pytest.raises(ConfigError, match="PREFECT_API_URL"):
        deploy_schedules(config, "cx")


def test_a_worker_with_the_project_elsewhere_is_told_its_folder(
    prefect_home: Path, request_of: Callable[..., TurnRequest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import launch

    request = request_of("counts")
    monkeypatch.setenv("FLYWHEEL_PROJECT", str(request.config.parent))
    elsewhere = tmp_path / "not here" / request.config.name
    state = launch.flow_run(TurnRequest.model_validate(request.model_dump() | {"config": elsewhere}))
    assert state.is_completed()
