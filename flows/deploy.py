"""Registers the configured schedules on a Prefect work pool: its workers turn the wheel."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from flows.launch import keep_private
from flows.schedule import configured, deployment_of
from flywheel.errors import ConfigError, TransientError


def deploy_schedules(config: Path, pool: str, say: Callable[[str], None] = print) -> tuple[str, ...]:
    """Register each schedule as a deployment, or bring it up to date, and return the names; nothing is turned here.

    Raises ConfigError without a lasting server or such a pool, TransientError where the server cannot be reached.
    """
    config = config.resolve()
    schedules = configured(config)
    if not os.environ.get("PREFECT_API_URL"):
        raise ConfigError(
            "Deployments live on a Prefect server: set PREFECT_API_URL to yours (`prefect server start`)."
        )
    keep_private()
    import httpx
    from prefect.client.orchestration import get_client
    from prefect.exceptions import ObjectNotFound

    try:
        with get_client(sync_client=True) as client:
            client.read_work_pool(pool)
        names = []
        for schedule in schedules:
            deployment_of(schedule, config).apply(work_pool_name=pool)
            names.append(f"{schedule.flow}/{schedule.name}")
            say(f"{names[-1]} is registered on {pool}.")
    except ObjectNotFound:
        hint = f"`prefect work-pool create {pool} --type process` makes it"
        raise ConfigError(f"The Prefect server has no work pool {pool!r}: {hint}.") from None
    except (httpx.TransportError, RuntimeError) as error:
        raise TransientError("The Prefect server that PREFECT_API_URL names cannot be reached.") from error
    return tuple(names)
