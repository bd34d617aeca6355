"""The town: built once, then it lives on from moment to moment, writing what the wheel may read into its files."""

from __future__ import annotations

import csv
import io
import math
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

from flywheel.domain.record import Record
from flywheel.town.canaries import COUNT, canaries
from flywheel.town.crowd import Crowd, crowd
from flywheel.town.diary import Diary, new_messages, read_diary, write_diary
from flywheel.town.effects import Truth, truth_of
from flywheel.town.events import Arrived, Said
from flywheel.town.odd import Odd, odd_rows
from flywheel.town.people import inhabitants
from flywheel.town.plan import CODES, OURS, Plan
from flywheel.town.returns import returns
from flywheel.town.rows import COLUMNS, outcome_row, person_row, row_of
from flywheel.town.staff import staff
from flywheel.town.words import words

_FILES = {name: f"{name}.csv" for name in COLUMNS} | {"social": "social.jsonl"}


class Lived(Record):
    """What a stretch of life wrote down: rows of feedback, outcomes, and messages that arrived."""

    said: int
    happened: int
    arrived: int


def build(folder: Path, seed: int, plan: Plan | None = None, *, plant_canaries: bool = False) -> None:
    """Write the town's first files into `folder`/data: its people, and every other file with its heading only."""
    plan = plan or Plan()
    (folder / "data").mkdir(parents=True, exist_ok=True)
    for name, file in _FILES.items():
        heading = ",".join(COLUMNS[name]) + "\n" if name in COLUMNS else ""
        (folder / "data" / file).write_bytes(heading.encode())
    people = inhabitants(plan, seed, OURS)
    _append(folder, "people", [person_row(one, plan.start - timedelta(days=one.consent_day)) for one in people])
    write_diary(folder, Diary(seed=seed, plan=plan, canaries=plant_canaries, clock=plan.start))


def live(folder: Path, until: datetime) -> Lived:
    """Live on from where the town stopped up to `until`, having read the messages that arrived meanwhile.

    The whole life is lived again each time, so that it follows from the seed and the messages alone; only what
    is new is appended. A moment that is past already changes nothing.
    """
    diary = read_diary(folder)
    if until <= diary.clock:
        return Lived(said=0, happened=0, arrived=0)
    new = new_messages(folder, diary, until)
    diary = diary.model_copy(update={"arrived": (*diary.arrived, *new)})
    days = math.ceil((until - diary.plan.start) / timedelta(days=1))
    ours = crowd(diary.plan, diary.seed, OURS, days, diary.arrived)
    said = _write_said(folder, diary, _all_said(diary, ours, days), until)
    people = inhabitants(diary.plan, diary.seed, OURS)
    happened = [*ours.happened, *returns(diary.plan, diary.seed, people, ours, days)]
    due = sorted((one for one in happened if diary.clock <= one.at < until), key=lambda one: (one.at, one.person.index))
    _append(folder, "outcomes", [outcome_row(one) for one in due])
    write_diary(folder, diary.model_copy(update={"clock": until}))
    return Lived(said=said, happened=len(due), arrived=len(new))


def truth(folder: Path) -> Truth:
    """Return what is true of the town in a folder: for judging the wheel, never for turning it."""
    diary = read_diary(folder)
    return truth_of(diary.plan, diary.seed)


def arrived(folder: Path) -> tuple[Arrived, ...]:
    """Return the messages that the town has read so far."""
    return read_diary(folder).arrived


def _all_said(diary: Diary, ours: Crowd, days: int) -> list[Said | Odd]:
    plan, seed = diary.plan, diary.seed
    theirs = [said for brand in CODES if brand != OURS for said in crowd(plan, seed, brand, days).said]
    known = sorted(
        [*(one for one in ours.said if not _gone(ours, one)), *theirs, *staff(plan, seed, days)],
        key=lambda one: (one.at, one.source, one.name),
    )
    return sorted([*known, *odd_rows(plan, days)], key=lambda one: one.at)


def _gone(ours: Crowd, said: Said) -> bool:
    return said.person is not None and said.person.index in ours.left and said.at >= ours.left[said.person.index]


def _write_said(folder: Path, diary: Diary, said: list[Said | Odd], until: datetime) -> int:
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    birds = canaries(diary.seed) if diary.canaries else []
    place = 0
    for one in said:
        place += isinstance(one, Said)
        if not diary.clock <= one.at < until:
            continue
        if isinstance(one, Odd):
            rows[one.source].append(one.row)
            continue
        text = words(diary.seed, one)
        if birds and place % 2 == 0 and place // 2 <= COUNT:  # every second text, until all are planted
            text = f"{text} {birds[place // 2 - 1]}".strip()
        rows[one.source].append(row_of(diary.seed, one, text))
    for name, new in rows.items():
        _append(folder, name, new)
    return sum(map(len, rows.values()))


def _append(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    buffer = io.StringIO()
    if name in COLUMNS:
        csv.DictWriter(buffer, COLUMNS[name], extrasaction="ignore", lineterminator="\n").writerows(rows)
    else:
        buffer.writelines(row["line"] + "\n" for row in rows)
    with (folder / "data" / _FILES[name]).open("ab") as file:
        file.write(buffer.getvalue().encode())
