"""The effect measured by an experiment of the user's own: intervals, a verdict in words, and what to beware of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

import numpy as np
from cyclopts import Parameter

from flywheel.cli import trial_table
from flywheel.cli.cell_values import compared
from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer
from flywheel.cli.trial_plot import drawn
from flywheel.cli.trial_units import by_unit, person_column, repeated
from flywheel.cli.trial_words import told
from flywheel.errors import ConfigError
from flywheel.learn.means import Floats
from flywheel.learn.trial import analyse
from flywheel.learn.trial_facts import TUNED_TO, Labels, TrialData, TrialPlan
from flywheel.whole_file import write_whole

_NOT_KNOWN = frozenset({"na", "n/a", "#n/a", "nan", "nat", "?"})
"""How tables say that an arm is not known: fewer words than elsewhere, since "none" and "unknown" are arms' names."""
_Names = Annotated[tuple[str, ...], Parameter(consume_multiple=True, negative=())]


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True, slots=True)
class TrialOptions:
    """Which column is what, and what was planned."""

    arm: Annotated[str, Parameter(help="The column that says which arm a person was in.")]
    control: Annotated[str, Parameter(help="The value of that column for the control.")]
    metric: Annotated[_Names, Parameter(help="What is measured: 0/1, true/false, yes/no, T/F, or numbers.")]
    segment: Annotated[_Names, Parameter(help="Show the effect by these columns, too.")] = ()
    randomised: Annotated[bool, Parameter(help="Chance alone decided who was in which arm.", negative=())] = False
    propensity: Annotated[str | None, Parameter(help="The column of the logged chance of the person's arm.")] = None
    unit: Annotated[
        str | None, Parameter(help="Who was put into an arm (a person, a shop), where one has several rows.")
    ] = None
    share: Annotated[_Names, Parameter(help="The planned share of each arm, ARM=SHARE; default: equal.")] = ()
    before: Annotated[str | None, Parameter(help="A number from before the trial, to take out of the noise.")] = None
    margin: Annotated[float | None, Parameter(help="A smaller effect would not matter; 0.01 is one point.")] = None
    tuned_to: Annotated[int, Parameter(help="How many people the anytime interval is tuned to.")] = TUNED_TO
    seed: Annotated[int, Parameter(help="The seed of the bootstrap.")] = 1


def trial(
    file: Annotated[Path, Parameter(name="FILE", help="CSV, JSON Lines, Excel or Parquet, one person a row.")],
    /,
    *,
    of: TrialOptions,
    plot: Annotated[Path | None, Parameter(help="Draw the effects into this SVG or HTML file.")] = None,
    options: Options = PLAIN,
) -> int:
    """Analyse a trial; nothing is stored."""
    _check(of)
    named = [name for name in (of.propensity, of.before, of.unit) if name is not None]
    wanted = [of.arm, *of.metric, *of.segment, *named]
    person = None if of.unit else person_column(trial_table.header(file), wanted)
    table = trial_table.read_columns(file, [*wanted, *([person] if person else [])])
    data = _data(table, of, person)
    control = _require_arms(of, data.arms)
    plan = TrialPlan(
        control=control, randomised=of.randomised, margin=of.margin, shares=_shares(of.share, data.arms.names),
        tuned_to=of.tuned_to, seed=of.seed,
    )  # fmt: skip
    try:
        trials = analyse(data, plan)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    if plot is not None:
        _write(plot, drawn(trials, html=plot.suffix.lower() in (".html", ".htm")))
    document = trials[0] if len(trials) == 1 else {"trials": trials}
    answer(options, document, told(trials))
    return 0


def _check(of: TrialOptions) -> None:
    if not of.metric:
        raise ConfigError("--metric needs the name of a column.")
    if of.margin is not None and not of.margin > 0:
        raise ConfigError("--margin is the smallest effect that would matter: above 0, as 0.01 for one point.")
    if of.tuned_to < 1:
        raise ConfigError("--tuned-to is a number of people: at least 1.")


def _data(table: trial_table.Table, of: TrialOptions, person: str | None) -> TrialData:
    arms = trial_table.labels(_arms(table.columns[of.arm], of.control), of.arm)
    propensity = trial_table.numbers(of.propensity, table) if of.propensity else None
    data = TrialData(
        arms=arms,
        metrics=[trial_table.metric(name, table) for name in dict.fromkeys(of.metric)],
        segments={name: trial_table.labels(table.columns[name], name) for name in dict.fromkeys(of.segment)},
        propensity=propensity,
        before=trial_table.numbers(of.before, table) if of.before else None,
        left_out=dict(_left_out(table, arms, propensity)),
        repeated=repeated(person, table.columns[person]) if person else None,
    )
    return by_unit(data, of.unit, table.columns[of.unit]) if of.unit else data


def _arms(cells: Sequence[str], control: str) -> list[str]:
    """Return the arms with nothing where a table says that it is not known; the control may be called so."""
    said = {cell: "" if _says_nothing(cell, control) else cell for cell in set(cells)}
    return [said[cell] for cell in cells]


def _says_nothing(cell: str, control: str) -> bool:
    return cell.strip().casefold() in _NOT_KNOWN and cell.strip() != control


def _left_out(table: trial_table.Table, arms: Labels, propensity: Floats | None) -> Iterator[tuple[str, int]]:
    reasons = {"they cannot be read as rows of the table": table.broken}
    reasons["their arm is not known"] = int((arms.codes < 0).sum())
    if propensity is not None:
        reasons["their propensity is no number above 0 and up to 1"] = int(
            np.sum(~((propensity > 0) & (propensity <= 1)))
        )
    yield from ((reason, count) for reason, count in reasons.items() if count)


def _require_arms(of: TrialOptions, arms: Labels) -> str:
    """Return the control's name as the file writes it."""
    control = _called(of.control, arms.names)
    if control is None:
        close = get_close_matches(of.control, arms.names, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        raise ConfigError(
            f"No row has {of.control!r} in column {of.arm!r}.{hint} There is {', '.join(map(repr, arms.names))}."
        )
    if len(arms.names) < 2:
        raise ConfigError(f"All rows have {control!r} in column {of.arm!r}: there is nothing to compare it with.")
    return control


def _called(name: str, names: Sequence[str]) -> str | None:
    """Return the arm of that name, else the only one that differs from it by capitals, or as 0 does from 0.0."""
    if name in names:
        return name
    alike = [one for one in names if compared(one) == compared(name)]
    return alike[0] if len(alike) == 1 else None


def _shares(given: tuple[str, ...], names: tuple[str, ...]) -> tuple[float, ...] | None:
    if not given:
        return None
    shares = {}
    for one in given:
        name, _, share = one.rpartition("=")
        try:
            shares[_called(name.strip(), names) or name.strip()] = float(share)
        except ValueError:
            raise ConfigError(f"--share {one!r} is not of the form ARM=SHARE, as 'holdout=0.2'.") from None
    if set(shares) != set(names) or not all(share > 0 for share in shares.values()):
        raise ConfigError(f"--share must give each arm a share above 0: {', '.join(map(repr, names))}.")
    return tuple(shares[name] for name in names)


def _write(file: Path, content: str) -> None:
    try:
        write_whole(file, content.encode())
    except OSError as error:
        raise ConfigError(f"{str(file)!r} cannot be written ({error.strerror}).") from error
