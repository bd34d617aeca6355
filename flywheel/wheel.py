"""The assembled machine: settings, store, vault and clock; what a step is given."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Self

from flywheel.config import Settings, load
from flywheel.config.settings import Overlay, overlay
from flywheel.domain.cycle import Cycle
from flywheel.domain.expression import Expression, parse_condition
from flywheel.domain.play import CONDITION_FIELDS, Play
from flywheel.errors import ConfigError, FlywheelError
from flywheel.ports import Channel
from flywheel.store import Store
from flywheel.vault import Vault, open_vault

DATABASE_VARIABLE = "FLYWHEEL_DATABASE_URL"

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Flywheel:
    """One project, ready to turn. `clock` is for leases and records of work; facts go by the cycle's `as_of`."""

    settings: Settings
    store: Store
    vault: Vault
    clock: Clock

    @classmethod
    def open(cls, config: Path, clock: Clock | None = None) -> Flywheel:
        """Open a project; raises ConfigError or StoreError before anything is read or written."""
        settings = load(config)
        vault = open_vault(settings.project)
        store = Store(database_url(settings.project))
        wheel = cls(settings, store, vault, clock or _utc_now)
        try:
            store.require_migrated()
            wheel._require_same_facts()
            wheel = replace(wheel, settings=_with_heads(settings, store))
        except FlywheelError:
            store.close()
            raise
        return wheel

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.store.close()

    def overlay(self, cycle: Cycle) -> Overlay:
        """Return what OODA laid over the YAML, as it stood when the cycle's clock stands."""
        return self._overlay(cycle.as_of)

    def config_hash(self, as_of: datetime) -> str:
        """Return what tells one configuration from another: the YAML, and what OODA laid over it by then."""
        laid_over = self._overlay(as_of).sources
        told = [self.settings.config_hash, *sorted(laid_over.values())]
        return told[0] if len(told) == 1 else sha256("\n".join(told).encode()).hexdigest()[: len(told[0])]

    def plays(self, laid_over: Overlay) -> tuple[Play, ...]:
        """Return the plays in force: those switched on, with the weights that OODA moved."""
        return tuple(
            Play.model_validate(play.model_dump() | {"weight": laid_over.weights.get(play.name, play.weight)})
            for play in self.settings.plays
            if play.enabled and play.name not in laid_over.disabled_plays
        )

    def conditions(self, plays: tuple[Play, ...]) -> dict[str, Expression]:
        """Return the parsed condition of each play."""
        return {play.name: parse_condition(play.when, CONDITION_FIELDS) for play in plays}

    def channel(self, name: str) -> Channel:
        """Return a channel by its id."""
        return next(channel for channel in self.settings.channels if channel.id == name)

    def _overlay(self, as_of: datetime) -> Overlay:
        with self.store.read() as shelves:
            return overlay(shelves.cycles.settings_in_force(as_of), self.settings.locked)

    def _require_same_facts(self) -> None:
        for name, value in store_facts(self.settings, self.vault).items():
            fixed = self.store.fact(name)
            if fixed != value:
                raise ConfigError(
                    f"The store was created with another {name.replace('_', ' ')} than this project has now: "
                    "use the one it was created with, or a new store."
                )


def _with_heads(settings: Settings, store: Store) -> Settings:
    """Return settings whose analyzer reads with the heads that are live in the store."""
    with store.read() as shelves:
        live = shelves.corrections.live()
    if not live:
        return settings
    from flywheel.understand.headed import with_heads

    heads = {field: content for field, (_, content) in live.items()}
    return settings.model_copy(update={"analyzer": with_heads(settings.analyzer, heads)})


def store_facts(settings: Settings, vault: Vault) -> dict[str, str]:
    """Return what is fixed when a store is created: with another key or zone its rows would not fit together."""
    return {"key_fingerprint": vault.fingerprint, "brand_zone": settings.brand.zone}


def database_url(project: Path) -> str:
    """Return the URL of the project's store: from the environment, else SQLite in the project folder."""
    return os.environ.get(DATABASE_VARIABLE) or f"sqlite:///{project / '.flywheel' / 'flywheel.db'}"


def _utc_now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the one clock
