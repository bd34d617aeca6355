"""A project with as much feedback as one asks for: six brands, ninety days, personal data in a tenth of the texts.

Seeded: the same number of rows and the same seed give the same files on every machine. The words come from the town's
word bank, put together from parts, so that hardly any text stands there twice.

Run it by itself to look at what it makes: `python tests/benchmarks/crowd_project.py 100000 FOLDER`.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from random import Random
from shutil import copytree
from typing import Any

BRANDS = ("Lumen Rail", "Tern Rail", "Halcyon Lines", "Boreal Coach", "Kestrel Air", "Morrow Ferries")
DAYS = 90
UNTIL = datetime(2026, 3, 2, tzinfo=UTC)
SEED = 20260302
MEDIA = ("review", "survey", "social", "mail", "chat")
PERSON_SAYS = 2.5
"""Pieces of feedback per person over the ninety days, on average."""
PERSONAL = 0.1
"""Share of texts that hold an e-mail address, a phone, a card or an IBAN."""
KNOWN = 0.5
"""Share of our customers whom the CRM knows."""
ROOT = Path(__file__).parents[2]
_HEADER = ("id", "at", "brand", "customer", "medium", "segment", "nps", "text")
_PRIVATE = (
    "You can reach me on +44 7700 900{a:03d}.",
    "Please write to guest{a}.{b}@example.com as soon as you can.",
    "I paid with 4111 1111 1111 1111, please check.",
    "Refund it to GB82 WEST 1234 5698 7654 32.",
    "Call me: (555) 555-0{a:03d}.",
)
_CONFIG = """
brand: {name: Lumen Rail, zone: Europe/Warsaw, language: en}
competitors: [Tern Rail, Halcyon Lines, Boreal Coach, Kestrel Air, Morrow Ferries]
segments: [segment]
sources:
  - id: crowd
    kind: csv
    path: data/crowd*.csv
    voice: customer
    columns: {text: text, external_id: id, said_at: at, person: customer, brand: brand, medium: medium}
    scores: [{kind: nps, column: nps, low: 0, high: 10}]
    attributes: [segment]
people:
  - id: crm
    kind: csv
    path: data/people.csv
    brand: Lumen Rail
    voice: customer
    columns: {person: customer, language: lang, value: value, tenure_days: tenure}
    contacts: {mail: email}
    consents: [{channel: mail, purpose: service, column: yes, granted: ["yes"], at: since}]
analyzer: {kind: fast, languages: [en]}
predictors: [{kind: churn_rule}]
benchmarks: [{kind: heard}]
orient: {floor: 100}
"""


def write_project(folder: Path, rows: int, seed: int = SEED) -> None:
    """Write a project with `rows` pieces of feedback that were said before UNTIL."""
    (folder / "config").mkdir(parents=True)
    (folder / "data").mkdir()
    (folder / "config" / "all.yaml").write_text(_CONFIG, encoding="utf-8")
    for name in ("topics", "plays", "policies", "journey"):
        text = (ROOT / "config" / f"{name}.yaml").read_text(encoding="utf-8")
        (folder / "config" / f"{name}.yaml").write_text(text, encoding="utf-8")
    copytree(ROOT / "templates", folder / "templates")
    length = timedelta(days=DAYS)
    write_rows(folder / "data" / "crowd.csv", rows, _people(rows), seed, (UNTIL - length, length))
    _write_people(folder / "data" / "people.csv", _people(rows), seed)


def write_more(folder: Path, rows: int, first: int, seed: int = SEED) -> None:
    """Add a file of rows number `first` and on, said in the day after UNTIL by the same people."""
    write_rows(folder / "data" / f"crowd_{first}.csv", rows, _people(first), seed, (UNTIL, timedelta(days=1)), first)


def write_rows(path: Path, rows: int, people: int, seed: int, when: tuple[datetime, timedelta], first: int = 0) -> None:
    """Write rows number `first` and on, said one after the other from a moment on, over a length of time."""
    begin, length = when
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        writer.writerows(_rows(rows, people, Random(f"{seed} {first}"), first, begin, length / max(rows, 1)))


def _people(rows: int) -> int:
    return max(int(rows / PERSON_SAYS / len(BRANDS)), 1)


def _rows(
    rows: int, people: int, roll: Random, first: int, begin: datetime, step: timedelta
) -> Iterator[tuple[object, ...]]:
    bank = json.loads((files("flywheel.town") / "data" / "en.json").read_text("utf-8"))
    for number in range(first, first + rows):
        at = begin + step * (number - first)
        brand = BRANDS[int(roll.random() * len(BRANDS))]
        happy = roll.random() < 0.35
        yield (
            f"r{number}", f"{at:%Y-%m-%dT%H:%M:%SZ}", brand, f"{brand[0]}{int(roll.random() * people)}",
            MEDIA[int(roll.random() * len(MEDIA))], "commuter" if roll.random() < 0.5 else "leisure",
            _nps(roll, happy=happy), _text(bank, roll, brand, happy=happy),
        )  # fmt: skip


def _nps(roll: Random, *, happy: bool) -> str:
    return str(int(roll.random() * 4) + (7 if happy else 1)) if roll.random() < 0.3 else ""


def _text(bank: Any, roll: Random, brand: str, *, happy: bool) -> str:
    def one(parts: list[str]) -> str:
        return parts[int(roll.random() * len(parts))]

    chance = roll.random()
    if chance < 0.06:
        said = [one(bank[one(["question", "refund", "leaving", "neutral", "hardship"])])]
    else:
        kind = "positive" if happy else "negative"
        topics = list(bank[kind].values())
        said = [one(bank[f"open_{kind}"]), one(one(topics)) + ".", one(bank[f"close_{kind}"])]
        said[2:2] = [one(bank["consequence"])] if not happy else []
        said += [one(one(topics)) + "."] if chance > 0.6 else []
    said += [f"Booking {100_000 + int(roll.random() * 900_000)}."] if roll.random() < 0.15 else []
    said += [one(list(_PRIVATE)).format(a=int(roll.random() * 1000), b=int(roll.random() * 9))] * (
        roll.random() < PERSONAL
    )
    fields = {
        "place": one(bank["places"]), "place2": one(bank["places"]), "rival": one(list(BRANDS)), "brand": brand,
        "time": f"{5 + int(roll.random() * 17)}:{int(roll.random() * 60):02d}",
        "minutes": str(15 + int(roll.random() * 80)), "price": f"{19 + int(roll.random() * 60)} euros",
        "em": "", "y": "", "phone": "", "email": "",
    }  # fmt: skip
    return " ".join(filter(None, said)).format_map(fields)


def _write_people(path: Path, people: int, seed: int) -> None:
    roll = Random(f"{seed} people")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("customer", "lang", "value", "tenure", "email", "yes", "since"))
        for number in range(people):
            if roll.random() < KNOWN:
                name, consent = f"{BRANDS[0][0]}{number}", "yes" if roll.random() < 0.7 else "no"
                value, tenure = int(roll.random() * 900), int(roll.random() * 3000)
                writer.writerow((name, "en", value, tenure, f"{name}@example.com", consent, "2025-01-01"))


if __name__ == "__main__":
    write_project(Path(sys.argv[2]), int(sys.argv[1]))
