"""A real store in a temporary folder, a cycle that turns in it, and what one needs to fill it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import numpy as np
import pytest
from databases import Postgres

from flywheel.domain.cycle import Cycle, Window, cycle_id
from flywheel.domain.feedback import HeardColumns, Unread
from flywheel.domain.ids import content_ids
from flywheel.domain.person import Consent, Person
from flywheel.domain.reading import Label, Mentions, Readings
from flywheel.store import Store, migrate
from flywheel.store.shelves.people import KnownPerson

FACTS = {"key_fingerprint": "abc", "brand_zone": "UTC"}
STEPS = ("listen", "understand", "decide")

Say = Callable[..., HeardColumns]
Read = Callable[..., Readings]
Turn = Callable[..., Cycle]


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> str:
    """Return the URL of a migrated database to copy: that takes a tenth of the time of migrating."""
    url = postgres.fresh()
    migrate(url, FACTS)
    return url


@pytest.fixture
def store(url: str, request: pytest.FixtureRequest) -> Iterator[Store]:
    if url.startswith("sqlite"):
        migrate(url, FACTS)
    else:
        server: Postgres = request.getfixturevalue("postgres")
        server.copy(request.getfixturevalue("migrated"), url)
    opened = Store(url)
    yield opened
    opened.close()


@pytest.fixture
def turn(store: Store, noon: datetime) -> Turn:
    """Begin a cycle that ends on a day after noon."""

    def begin(day: int = 0, flow: str = "cycle") -> Cycle:
        window = Window(since=noon + timedelta(days=day - 1), until=noon + timedelta(days=day))
        cycle = Cycle(
            id=cycle_id(flow, window), flow=flow, window=window, as_of=window.until, mode="live", period=0,
            config_hash="h", fence=0,
        )  # fmt: skip
        with store.write(None) as shelves:
            return shelves.cycles.begin(cycle, STEPS, window.until, "0")

    return begin


@pytest.fixture
def cycle(turn: Turn) -> Cycle:
    return turn()


@pytest.fixture
def say(noon: datetime) -> Say:
    """Make a page ready for the store; a person, a brand, a date is one for all rows or one for each."""

    def made(
        texts: Sequence[str],
        *,
        person: str | None = "p1",
        brand: str = "Own",
        said_at: Sequence[datetime | None] | None = None,
        ids: Sequence[str] | None = None,
        voice: str = "customer",
    ) -> HeardColumns:
        n = len(texts)
        own = list(ids) if ids is not None else [f"{text}-{at}" for at, text in enumerate(texts)]
        dates = list(said_at) if said_at is not None else [noon - timedelta(hours=1)] * n
        return HeardColumns(
            id=content_ids("feedback", "talk", own), external_id=own, brand=[brand] * n, voice=[voice] * n,
            person_id=[person] * n, medium=["mail"] * n, touchpoint=["desk"] * n, said_at=dates,
            day=["" if one is None else one.date().isoformat() for one in dates], language=["en"] * n,
            text=list(texts), content_hash=["h"] * n, attributes=[{}] * n, scores=[()] * n,
            thread=[None] * n, reply=[None] * n,
        )  # fmt: skip

    return made


@pytest.fixture
def judged() -> Read:
    """Make readings of a batch: its labels in turn, one topic for every text that is not neutral."""

    def read(
        batch: Unread, labels: Sequence[Label | None] = ("negative",), model: str = "m1", **columns: object
    ) -> Readings:
        n = len(batch)
        given = [labels[at % len(labels)] for at in range(n)]
        value = {"negative": -0.75, "neutral": 0.0, "positive": 0.5, None: math.nan}
        rows = [at for at in range(n) if given[at] in ("negative", "positive")]
        made = {
            "model": model, "status": ["unsupported" if one is None else "read" for one in given],
            "language": ["en"] * n,
            "sentiment": np.array([value[one] for one in given]), "label": given,
            "confidence": np.array([math.nan if one is None else 0.9 for one in given]), "emotions": [None] * n,
            "effort": [None] * n, "intent": ["complaint" if one == "negative" else None for one in given],
            "urgency": ["high" if one == "negative" else None for one in given], "urgency_reason": [None] * n,
            "expectation": [None] * n, "expectation_words": [None] * n, "promised_by": [None] * n,
            "empathy": [None] * n, "reply_shows": [None] * n,
            "mentions": Mentions(
                row=rows, topic=["delay"] * len(rows), touchpoint=[None] * len(rows),
                sentiment=[value[given[at]] for at in rows], evidence=["late"] * len(rows),
            ),
        }  # fmt: skip
        return Readings(**made | columns)

    return read


@pytest.fixture
def known(noon: datetime) -> Callable[..., KnownPerson]:
    """Make a person with consent to service mail."""

    def made(
        name: str = "p1", *, brand: str = "Own", granted: bool = True, tenure_days: int | None = 400
    ) -> KnownPerson:
        person = Person(id=name, voice="customer", brand=brand, tenure_days=tenure_days, value=10.0)
        line = Consent(channel="mail", purpose="service", granted=granted, at=noon - timedelta(days=90))
        return KnownPerson(person, (line,), (("mail", "sealed"),))

    return made
