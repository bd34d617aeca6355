"""Serving the configured schedules from this process."""

from __future__ import annotations

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
