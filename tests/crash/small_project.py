"""A project small enough to be turned hundreds of times, with every stop of the wheel in use."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flywheel.config import load
from flywheel.store import migrate
from flywheel.turn import TurnRequest
from flywheel.vault import open_vault
from flywheel.wheel import database_url, store_facts

UNTIL = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = "c4a5" * 16
CONFIG = """
brand: {name: Acme, zone: Europe/Warsaw}
competitors: [Rival]
batch_size: 5
orient: {floor: 2}
ooda: {cause_floor: 1}
learn: {min_arm: 2}
topics: [{topic: delay, touchpoint: journey, words: {en: [late, delay*]}}]
journey: [{stage: travel, touchpoints: [{name: journey, owner: Operations}]}]
sources:
  - id: talk
    kind: csv
    path: talk.csv
    columns: {text: text, external_id: id, said_at: at, person: who, brand: brand}
people:
  - id: crm
    kind: csv
    path: people.csv
    brand: Acme
    columns: {person: who, language: lang}
    contacts: {mail: mail}
    consents: [{channel: mail, purpose: service, column: yes, at: since}]
outcomes:
  - {id: back, kind: csv, path: back.csv, metric: returned, columns: {person: who, happened_at: at, external_id: id}}
analyzer: {kind: fast}
predictors: [{kind: churn_rule}]
benchmarks: [{kind: heard}]
channels: [{id: mail, kind: file, folder: outbox}]
policies: [{kind: consent}, {kind: contact_cap}, {kind: quiet_hours}]
plays:
  - name: ease
    tier: friction
    when: label == "negative"
    channel: mail
    template: ease
    mode: live
    metric: returned
    holdout: 0.3
"""


def write_project(folder: Path, config: str = CONFIG) -> None:
    """Write the configuration, the template and the first files."""
    (folder / "config").mkdir(parents=True)
    (folder / "config" / "all.yaml").write_text(config, encoding="utf-8")
    (folder / "templates" / "messages").mkdir(parents=True)
    (folder / "templates" / "messages" / "ease.en.j2").write_text("Subject: Sorry\n\nWe read you, {{ brand }}.\n")
    said = [f"{n},{_day(n)},p{n % 6},{'Rival' if n % 5 == 4 else 'Acme'},{_words(n)}" for n in range(12)]
    (folder / "talk.csv").write_text("id,at,who,brand,text\n" + "\n".join(said) + "\n", encoding="utf-8")
    people = [f"p{n},en,p{n}@example.com,{'yes' if n else 'no'},2026-01-01" for n in range(6)]
    (folder / "people.csv").write_text("who,lang,mail,yes,since\n" + "\n".join(people) + "\n", encoding="utf-8")
    (folder / "back.csv").write_text("id,at,who\n1,2026-03-01T10:00Z,p1\n2,2026-03-02T10:00Z,p2\n", encoding="utf-8")


def ready(folder: Path) -> None:
    """Make the store of a project."""
    settings = load(folder / "config")
    migrate(database_url(folder), store_facts(settings, open_vault(folder)))


def request(folder: Path, flow: str = "cycle") -> TurnRequest:
    """Return the turn that is done again and again: a fixed window and clock."""
    config = folder / "config"
    return TurnRequest(config=config, flow=flow, since=UNTIL - timedelta(days=7), until=UNTIL, as_of=UNTIL)


def command(folder: Path, hours: int = 0) -> list[str]:
    """Return the words after `flywheel` that make the same turn, or a later one over the same window."""
    window = request(folder)
    times = {"--since": window.since, "--until": window.until, "--as-of": UNTIL + timedelta(hours=hours)}
    given = [word for name, time in times.items() for word in (name, f"{time:%Y-%m-%dT%H:%MZ}")]
    return ["run", "--engine", "local", "--config", str(window.config), *given]


def _day(n: int) -> str:
    return f"{UNTIL - timedelta(hours=5 * (12 - n)):%Y-%m-%dT%H:%M:%SZ}"


def _words(n: int) -> str:
    return "The train was late again and it is terrible" if n % 3 else "Lovely crew and thank you very much"
