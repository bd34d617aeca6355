"""One decision, and the plays and persons around it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sink import PEOPLE, Sink

from flywheel.config import Settings
from flywheel.config.settings import Brand
from flywheel.domain.cycle import Cycle, Window
from flywheel.domain.person import Consent, Person
from flywheel.domain.play import Decision, PersonView, Play
from flywheel.store import Store, migrate
from flywheel.store.shelves.people import KnownPerson
from flywheel.understand.fast import FastAnalyzer
from flywheel.vault import Vault
from flywheel.wheel import Flywheel

_COMPILED: dict[str, Any] = {}


@pytest.fixture
def play() -> Play:
    return Play(name="help", tier="friction", when="x", channel="mail", template="help")


@pytest.fixture
def decision(noon: datetime) -> Callable[..., Decision]:
    def made(**values: Any) -> Decision:
        given = {
            "id": "d1", "cycle_id": "c1", "person_id": "p1", "occasion": "f1", "occasion_at": noon, "play": "help",
            "variant": "a", "tier": "friction", "channel": "mail", "purpose": "service", "score": 0.1,
            "propensity": 0.8, "arm": "default", "status": "decided", "ruling": "allow", "reasons": (), "verdicts": (),
            "learnings": (), "settings": (), "decided_at": noon, "not_before": None,
            "not_after": noon + timedelta(days=9),
        }  # fmt: skip
        return Decision.model_validate(given | values)

    return made


@pytest.fixture
def view(noon: datetime) -> PersonView:
    return PersonView(
        person=Person(id="p1", voice="customer", brand="Own"), occasion=None, contacts=(), reachable=("mail",),
        consents=(Consent(channel="mail", purpose="service", granted=True, at=noon),),
    )  # fmt: skip


@pytest.fixture
def sink() -> Sink:
    return Sink()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty store, made once: each test takes a copy."""
    file = tmp_path_factory.mktemp("migrated") / "flywheel.db"
    migrate(f"sqlite:///{file}", {})
    return file


@pytest.fixture
def wheel(tmp_path: Path, noon: datetime, sink: Sink, migrated: Path) -> Iterator[Flywheel]:
    messages = tmp_path / "templates" / "messages"
    messages.mkdir(parents=True)
    (messages / "help.en.j2").write_text("Subject: s\n\nHello", encoding="utf-8")
    play = Play(name="help", tier="friction", when="sentiment < 0", channel="mail", template="help", mode="live")
    settings = Settings(
        project=tmp_path, brand=Brand(name="Own"), sources=(), analyzer=FastAnalyzer(), channels=(sink,), plays=(play,)
    )
    (tmp_path / "store").mkdir(mode=0o700)
    shutil.copy(migrated, tmp_path / "store" / "flywheel.db")
    store = Store(f"sqlite:///{tmp_path / 'store' / 'flywheel.db'}")
    for engine in (store._writer, store._reader):  # a statement is compiled once for all tests
        engine._compiled_cache = _COMPILED.setdefault(engine.dialect.name, engine._compiled_cache)
    yield Flywheel(settings, store, Vault(b"k" * 32), lambda: noon)
    store.close()


@pytest.fixture
def cycle(wheel: Flywheel, noon: datetime, decision: Callable[..., Decision]) -> Cycle:
    """A cycle in which a message to each of five people has been decided."""
    window = Window(since=noon, until=noon)
    fresh = Cycle(id="c1", flow="cycle", window=window, as_of=noon, mode="live", period=0, config_hash="h", fence=0)
    people = [
        KnownPerson(
            Person(id=f"p{at}", voice="customer", brand="Own"),
            (Consent(channel="mail", purpose="service", granted=True, at=noon - timedelta(days=9)),),
            (("mail", wheel.vault.lock(f"p{at}@b.example", f"p{at}")),),
        )
        for at in range(PEOPLE)
    ]
    with wheel.store.write(None) as shelves:
        held = shelves.cycles.begin(fresh, ("act",), noon, "0")
        shelves.people.add("crm", people, noon)
        shelves.decisions.add([decision(id=f"d{at}", person_id=f"p{at}") for at in range(PEOPLE)])
    return held
