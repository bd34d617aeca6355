"""How good something is, on a file of the user's own: `flywheel evaluate KIND FILE`, one function a kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.policy_log import LogColumns, Task, with_column, with_file
from flywheel.cli.screen import answer, table
from flywheel.errors import ConfigError
from flywheel.learn.off_policy import PolicyValue, Value
from flywheel.learn.off_policy import evaluate as value_of

_LEAST, _MOST = 0.8, 1.25
"""True propensities make weights that average 1; outside of this a reader is told."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyOptions:
    """Which column of the log is what, and where the new policy is."""

    action: Annotated[str, Parameter(help="The column of what was done.")]
    reward: Annotated[str, Parameter(help="The column of what came of it: 0/1, yes/no, or numbers.")]
    propensity: Annotated[str, Parameter(help="The column of the chance with which it was chosen then.")]
    new: Annotated[str | None, Parameter(help="The column of the new policy's chance for the same action.")] = None
    policy: Annotated[Path | None, Parameter(help="A file of the new policy: context, action, chance.")] = None
    context: Annotated[
        tuple[str, ...], Parameter(consume_multiple=True, negative=(), help="The columns that the policy looks at.")
    ] = ()
    chance: Annotated[str, Parameter(help="The column of the chance in the policy's file.")] = "probability"
    clip: Annotated[float | None, Parameter(help="No decision weighs more; default: sqrt(n) times the mean.")] = None


def policy(
    file: Annotated[Path, Parameter(name="FILE", help="The log, CSV or JSON Lines, one decision a row.")],
    /,
    *,
    of: PolicyOptions,
    options: Options = PLAIN,
) -> int:
    """Value a new policy on the log of an old one; exit code 1 where the log does not support it."""
    if of.clip is not None and not of.clip > 0:
        raise ConfigError("--clip is the largest weight of a decision: above 0.")
    task = _task(file, of)
    found = value_of(task.log, task.chosen, task.table, of.clip)
    answer(options, found.model_dump() | {"left_out": task.left_out}, _told(found, task.left_out))
    return 1 if found.refused else 0


def _task(file: Path, of: PolicyOptions) -> Task:
    columns = LogColumns(of.action, of.reward, of.propensity, of.context)
    if of.new is not None and of.policy is None:
        return with_column(file, columns, of.new)
    if of.policy is not None and of.new is None:
        return with_file(file, columns, of.policy, of.chance)
    raise ConfigError("Say where the new policy is: --new COLUMN, or --policy FILE; one of them.")


def _told(found: PolicyValue, left_out: int) -> Iterator[str]:
    yield f"{found.n:,} decisions are worth {found.effective_n:,.0f} of the new policy (effective sample size)."
    if left_out:
        yield f"{left_out:,} rows are left out: something in them is empty or cannot be read."
    if found.refused:
        yield f"Refused: {found.refused}. Try the policy on a few people first, with its chances logged."
        return
    rows = [("what the log earned", *_figures(found.logged))]
    named = (("IPS", found.ips), ("SNIPS", found.snips), ("doubly robust", found.dr))
    rows += [(f"new policy, {name}", *_figures(value)) for name, value in named if value is not None]
    yield ""
    yield from table(("per decision", "value", "95 %"), rows)
    yield ""
    yield (
        f"Weights up to {found.largest_weight:,.1f}, {found.clipped:,} of them cut at {found.clipped_at:,.1f}. The "
        "intervals are normal approximations: of a few dozen successes they are rough."
    )
    if not _LEAST <= found.mean_weight <= _MOST:
        yield f"Beware: the weights should average 1 and average {found.mean_weight:.2f}: are the logged chances true?"
    if found.dr is None:
        yield "Doubly robust needs the whole policy, not only its chance for what was done: --policy FILE."


def _figures(value: Value) -> tuple[str, str]:
    return f"{value.value:.4g}", f"{value.low:.4g} to {value.high:.4g}"
