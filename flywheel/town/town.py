"""The town: built once, then it lives on from moment to moment, writing what the wheel may read into its files."""

from __future__ import annotations

import csv
import io
import math
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from flywheel.domain.record import Record
from flywheel.town.canaries import COUNT, canaries
from flywheel.town.diary import Diary, new_messages, read_diary, write_diary
from flywheel.town.effects import Effects, Truth, truth_of
from flywheel.town.events import EVENTS, KINDS, MESSAGE, SIGNED, SOURCES, TOPICS, Arrived, Rows, Said, rows
from flywheel.town.life import DAY, Life
from flywheel.town.odd import odd_rows
from flywheel.town.people import inhabitants
from flywheel.town.plan import CODES, OURS, Plan
from flywheel.town.rows import COLUMNS, outcome_row, person_row, row_of
from flywheel.town.staff import staff
from flywheel.town.words import words

_FILES = {name: f"{name}.csv" for name in COLUMNS} | {"social": "social.jsonl"}
_SECOND = timedelta(seconds=1)


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

    The whole life is lived again each time (in columns: a year of thousands takes a second), so that it follows from
    the seed and the messages alone; only what is new is put into words and appended. A moment that is past already
    changes nothing.
    """
    diary = read_diary(folder)
    if until <= diary.clock:
        return Lived(said=0, happened=0, arrived=0)
    new = new_messages(folder, diary, until)
    diary = diary.model_copy(update={"arrived": (*diary.arrived, *new)})
    lives = lived_through(diary, math.ceil((until - diary.plan.start) / timedelta(days=1)))
    said = _write_said(folder, diary, lives, until)
    due = _window(diary, lives[OURS].happened(), until)
    due.sort(order=("at", "index", "event"))
    people = inhabitants(diary.plan, diary.seed, OURS)
    _append(folder, "outcomes", [outcome_row(_moment(diary.plan, one["at"]), people[one["index"]].id,
                                             EVENTS[one["event"]]) for one in due])  # fmt: skip
    write_diary(folder, diary.model_copy(update={"clock": until}))
    return Lived(said=said, happened=len(due), arrived=len(new))


def witness(folder: Path, until: datetime) -> Life:
    """Return the lives of our customers up to a moment, with every message that came by then: for judging the wheel."""
    diary = read_diary(folder)
    arrived = (*diary.arrived, *new_messages(folder, diary, until))
    days = math.ceil((until - diary.plan.start) / timedelta(days=1))
    return lived_through(diary.model_copy(update={"arrived": arrived}), days)[OURS]


def lived_through(diary: Diary, days: int) -> dict[str, Life]:
    """Return the lives of all brands' customers over some days, with the messages that the diary knows."""
    lives = {brand: Life(diary.plan, diary.seed, brand) for brand in CODES}
    messages, nothing = _messages(diary), np.zeros(0, MESSAGE)
    starts = np.searchsorted(messages["at"], np.arange(days + 1) * DAY)
    for day in range(days):
        for brand, life in lives.items():
            life.live(messages[starts[day] : starts[day + 1]] if brand == OURS else nothing)
    return lives


def truth(folder: Path) -> Truth:
    """Return what is true of the town in a folder: for judging the wheel, never for turning it."""
    diary = read_diary(folder)
    return truth_of(diary.plan, diary.seed)


def arrived(folder: Path) -> tuple[Arrived, ...]:
    """Return the messages that the town has read so far."""
    return read_diary(folder).arrived


def _messages(diary: Diary) -> Rows:
    """Return the messages that arrived as rows, oldest first."""
    index = {person.id: person.index for person in inhabitants(diary.plan, diary.seed, OURS)}
    play = Effects(diary.plan)
    found = rows(
        MESSAGE, len(diary.arrived),
        at=[(one.at - diary.plan.start) // _SECOND for one in diary.arrived],
        index=[index[one.person] for one in diary.arrived],
        play=[play.code(one.play) for one in diary.arrived],
    )  # fmt: skip
    return found[np.argsort(found["at"], kind="stable")]


def _window(diary: Diary, found: Rows, until: datetime) -> Rows:
    """Return the rows between the diary's clock and a moment."""
    return found[(found["at"] >= _second(diary, diary.clock)) & (found["at"] < _second(diary, until))]


def _second(diary: Diary, moment: datetime) -> int:
    """Return the first whole second of the town's life at or after a moment."""
    return -((diary.plan.start - moment) // _SECOND)


def _moment(plan: Plan, seconds: int) -> datetime:
    return plan.start + timedelta(seconds=int(seconds))


def _write_said(folder: Path, diary: Diary, lives: dict[str, Life], until: datetime) -> int:
    workers = staff(diary.plan, diary.seed, lives[OURS].day)
    new = [one for one in workers if diary.clock <= one.at < until]
    before = sum(one.at < diary.clock for one in workers)
    for brand, life in lives.items():
        talked = life.talked()
        new += _told(diary, brand, _window(diary, talked, until))
        before += int((talked["at"] < _second(diary, diary.clock)).sum())
    new.sort(key=lambda one: (one.at, one.source, one.name))
    odd = [one for one in odd_rows(diary.plan, lives[OURS].day) if diary.clock <= one.at < until]
    lines: list[tuple[datetime, str, dict[str, str]]] = [(one.at, one.source, one.row) for one in odd]
    birds = canaries(diary.seed) if diary.canaries else []
    for place, one in enumerate(new, before + 1):
        text = words(diary.seed, one)
        if birds and place % 2 == 0 and place // 2 <= COUNT:  # every second text, until all are planted
            text = f"{text} {birds[place // 2 - 1]}".strip()
        lines.append((one.at, one.source, row_of(diary.seed, one, text)))
    by_file: dict[str, list[dict[str, str]]] = defaultdict(list)
    for _, source, row in sorted(lines, key=lambda line: line[0]):
        by_file[source].append(row)
    for name, found in by_file.items():
        _append(folder, name, found)
    return len(lines)


def _told(diary: Diary, brand: str, talked: Rows) -> list[Said]:
    """Return rows as what was said; a name follows from who spoke and why, never from what else was said."""
    people, plays = inhabitants(diary.plan, diary.seed, brand), Effects(diary.plan).plays
    found = []
    for at, index, day, play, kind, topic, source, signed, silent in talked.tolist():
        person = people[index]
        name = f"{person.id}-{day}" if play < 0 else f"{person.id}-{day}-{plays[play]}"
        found.append(
            Said(_moment(diary.plan, at), SOURCES[source], brand, person, KINDS[kind], TOPICS[topic], person.language,
                 name, signed or SOURCES[source] in SIGNED, silent)
        )  # fmt: skip
    return found


def _append(folder: Path, name: str, rows: list[dict[str, str]]) -> None:
    buffer = io.StringIO()
    if name in COLUMNS:
        csv.DictWriter(buffer, COLUMNS[name], extrasaction="ignore", lineterminator="\n").writerows(rows)
    else:
        buffer.writelines(row["line"] + "\n" for row in rows)
    with (folder / "data" / _FILES[name]).open("ab") as file:
        file.write(buffer.getvalue().encode())
