"""The configured schedules: served from this process, or registered on a work pool."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, say
from flywheel.wheel import Flywheel


def schedule(*, options: Options = PLAIN) -> int:
    """Serve until Ctrl-C; what is wrong with the project is told before Prefect is started."""
    wheel = Flywheel.open(options.config)
    wheel.store.close()
    from flows.schedule import serve_schedules

    try:
        serve_schedules(options.config, say)
    except KeyboardInterrupt:
        say("Stopped; a run that was under way goes on when the schedules are served again.")
    answer(options, {"served": [one.name for one in wheel.settings.schedules]}, [])
    return 0


def deploy(
    *,
    pool: Annotated[str, Parameter(help="The Prefect work pool whose workers turn the wheel.")],
    options: Options = PLAIN,
) -> int:
    """Register them; a worker that has the project elsewhere names its folder in FLYWHEEL_PROJECT."""
    Flywheel.open(options.config).store.close()
    from flows.deploy import deploy_schedules

    names = deploy_schedules(options.config, pool, say)
    next_ = f"Next: `prefect worker start --pool {pool}` on a machine that has the project."
    answer(options, {"pool": pool, "deployments": names}, [next_])
    return 0
