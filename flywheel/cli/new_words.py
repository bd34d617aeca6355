"""What a plugin begins as: short, complete, and true to its socket; `@name@` and `@Name@` are filled in."""

from __future__ import annotations

from typing import NamedTuple


class Beginning(NamedTuple):
    """The module, its test, and how it is named in the configuration."""

    code: str
    test: str
    yaml: str


SOURCE = Beginning(
    code='''"""@Name@: what it gives, and who asks it."""

from collections.abc import Iterator
from datetime import datetime

from flywheel.domain.feedback import Cursor, Feedback, Page
from flywheel.ports import Source


class @Name@(Source):
    """Its fields are its settings; declare a token as pydantic's SecretStr."""

    page_size: int = 100

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        """Yield pages, oldest first; the cursor of a page covers its rows and all before them, and no more."""
        start = int(str(since.value)) if since else 0
        records = self.read()
        for at in range(start, len(records), self.page_size):
            rows = [
                Feedback(external_id=one["id"], text=one["text"], said_at=datetime.fromisoformat(one["at"]))
                for one in records[at : at + self.page_size]
            ]
            yield Page(rows, Cursor(value=at + len(rows)))

    def read(self) -> list[dict[str, str]]:
        """Ask the other end here. Raise flywheel.errors.TransientError (later) or PermanentError (never)."""
        return [{"id": str(n), "text": f"Example {n}", "at": "2026-01-01T12:00:00+00:00"} for n in range(5)]
''',
    test="""from @name@ import @Name@

from flywheel.checks import check_source


def test_@name@_keeps_the_rules_of_a_source() -> None:
    check_source(@Name@(id="@name@", brand="Own", page_size=2))
""",
    yaml='sources:\n  - {id: @name@, kind: "@name@:@Name@", brand: YOUR BRAND}\n',
)

STEP = Beginning(
    code='''"""@Name@: a step of the wheel."""

from flywheel.domain.cycle import Cycle, Tally
from flywheel.wheel import Flywheel


def @name@(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Take facts from the store, add facts to it; doing it twice is doing it once."""
    with wheel.store.read() as shelves:
        seen = sum(shelves.feedback.counts().values())
    return Tally(step="@name@", done=seen)
''',
    test="""from @name@ import @name@

from flywheel.plugins import make_importable
from flywheel.stepping import step_function


def test_@name@_is_found_by_its_name(tmp_path) -> None:
    make_importable(tmp_path)
    assert step_function("@name@:@name@") is @name@
""",
    yaml=(
        'steps:\n  cycle: [listen, "@name@:@name@", understand, predict, orient, decide, act, care, learn, themes, '
        "report]\n"
    ),
)

POLICY = Beginning(
    code='''"""@Name@: a rule about what may be done to a person."""

from datetime import datetime

from flywheel.domain.play import PersonView, Play, Verdict
from flywheel.ports import Policy


class @Name@(Policy):
    """Its fields are its settings; every verdict has a reason that the person could be told."""

    tiers: tuple[str, ...] = ("expansion",)

    def judge(self, play: Play, view: PersonView, now: datetime) -> Verdict:
        """Let a person look at plays of these tiers first."""
        if play.tier in self.tiers:
            return Verdict(policy="@name@", ruling="review", reason=f"a play of tier {play.tier} wants a second look")
        return Verdict(policy="@name@", ruling="allow", reason="nothing against it")
''',
    test="""from @name@ import @Name@

from flywheel.checks import check_policy


def test_@name@_keeps_the_rules_of_a_policy() -> None:
    check_policy(@Name@())
""",
    yaml='policies:\n  - {kind: "@name@:@Name@"}\n',
)

CHANNEL = Beginning(
    code='''"""@Name@: a way to a person."""

from typing import ClassVar

from flywheel.domain.delivery import Message, Receipt
from flywheel.ports import Channel, ProjectPath


class @Name@(Channel):
    """Its fields are its settings. Say truly whether the receiver does a message once, however often its key comes."""

    honours_keys: ClassVar[bool] = True

    folder: ProjectPath

    def send(self, message: Message) -> Receipt:
        """Make one attempt and classify the answer: ok, rejected, not sent, in doubt; raise nothing."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{message.key}.txt").write_text(message.body, encoding="utf-8", errors="replace")
        except OSError as error:
            return Receipt(answer="not sent", detail=f"the folder cannot be written ({error.strerror})")
        return Receipt(answer="ok", provider_id=message.key)

    def ready(self) -> str | None:
        """Return None when a message could be sent now, else what is missing."""
        return None
''',
    test="""from @name@ import @Name@

from flywheel.checks import check_channel


def test_@name@_keeps_the_rules_of_a_channel(tmp_path) -> None:
    check_channel(@Name@(id="@name@", folder=tmp_path), lambda: len(list(tmp_path.iterdir())))
""",
    yaml='channels:\n  - {id: @name@, kind: "@name@:@Name@", folder: outbox}\n',
)
