"""Logged decisions and a new policy, read from files into the columns that off-policy evaluation asks for."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from flywheel.cli.trial_table import Table, metric, numbers, read_columns
from flywheel.errors import ConfigError
from flywheel.learn.means import Floats
from flywheel.learn.off_policy import Log

_OFF = 0.01
"""By how much the chances of a policy in one context may miss 1: they are written with few digits."""


class LogColumns(NamedTuple):
    """Which column of the log is what."""

    action: str
    reward: str
    propensity: str
    context: tuple[str, ...]


class Task(NamedTuple):
    """A log, the new policy's chance for each logged action, and for each context and action where a file says it."""

    log: Log
    chosen: Floats
    table: Floats | None
    left_out: int


class _Rows(NamedTuple):
    """The usable rows of a log, with names for actions and contexts still."""

    actions: list[str]
    contexts: list[tuple[str, ...]]
    reward: Floats
    propensity: Floats
    good: NDArray[np.bool_]
    left_out: int


def with_column(file: Path, of: LogColumns, new: str) -> Task:
    """Return the task where the log itself has a column with the new policy's chances."""
    table = read_columns(file, [of.action, of.reward, of.propensity, *of.context, new])
    chances = _chances(new, table)
    rows = _rows(table, of, ~np.isnan(chances))
    log = _log(rows, _places(rows.actions), _places(rows.contexts))
    return Task(log, chances[rows.good], None, rows.left_out)


def with_file(file: Path, of: LogColumns, policy: Path, chance: str) -> Task:
    """Return the task where a file has the new policy: a row for each context and action, and its chance."""
    rows = _rows(read_columns(file, [of.action, of.reward, of.propensity, *of.context]), of, None)
    said = read_columns(policy, [*of.context, of.action, chance])
    chances, actions, contexts = _chances(chance, said), _texts(said, of.action), _tuples(said, of.context)
    places, where = _places([*rows.actions, *actions]), _places(rows.contexts)
    table = np.zeros((len(where), len(places)))
    for context, action, share in zip(contexts, actions, chances, strict=True):
        if np.isnan(share):
            raise ConfigError(f"{policy.name} has a row without a chance in column {chance!r}.")
        if context in where:
            table[where[context], places[action]] += share
    for context, place in where.items():
        whole = float(table[place].sum())
        if abs(whole - 1) > _OFF:
            names = ", ".join(f"{name} {value!r}" for name, value in zip(of.context, context, strict=True)) or "all"
            raise ConfigError(f"{policy.name}: the chances of {names} add up to {whole:.3g}, and must to 1.")
    log = _log(rows, places, where)
    return Task(log, table[log.context, log.action], table, rows.left_out)


def _rows(table: Table, of: LogColumns, also: NDArray[np.bool_] | None) -> _Rows:
    reward, propensity = metric(of.reward, table).values, _chances(of.propensity, table)
    actions = _texts(table, of.action)
    good = ~np.isnan(reward) & ~np.isnan(propensity) & np.array([bool(action) for action in actions])
    if also is not None:
        good &= also
    if good.sum() < 2:
        raise ConfigError("Fewer than two rows of the log have an action, a reward and its chances.")
    kept = np.flatnonzero(good)
    contexts = _tuples(table, of.context)
    return _Rows(
        [actions[at] for at in kept], [contexts[at] for at in kept], reward[good], propensity[good], good,
        len(good) - len(kept) + table.broken,
    )  # fmt: skip


def _log(rows: _Rows, actions: dict[Any, int], contexts: dict[Any, int]) -> Log:
    return Log(
        np.array([actions[name] for name in rows.actions]), rows.reward, rows.propensity,
        np.array([contexts[name] for name in rows.contexts]),
    )  # fmt: skip


def _chances(name: str, table: Table) -> Floats:
    found = numbers(name, table)
    if (found < 0).any() or (found > 1).any():
        raise ConfigError(f"Column {name!r} holds numbers outside of 0 to 1: these are no chances.")
    return found


def _texts(table: Table, name: str) -> list[str]:
    return [cell.strip() for cell in table.columns[name]]


def _tuples(table: Table, names: Sequence[str]) -> list[tuple[str, ...]]:
    columns = [_texts(table, name) for name in names]
    rows = len(next(iter(table.columns.values())))
    return list(zip(*columns, strict=True)) if columns else [()] * rows


def _places(names: Sequence[Any]) -> dict[Any, int]:
    return {name: place for place, name in enumerate(sorted(set(names)))}
