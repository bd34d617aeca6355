"""A world small enough for thousands of histories: forty people, six plays, two receivers, a store in memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import pytest

from flywheel.act.words import Wordsmith
from flywheel.config import Settings
from flywheel.config.settings import ActRules, Brand, LearnRules
from flywheel.decide.ask_first import AskFirstPolicy
from flywheel.decide.care_first import CareFirstPolicy
from flywheel.decide.policies import ConsentPolicy, ContactCapPolicy, QuietHoursPolicy
from flywheel.domain.account import Account
from flywheel.domain.person import Consent, Person
from flywheel.domain.play import Play
from flywheel.ports import Channel
from flywheel.steps import writing
from flywheel.store import Store, engine, migrate, store
from flywheel.store.codec import insert_new, stamp
from flywheel.store.shelves.people import KnownPerson
from flywheel.store.tables import IdentityRow
from flywheel.understand.fast import FastAnalyzer
from flywheel.vault import Vault
from flywheel.wheel import Flywheel

BEGINNING = datetime(2026, 2, 23, 9, tzinfo=UTC)
CAP, CAP_DAYS, SAME_DAYS, CONTROL = 2, 7, 30, 0.1
QUIET = ("21:00", "08:00")
VAULT = Vault(b"h" * 32)
BRAND, ZONES = "Own", ("Europe/Warsaw", "America/New_York", "Asia/Tokyo", None)
_TWIN = "p0_shop"
PEOPLE = {
    f"p{at}": Person(
        id=f"p{at}", voice="customer", brand="Rival" if at == 9 else BRAND, time_zone=ZONES[at % 4],
        value=100.0 + 300 * (at % 5),
    )
    for at in range(40)
}  # fmt: skip
PEOPLE[_TWIN] = PEOPLE["p0"].model_copy(update={"id": _TWIN})
HUMANS = {person: person.removesuffix("_shop") for person in PEOPLE}
NO_ADDRESS = "p8"
ACCOUNTS = {
    name: Account(name=name, role="approver", created_at=BEGINNING, created_by="Ada") for name in ("Bo", "Cy", "Di")
}
PLAYS = (
    Play(name="mend", tier="complaint", when='intent == "complaint"', channel="desk", template="words"),
    Play(name="ease", tier="friction", when='label == "negative"', channel="mail", template="words", holdout=0.3),
    Play(name="thanks", tier="relationship", when='label == "positive"', channel="mail", template="words", holdout=0.3),
    Play(
        name="sell", tier="offer", when='label == "neutral"', channel="desk", purpose="marketing", template="words",
        holdout=0.3, not_after_days=6,
    ),
    Play(
        name="deal", tier="offer", when='label == "neutral" and medium == "call"', channel="mail", purpose="marketing",
        template="words", holdout=0.0, expected_effect=0.5, approval="required", approvals=2,
    ),
)  # fmt: skip
WATCHED = Play(name="watched", tier="relationship", when='label == "positive"', channel="mail", template="words")


def settings_with(folder: Path, channels: tuple[Channel, ...]) -> Settings:
    """Return the configuration; the template it names is written beside it."""
    messages = folder / "templates" / "messages"
    messages.mkdir(parents=True, exist_ok=True)
    (messages / "words.en.j2").write_text("Subject: About {{ play }}\n\nYours, {{ brand }}", encoding="utf-8")
    plays = tuple(play.model_copy(update={"mode": "live"}) for play in PLAYS)
    policies = (
        ConsentPolicy(), ContactCapPolicy(max_contacts=CAP, days=CAP_DAYS, same_play_days=SAME_DAYS),
        QuietHoursPolicy(start=QUIET[0], end=QUIET[1]), CareFirstPolicy(),
        AskFirstPolicy(value=1_000, second_value=1_300),
    )  # fmt: skip
    return Settings(
        project=folder, brand=Brand(name=BRAND), sources=(), analyzer=FastAnalyzer(), channels=channels,
        plays=(*plays, WATCHED), policies=policies, learn=LearnRules(control=CONTROL, allocation="best"),
        act=ActRules(canary=0, breaker_after=6),
    )  # fmt: skip


def write_origin(file: Path) -> None:
    """Make a store in which everybody is known, has addresses, and has said yes to everything."""
    migrate(f"sqlite:///{file}", {})
    pairs = {(play.channel, play.purpose) for play in PLAYS}
    long_ago = BEGINNING - timedelta(days=300)
    known = [
        KnownPerson(
            person,
            tuple(Consent(channel=one, purpose=what, granted=True, at=long_ago) for one, what in sorted(pairs)),
            () if person.id == NO_ADDRESS
            else tuple((one, VAULT.lock(f"{person.id}@b.example", person.id)) for one in ("desk", "mail")),
        )
        for person in PEOPLE.values()
    ]  # fmt: skip
    made = Store(f"sqlite:///{file}")
    with made.write(None) as shelves:
        shelves.people.add("crm", known, BEGINNING)
        link = {"source": "crm", "alias": _TWIN, "person_id": "p0", "linked_at": stamp(BEGINNING)}
        insert_new(shelves._connection, IdentityRow, [link])
        for name, account in ACCOUNTS.items():
            shelves.accounts.add(account, f"token of {name}")
    made.close()


@contextmanager
def opened(origin: Path, folder: Path, settings: Settings, clock: list[datetime]) -> Iterator[Flywheel]:
    """Open a fresh copy of the origin; the clock is the first of a list, so that it can be set."""
    for left in folder.glob("flywheel.db*"):
        left.unlink()
    file = folder / "flywheel.db"
    shutil.copyfile(origin, file)
    file.chmod(0o600)
    kept = Store(f"sqlite:///{file}")
    try:
        yield Flywheel(settings, kept, VAULT, lambda: clock[0])
    finally:
        kept.close()


def keep_what_is_made(patch: pytest.MonkeyPatch) -> None:
    """Let every history use the same engines (without connections) and the same wordsmith.

    Compiling statements and templates anew would be most of a history.
    """
    made: dict[str, Wordsmith] = {}
    patch.setattr(store, "open_engines", lru_cache(engine.open_engines))
    patch.setattr(writing, "Wordsmith", lambda folders: made.setdefault(str(folders), Wordsmith(folders)))
