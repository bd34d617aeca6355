"""`flywheel evaluate churn`: how well leaving can be foreseen from a file of the user's own, and what drives it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.churn_rule_file import RuleBeside, rule_beside
from flywheel.cli.labelled_table import Labelled, LeftOut, read_labelled
from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, count, say, table
from flywheel.domain.record import Record
from flywheel.domain.scoring import Figure
from flywheel.errors import ConfigError
from flywheel.predict.apart import foreseen_apart
from flywheel.predict.drivers import Driver, drivers
from flywheel.predict.judged import Judged, judged
from flywheel.predict.model import MODEL, trained

_FEWEST = 20


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True, slots=True)
class ChurnOptions:
    """Which column says what happened; every other one is a feature."""

    label: Annotated[str, Parameter(help="The column that says who left: 0/1, yes/no, T/F, true/false.")]
    positive: Annotated[str | None, Parameter(help="The value that means yes, where it is another word.")] = None
    when: Annotated[str | None, Parameter(help="The column of dates to split by; default: the latest one.")] = None
    without: Annotated[
        tuple[str, ...], Parameter(consume_multiple=True, negative=(), help="Columns that are not to be used.")
    ] = ()
    seed: Annotated[int, Parameter(help="The seed of the folds and of the bootstrap.")] = 1


class ChurnFound(Record):
    """What was found, as it is printed with --json."""

    n: int
    positives: int
    rows_without_label: int
    split: str
    scored: int
    auc: Figure
    brier: Figure
    ece: Figure
    judged: Judged
    drivers: tuple[Driver, ...]
    rule: RuleBeside
    columns: tuple[str, ...]
    left_out: tuple[dict[str, str], ...]
    notices: tuple[str, ...]
    rows_per_second: dict[str, float]
    model: str
    seed: int


def churn(
    file: Annotated[Path, Parameter(name="FILE", help="CSV, JSON Lines, Excel or Parquet, one person a row.")],
    /,
    *,
    of: ChurnOptions,
    options: Options = PLAIN,
) -> int:
    """Cross-validate the risk model on a file; nothing is stored."""
    data = read_labelled(file, of.label, of.positive, of.when, of.without)
    positives = int(data.truth.sum())
    if min(positives, len(data.truth) - positives) < _FEWEST:
        raise ConfigError(
            f"{file.name} has {positives:,} rows that say yes and {len(data.truth) - positives:,} that say no: at "
            f"least {_FEWEST} of each are needed to tell anything."
        )
    found = _found(data, of)
    answer(options, found.model_dump(exclude={"judged": {"auc", "brier", "ece"}}), _told(found))
    return 0


def _found(data: Labelled, of: ChurnOptions) -> ChurnFound:
    say(f"{count(len(data.truth), 'row')}, {count(len(data.columns), 'column')} to learn from ...")
    asked, risks = foreseen_apart(data.columns, data.truth, data.moments, of.seed, data.same)
    whole, seconds = _timed(data, of.seed)
    verdict = judged(data.truth[asked], risks, of.seed, None if data.same is None else data.same[asked])
    return ChurnFound(
        n=len(data.truth), positives=int(data.truth.sum()), rows_without_label=data.rows_without_label,
        split="in time: each block is foreseen from what came before it" if data.moments is not None
        else "five stratified folds, by chance: there is no date to split by",
        scored=len(asked), auc=verdict.auc, brier=verdict.brier, ece=verdict.ece, judged=verdict,
        drivers=tuple(whole), rule=rule_beside(data, asked, of.seed),
        columns=tuple(one.name for one in data.columns), left_out=tuple(map(LeftOut._asdict, data.left_out)),
        notices=data.notices, rows_per_second=seconds, model=MODEL, seed=of.seed,
    )  # fmt: skip


def _timed(data: Labelled, seed: int) -> tuple[list[Driver], dict[str, float]]:
    """Return what drives the risk by a model of all rows, and how many rows a CPU second it learns and foresees."""
    import numpy as np

    start = time.process_time()
    model = trained(data.columns, data.truth, np.arange(len(data.truth)), seed)
    learned = time.process_time()
    model.risks(data.columns)
    foreseen = time.process_time()
    n = len(data.truth)
    speed = {"learned": n / max(learned - start, 1e-6), "foreseen": n / max(foreseen - learned, 1e-6)}
    return drivers(model, data.columns, data.truth), speed


def _told(found: ChurnFound) -> Iterator[str]:
    yield f"{found.n:,} rows, {found.positives:,} of them yes ({found.positives / found.n:.1%}); {found.split}."
    if found.rows_without_label:
        yield f"{found.rows_without_label:,} rows are left out: they do not say what happened, or when."
    for one in found.left_out:
        yield f"Column {one['column']!r} is left out: {one['reason']}."
    yield from (f"Beware: {words}" for words in found.notices)
    yield ""
    figures = (("AUC", found.auc), ("Brier score", found.brier), ("ECE", found.ece))
    rule = found.rule
    rows = [(name, *_figure(own), *(_figure(getattr(rule, field)) if rule.speaks else ()))
            for (name, own), field in zip(figures, ("auc", "brier", "ece"), strict=True)]  # fmt: skip
    yield from table(("", "model", "95 %", *(("prior rule", "95 %") if rule.speaks else ())), rows)
    yield ""
    yield rule.says
    yield from _calibration(found)
    yield from _drivers(found)
    yield from _thresholds(found)
    speed = found.rows_per_second
    learned, foreseen = f"{speed['learned']:,.0f}", f"{speed['foreseen']:,.0f}"
    yield f"{learned} rows a CPU second are learned from, {foreseen} foreseen. Model {found.model}."


def _calibration(found: ChurnFound) -> Iterator[str]:
    yield ""
    yield "Does a risk come true as often as it says?"
    rows = [
        (f"{one.low:.1f} to {one.high:.1f}", one.n, f"{one.foreseen:.3f}", f"{one.observed:.3f}",
         f"{one.observed_low:.3f} to {one.observed_high:.3f}")
        for one in found.judged.bins
    ]  # fmt: skip
    yield from table(("risk", "rows", "foreseen", "came true", "95 %"), rows)


def _drivers(found: ChurnFound) -> Iterator[str]:
    yield ""
    yield "What moves the risk most (association: changing it need not change the risk):"
    for one in found.drivers:
        yield f"  {one.weight:.2f}  {one.says}"


def _thresholds(found: ChurnFound) -> Iterator[str]:
    yield ""
    yield "From which risk on to act:"
    rows = [
        (one.why, f"{one.risk:.3f}", one.n, f"{one.precision:.0%}", f"{one.recall:.0%}", f"{one.lift:.1f}")
        for one in found.judged.thresholds
    ]
    yield from table(("", "risk", "rows", "are right", "are found", "lift"), rows)
    yield ""


def _figure(one: Figure | None) -> tuple[str, str]:
    return (f"{one.value:.3f}", f"{one.low:.3f} to {one.high:.3f}") if one is not None else ("-", "-")
