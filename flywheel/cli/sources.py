"""Sources: how far each was read, how fresh it is, how much it gave; reading one from its beginning again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, table
from flywheel.cli.switch import who
from flywheel.config import Settings
from flywheel.errors import ConfigError
from flywheel.wheel import Flywheel


def list_sources(*, options: Options = PLAIN) -> int:
    """Show every configured source, and those that were heard once and are configured no more."""
    with Flywheel.open(options.config) as wheel:
        with wheel.store.read() as shelves:
            seen = {row["source"]: row for row in shelves.feedback.cursors()}
            cursors = {name: shelves.feedback.cursor(name) for name in seen}
        now = wheel.clock()
    kinds = _kinds(wheel.settings)
    document = [
        {
            "source": name, "kind": kinds.get(name, "not configured"), "rows": seen.get(name, {}).get("rows", 0),
            "last_rows": seen.get(name, {}).get("last_rows", 0), "seen_at": seen.get(name, {}).get("seen_at"),
            "cursor": cursor.value if (cursor := cursors.get(name)) else None,
        }
        for name in [*kinds, *(name for name in seen if name not in kinds)]
    ]  # fmt: skip
    rows = [(one["source"], one["kind"], one["rows"], one["last_rows"], _ago(one["seen_at"], now)) for one in document]
    answer(options, document, table(("source", "kind", "rows", "in last page", "last seen"), rows))
    return 0


def reset(
    name: Annotated[str, Parameter(help="The id of the source.")],
    /,
    *,
    options: Options = PLAIN,
) -> int:
    """Forget where a source stopped."""
    with Flywheel.open(options.config) as wheel:
        _require_known(wheel, name)
        with wheel.store.write(None) as shelves:
            had = shelves.feedback.reset(name)
            if had:
                shelves.audit.note(wheel.clock(), who(), "reset source", name)
    said = f"Source {name!r} is read from its beginning next time; what is stored is not stored twice."
    answer(options, {"source": name, "reset": had}, [said if had else f"Source {name!r} has not been read yet."])
    return 0


def replay(
    name: Annotated[str, Parameter(help="The id of the source.")],
    /,
    *,
    options: Options = PLAIN,
) -> int:
    """Try again what was set aside."""
    from flywheel.steps.inbound import replay as replayed

    with Flywheel.open(options.config) as wheel:
        _require_known(wheel, name)
        source = next((one for one in wheel.settings.sources if one.id == name), None)
        if source is None:
            raise ConfigError(f"Source {name!r} gives no feedback, or is configured no more: nothing can be replayed.")
        used, still, not_kept = replayed(wheel, source, wheel.clock())
        with wheel.store.write(None) as shelves:
            shelves.audit.note(wheel.clock(), who(), "replay source", name, f"{used} used")
    lines = [f"{used:,} records of source {name!r} could be used; the next turn reads them."]
    lines += [f"{n:,} still cannot: {reason}." for reason, n in still.most_common()]
    if not_kept:
        lines.append(
            f"{not_kept:,} were not kept, only why: `flywheel sources reset {name}` reads the source again, and stores "
            "nothing twice."
        )
    answer(options, {"source": name, "used": used, "still": dict(still), "not_kept": not_kept}, lines)
    return 0


def _require_known(wheel: Flywheel, name: str) -> None:
    with wheel.store.read() as shelves:
        known = {*_kinds(wheel.settings), *(row["source"] for row in shelves.feedback.cursors())}
    if name not in known:
        from difflib import get_close_matches

        close = get_close_matches(name, sorted(known), n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"There is {', '.join(sorted(known))}."
        raise ConfigError(f"There is no source {name!r}. {hint}")


def _kinds(settings: Settings) -> dict[str, str]:
    return {plugin.id: type(plugin).__name__ for plugin in settings.heard()}


def _ago(seen_at: Any, now: datetime) -> str:
    if seen_at is None:
        return "never"
    hours = (now - datetime.fromisoformat(seen_at)).total_seconds() / 3600
    if hours < 2:
        return f"{hours * 60:.0f} minutes ago"
    return f"{hours:.0f} hours ago" if hours < 48 else f"{hours / 24:.0f} days ago"
