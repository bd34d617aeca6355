"""The example: a synthetic town, built, lived in, and two cycles turned on it."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NamedTuple

from cyclopts import Parameter

from flywheel import town as the_town
from flywheel.cli.init import make_project
from flywheel.cli.options import PLAIN, Engine, Options
from flywheel.cli.run import perform
from flywheel.cli.screen import answer, say
from flywheel.domain.cycle import Flow, Tally
from flywheel.errors import ConfigError
from flywheel.turn import TurnRequest, TurnResult
from flywheel.wheel import Flywheel, database_url

_STATE = Path(".town") / "state.json"
_MADE = (".town", "data", "outbox", ".flywheel/reports")


class Stage(NamedTuple):
    """How long the town lives before a flow is turned, as of that moment."""

    says: str
    flow: Flow
    at: datetime


STAGES = (
    Stage("Thursday: the fast lane", "triage", datetime(2026, 1, 8, 12, tzinfo=UTC)),
    Stage("Monday: cycle 1", "cycle", datetime(2026, 1, 12, 12, tzinfo=UTC)),
    Stage("Monday: the outer loop", "ooda", datetime(2026, 1, 12, 12, tzinfo=UTC)),
    Stage("A week later: cycle 2", "cycle", datetime(2026, 1, 19, 12, tzinfo=UTC)),
)
"""All at noon: at night the quiet hours would hold every message back until the next turn, a week later."""

Fresh = Annotated[bool, Parameter(help="Throw the town and its store away and start over.", negative=())]
Seed = Annotated[int, Parameter(help="Another seed is another town.")]


def build(
    *,
    folder: Annotated[Path, Parameter(name="--dir", help="The project folder.")] = Path(),
    seed: Seed = 1,
    fresh: Fresh = False,
    options: Options = PLAIN,
) -> int:
    """Write the town's first files; what people say comes when it lives (`flywheel town turn`)."""
    made = _built(folder, seed, options.config, fresh=fresh)
    said = (
        f"The town stands in {folder / 'data'}."
        if made
        else f"There is a town in {folder} already; --fresh starts over."
    )
    answer(options, {"folder": str(folder.resolve()), "built": made}, [said, f"Next: `flywheel town turn {folder}`."])
    return 0


def turn(
    folder: Annotated[Path, Parameter(name="DIR", help="The project folder; it is made if there is none.")],
    /,
    *,
    seed: Seed = 1,
    fresh: Fresh = False,
    engine: Annotated[Engine, Parameter(help="As Prefect flows, or in this process without Prefect.")] = "prefect",
    options: Options = PLAIN,
) -> int:
    """Turn the town's two weeks; what was turned already is not turned again."""
    _built(folder, seed, options.config, fresh=fresh or _is_a_sample(folder, folder / options.config))
    results = [result for result in _turned(folder, folder / options.config, engine) if result is not None]
    code = 0 if all(result.status == "completed" for result in results) else 1
    answer(options, {"folder": str(folder.resolve()), "turns": results}, _last_words(folder, results))
    return code


def _turned(folder: Path, config: Path, engine: Engine) -> Iterator[TurnResult | None]:
    for stage in STAGES:
        if _is_done(config, stage):
            say(f"{stage.says}: turned already.")
            continue
        lived = the_town.live(folder, stage.at)
        say(f"{stage.says} (people said {lived.said:,} things, {lived.arrived:,} messages of ours arrived)")
        result = perform(TurnRequest(config=config, flow=stage.flow, until=stage.at, as_of=stage.at), engine)
        yield result
        if result.status != "completed":
            return


def _is_done(config: Path, stage: Stage) -> bool:
    with Flywheel.open(config) as wheel, wheel.store.read() as shelves:
        last = shelves.cycles.newest(stage.flow, statuses=("completed",))
    return last is not None and last.cycle.window.until >= stage.at


def _is_a_sample(folder: Path, config: Path) -> bool:
    """Return whether the data has lived past the first turn, and none was made: `flywheel init` wrote it to try on."""
    if not (folder / _STATE).exists():
        return False
    lived = datetime.fromisoformat(json.loads((folder / _STATE).read_text(encoding="utf-8"))["clock"])
    with Flywheel.open(config) as wheel, wheel.store.read() as shelves:
        return lived > STAGES[0].at and not shelves.cycles.history(1)


def _built(folder: Path, seed: int, config: Path, *, fresh: bool) -> bool:
    if fresh and (folder / _STATE).exists():
        _cleared(folder)
    for one in make_project(folder, config, public_key(seed)):
        say(f"  + {one}")
    if (folder / _STATE).exists():
        return False
    if any((folder / "data").glob("*")):
        raise ConfigError(f"{str(folder / 'data')!r} holds files that are not the town's: choose another folder.")
    the_town.build(folder, seed)
    return True


def public_key(seed: int) -> str:
    """Return a key that everybody may know: the people are made up, and the figures shall be the same everywhere."""
    return hashlib.sha256(f"flywheel town {seed}".encode()).hexdigest()


def _cleared(folder: Path) -> None:
    own = f"sqlite:///{folder.resolve() / '.flywheel' / 'flywheel.db'}"
    if database_url(folder.resolve()) != own:
        raise ConfigError("--fresh deletes only a store in the project folder: unset FLYWHEEL_DATABASE_URL.")
    for name in _MADE:
        shutil.rmtree(folder / name, ignore_errors=True)
    for file in (folder / ".flywheel").glob("flywheel.db*"):
        file.unlink()


def _last_words(folder: Path, results: list[TurnResult]) -> list[str]:
    lines = []
    for number, result in enumerate((one for one in results if "report" in {t.step for t in one.steps}), 1):
        counts = {tally.step: tally for tally in result.steps}
        lines.append(f"Cycle {number} {result.status}: " + ", ".join(_told(counts)) + f". Report: {result.report}")
    if not lines:
        lines = ["Both cycles were turned already; nothing was doubled. `--fresh` starts over."]
    here = "" if folder.resolve() == Path.cwd() else f"`cd {folder}`, then "
    return [
        *lines,
        f"Next: {here}`flywheel report --open`, `flywheel cycles`, `flywheel export v_learning`.",
        "Your own data: `flywheel try FILE`, `flywheel init mycx`, edit mycx/config/*.yaml, `flywheel check`.",
    ]


def _told(counts: dict[str, Tally]) -> Iterator[str]:
    words = {"listen": "heard", "understand": "read", "decide": "decided", "act": "sent", "learn": "learned"}
    yield from (f"{counts[step].done:,} {word}" for step, word in words.items() if step in counts)
