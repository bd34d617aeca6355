"""The sockets: what an engineer writes to add something. Each is a frozen pydantic model with one verb.

Its fields are its settings: a typo in YAML is an error with a suggestion, secrets are `SecretStr`, and the
settings document themselves. `flywheel.checks` holds the suite that each implementation must pass.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo

from flywheel.domain.delivery import Message, Receipt
from flywheel.domain.feedback import Cursor, Feedback, Page, Speaker
from flywheel.domain.outcome import Outcome
from flywheel.domain.person import PersonFact, Signal
from flywheel.domain.play import PersonView, Play, Verdict
from flywheel.domain.prediction import PersonHistory, Prediction
from flywheel.domain.reading import Readings, Texts, TopicRule
from flywheel.domain.redaction import Redaction
from flywheel.domain.standing import Measure
from flywheel.errors import RecordError


def _from_project(path: Path, info: ValidationInfo) -> Path:
    project = (info.context or {}).get("project")
    return path if path.is_absolute() or project is None else Path(project) / path


ProjectPath = Annotated[Path, AfterValidator(_from_project)]
"""A path in the configuration: relative ones are relative to the project folder, not to where one stands."""


class Plugin(BaseModel, ABC):
    """What all sockets share: settings that cannot change and cannot be misspelt."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    socket: ClassVar[str]


class Named(Plugin, ABC):
    """A plugin of which a project has several; `id` tells them apart and never changes."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")


class Source(Named):
    """Where feedback comes from. `id` never changes: it is part of the identity of every piece of feedback."""

    socket = "source"

    overlaps: ClassVar[bool] = False
    """Whether a fetch may give again what it gave before (a window that is read twice, so that nothing that comes late
    is lost). Each record then needs an id of its own, by which the store tells what it has."""

    brand: str | None = None
    voice: Speaker = "customer"
    medium: str | None = None
    touchpoint: str | None = None
    language: str | None = None
    redact: Redaction = Redaction()

    @abstractmethod
    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        """Yield pages of what is new after `since`, oldest first; each page's cursor covers it exactly.

        Raises TransientError (try later), PermanentError (will not work); bad records go to `Page.set_aside`.
        A cursor never runs ahead of the clock: a record from the year 2099 must not hide those of tomorrow.
        """

    def parse(self, raw: str) -> Sequence[Feedback]:  # noqa: ARG002 - most sources cannot
        """Return what a record says that was set aside with its `raw` form, or that was sent to us.

        Raises RecordError with the reason while it cannot be used.
        """
        raise RecordError("this source cannot read a single record again")


class InboundSource(Source):
    """A source that is not asked: others send to it, and what they sent is stored before they are answered."""

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:  # noqa: ARG002 - nobody is asked
        """Yield nothing: Listen reads what was sent, and hands it to `parse`."""
        yield from ()


class PersonSource(Named):
    """Where persons, their consents and addresses come from."""

    socket = "person_source"

    overlaps: ClassVar[bool] = False
    """Whether a fetch may give again what it gave before; see `Source`."""

    @abstractmethod
    def fetch(self, since: Cursor | None) -> Iterator[Page[PersonFact]]:
        """Yield pages of persons that are new or changed after `since`."""


class OutcomeSource(Named):
    """Where one hears what happened to people afterwards."""

    socket = "outcome_source"

    overlaps: ClassVar[bool] = False
    """Whether a fetch may give again what it gave before; see `Source`."""

    @abstractmethod
    def fetch(self, since: Cursor | None) -> Iterator[Page[Outcome]]:
        """Yield pages of outcomes that are new after `since`."""


class SignalSource(Named):
    """Where one hears what happened to people in our own operations: a late order, a delay, a renewal."""

    socket = "signal_source"

    @abstractmethod
    def fetch(self, since: Cursor | None) -> Iterator[Page[Signal]]:
        """Yield pages of signals that are new after `since`."""


class MeasureSource(Named):
    """Where figures come from that others counted: a staff survey by organisation, a public index by year."""

    socket = "measure_source"

    @abstractmethod
    def fetch(self, since: Cursor | None) -> Iterator[Page[Measure]]:
        """Yield pages of measures that are new or changed after `since`."""


class Analyzer(Plugin):
    """What reads texts. Pure: equal texts and equal settings give equal readings, whatever the batch."""

    socket = "analyzer"

    @property
    @abstractmethod
    def model_name(self) -> str:
        """Return the name and version of what reads; readings of different names are never mixed."""

    def for_cycle(self, cycle_id: str) -> Analyzer:  # noqa: ARG002 - most have nothing to count
        """Return what reads in this cycle; one with a budget returns a copy that counts what the cycle spends."""
        return self

    @abstractmethod
    def read(self, texts: Texts, taxonomy: tuple[TopicRule, ...]) -> Readings:
        """Return one reading per text, in order; a text that cannot be read says so and stops no other."""


class Predictor(Plugin):
    """What foresees what will happen to persons."""

    socket = "predictor"

    @abstractmethod
    def predict(self, histories: Sequence[PersonHistory]) -> list[Prediction]:
        """Return predictions for the histories from which one can be made."""


class BenchmarkProvider(Plugin):
    """Where figures about peers come from, with their provenance, date and n.

    `own` is what the provider calls us, where it has figures of ours too under another name.
    """

    socket = "benchmark"

    own: str | None = None

    @abstractmethod
    def measures(self, heard: Sequence[Measure], as_of: datetime) -> list[Measure]:
        """Return measures of peers; `heard` is all that the wheel knows, from itself and from tables (`source`)."""


class Policy(Plugin):
    """A rule about what may be done to a person. The strictest ruling of all policies wins."""

    socket = "policy"

    @abstractmethod
    def judge(self, play: Play, view: PersonView, now: datetime) -> Verdict:
        """Return allow, review or block with a reason that the person could be told."""

    def judge_batch(self, plays: Sequence[Play], views: Sequence[PersonView], now: datetime) -> list[Verdict]:
        """Judge many at once; override it where columns are faster than one by one."""
        return [self.judge(play, view, now) for play, view in zip(plays, views, strict=True)]


class Channel(Named):
    """A way to a person."""

    socket = "channel"

    honours_keys: ClassVar[bool]
    """Whether the receiver does a message once, however often its key arrives."""

    at_once: ClassVar[int] = 1
    """How many messages it takes between two looks at consents, caps and the kill switch, where keys are honoured.

    One is right for whatever reaches a person while we wait for the answer; a folder may take more.
    """

    needs_address: bool = True

    @abstractmethod
    def send(self, message: Message) -> Receipt:
        """Make one attempt and classify the answer; never raises for what the other end did."""

    def look_up(self, key: str) -> Receipt:  # noqa: ARG002 - most cannot be asked
        """Say whether the other end did a message: "ok", or "not sent" where it certainly did not. Sends nothing."""
        return Receipt(answer="in doubt", detail="this channel cannot be asked")

    @abstractmethod
    def ready(self) -> str | None:
        """Return None when a message could be sent now, else what is missing. Sends nothing."""
