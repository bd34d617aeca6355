"""Looking: the history of cycles, and which plugins there are."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, table
from flywheel.domain.cycle import BEGINNING
from flywheel.wheel import Flywheel


def cycles(
    *,
    limit: Annotated[int, Parameter(help="How many, newest first.")] = 20,
    options: Options = PLAIN,
) -> int:
    """Show the history."""
    with Flywheel.open(options.config) as wheel, wheel.store.read() as shelves:
        past = [(one, shelves.cycles.steps(one.cycle.id)) for one in shelves.cycles.history(limit)]
    document = [
        {
            "cycle_id": one.cycle.id, "flow": one.cycle.flow, "window": one.cycle.window, "as_of": one.cycle.as_of,
            "status": one.status, "mode": one.cycle.mode, "started_at": one.started_at, "ended_at": one.ended_at,
            "steps": steps,
        }
        for one, steps in past
    ]  # fmt: skip
    head = ("cycle", "flow", "since", "until", "status", "mode", "steps", "seconds")
    rows = [
        (
            one.cycle.id[:12], one.cycle.flow, _since(one.cycle.window.since),
            f"{one.cycle.window.until:%Y-%m-%d %H:%M}", one.status, one.cycle.mode,
            " ".join(f"{step.step}:{step.done}" for step in steps), f"{sum(step.seconds for step in steps):.1f}",
        )
        for one, steps in past
    ]  # fmt: skip
    answer(options, document, table(head, rows) if rows else ["No cycle yet: `flywheel run` turns the first."])
    return 0


def plugins(*, options: Options = PLAIN) -> int:
    """List the installed plugins."""
    from flywheel.plugins import SOCKETS, installed

    document: dict[str, list[dict[str, Any]]] = {
        socket: [_plugin(socket, kind) for kind in installed(socket)] for socket in SOCKETS
    }
    rows = [(socket, one["kind"], one["does"]) for socket, found in document.items() for one in found]
    answer(options, document, table(("socket", "kind", "does"), rows))
    return 0


def _plugin(socket: str, kind: str) -> dict[str, Any]:
    from flywheel.errors import ConfigError
    from flywheel.plugins import installed, plugin_class

    point = installed(socket)[kind]
    package = point.dist.name if point.dist else ""
    try:
        does = (plugin_class(socket, kind).__doc__ or "").strip().partition("\n")[0]
    except ConfigError as error:
        does = f"cannot be used: {error}"
    return {"kind": kind, "class": point.value, "package": package, "does": does}


def _since(moment: datetime) -> str:
    return "the beginning" if moment == BEGINNING else f"{moment:%Y-%m-%d %H:%M}"
