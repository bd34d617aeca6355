"""Serves the configured schedules from this process, until Ctrl-C: each is a Prefect deployment of one flow."""

from __future__ import annotations

import importlib
import os
import socket
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from flows.launch import keep_private, start_server
from flywheel.config import load
from flywheel.config.settings import Schedule
from flywheel.errors import ConfigError

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

_USUAL_PORT = 4200


def serve_schedules(config: Path, say: Callable[[str], None] = print) -> None:
    """Serve until interrupted, one run at a time; a run that meets a running one ends as skipped or cancelled.

    Deployments get the absolute folder of the configuration: their runs start in processes of their own.
    """
    config = config.resolve()
    schedules = configured(config)
    keep_private()
    if not os.environ.get("PREFECT_API_URL"):
        server = start_server(config, say, lean=False, port=_free_port())
        say(f"Prefect's pages are at {server.address}; their password is in {server.write_password()}.")
    from prefect import serve

    deployments = [deployment_of(schedule, config) for schedule in schedules]
    say(f"Serving {', '.join(schedule.name for schedule in schedules)}; Ctrl-C ends it.")
    serve(*deployments, limit=1, pause_on_shutdown=False, print_starting_message=False)


def configured(config: Path) -> tuple[Schedule, ...]:
    """Return the schedules of a configuration; raises ConfigError where there is none."""
    schedules = load(config).schedules
    if not schedules:
        raise ConfigError(f"No schedule in {config}: add one under `schedules:`.")
    return schedules


def deployment_of(schedule: Schedule, config: Path) -> RunnerDeployment:
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.schedules import Cron, Interval
    from prefect.types.entrypoint import EntrypointType

    flow = getattr(importlib.import_module(f"flows.{schedule.flow}"), schedule.flow)
    clock = (
        Cron(schedule.cron, timezone=schedule.zone)
        if schedule.cron
        else Interval(timedelta(minutes=schedule.every_minutes or 0), timezone=schedule.zone)
    )
    deployment: RunnerDeployment = flow.to_deployment(
        name=schedule.name,
        schedule=clock,
        parameters={"config": str(config)},
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW),
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    return deployment


def _free_port() -> int:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", _USUAL_PORT))
        except OSError:
            return 0
    return _USUAL_PORT
