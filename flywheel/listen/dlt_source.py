"""A bridge to sources written for dlt (dlthub.com), hundreds of them; needs `pip install flywheel-cx[dlt]`.

dlt reads, and Flywheel stores: no pipeline and no destination of dlt's are made, and what dlt remembers (the last value
of each `incremental`) is our cursor, saved in one transaction with the rows it covers.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, date, datetime
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field, JsonValue, SecretStr, field_validator, model_validator

from flywheel.domain.feedback import Cursor, Feedback, Page
from flywheel.errors import PermanentError, TransientError
from flywheel.listen.rest_shape import RecordShape, constants_of
from flywheel.ports import ProjectPath, Source

State = dict[str, Any]


class DltSource(Source):
    """Records of a dlt source or resource, `module:function`; `shape` says where in a record things stand.

    `arguments` and `secrets` are handed to the function; `resources` chooses among those of a source. A module of your
    own lies in the project folder.
    """

    overlaps: ClassVar[bool] = True

    source: str
    arguments: dict[str, JsonValue] = Field(default_factory=dict)
    secrets: dict[str, SecretStr] = Field(default_factory=dict)
    resources: tuple[str, ...] = ()
    shape: RecordShape
    page_rows: int = Field(default=1_000, ge=1)
    modules: ProjectPath = Field(default=Path(), validate_default=True, description="Where modules of your own lie.")

    @field_validator("source")
    @classmethod
    def _names_a_function(cls, source: str) -> str:
        module, _, name = source.partition(":")
        if not module or not name.isidentifier():
            raise ValueError(f"{source!r} names no function: write module:function")
        return source

    @model_validator(mode="after")
    def _can_tell_records_apart(self) -> DltSource:
        if "external_id" not in self.shape.fields:
            raise ValueError("shape.fields needs an `external_id`: a turn that breaks off is read again")
        return self

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        """Yield pages, and at last one with dlt's new state: until its end dlt may have read more than it has given."""
        from dlt.common.json import json as typed

        before: State = typed.typed_loads(str(since.value)) if since is not None and since.value else {}
        state, first = deepcopy(before), Cursor(value=None if since is None else since.value)
        for records in self._pages(state):
            rows, refused = self.shape.read(records, self)
            yield Page(rows, first, refused)
        told = _without_future(state, before, datetime.now(UTC))  # noqa: TID251 - the edge to what others dated
        notices = (f"Source {self.id!r}: what is dated in the future is read again each time.",) if told else ()
        if told or state != before:
            yield Page([], Cursor(value=typed.typed_dumps(state)), notices=notices)

    def parse(self, raw: str) -> Sequence[Feedback]:
        """Return what a record says that was set aside."""
        return [self.shape.feedback(json.loads(raw), constants_of(self), "replayed")]

    def _pages(self, state: State) -> Iterator[list[Any]]:
        """Yield records as dlt gives them; `state` is where dlt reads and writes what it remembers."""
        os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")  # it would be on, and these are customers' words
        try:
            from dlt.common.configuration.container import Container
            from dlt.common.pipeline import StateInjectableContext
        except ImportError as error:
            raise PermanentError("dlt is not installed: `pip install flywheel-cx[dlt]`.") from error
        held: Any = StateInjectableContext(state=state)  # type: ignore[arg-type]  # an empty one is filled by dlt
        with self._told():
            with Container().injectable_context(held):
                records = iter(self._made())
            with _closed(records):
                while True:
                    with Container().injectable_context(held):  # for a page only: another source has another state
                        page = list(islice(records, self.page_rows))
                    if not page:
                        return
                    yield [row for item in page for row in _rows(item)]

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn dlt's errors into ours; what they say may hold secrets and words."""
        from dlt.common.configuration.exceptions import ConfigurationException
        from dlt.common.exceptions import DltException

        try:
            yield
        except ConfigurationException as error:
            raise PermanentError(f"Source {self.id!r}: its dlt source lacks `arguments` or `secrets`.") from error
        except DltException as error:
            cause = error.__cause__ or error
            if isinstance(cause, OSError):  # what requests raises is among these
                raise TransientError(f"Source {self.id!r} cannot be read now ({type(cause).__name__}).") from error
            raise PermanentError(f"Source {self.id!r}: its dlt source breaks with {type(cause).__name__}.") from error

    def _made(self) -> Any:
        module, _, name = self.source.partition(":")
        if str(self.modules) not in sys.path:
            sys.path.insert(0, str(self.modules))
        try:
            function = getattr(import_module(module), name)
        except (ImportError, AttributeError) as error:
            raise PermanentError(f"Source {self.id!r}: {self.source!r} cannot be imported.") from error
        made = function(**self.arguments, **{name: one.get_secret_value() for name, one in self.secrets.items()})
        if not self.resources:
            return made
        missing = sorted(set(self.resources) - set(getattr(made, "resources", ())))
        if missing:
            raise PermanentError(f"Source {self.id!r}: {self.source!r} has no resource {missing[0]!r}.")
        return made.with_resources(*self.resources)


def _rows(item: Any) -> list[Any]:
    """Return the records of what dlt yields: one, or a table of Arrow's."""
    rows: list[Any] = item.to_pylist() if hasattr(item, "to_pylist") else [item]
    return rows


@contextmanager
def _closed(records: Any) -> Iterator[None]:
    """End what dlt has begun, when somebody stops in the middle."""
    try:
        yield
    finally:
        if hasattr(records, "close"):
            records.close()


def _without_future(state: Any, before: Any, now: datetime) -> bool:
    """Put back each last value that is in the future, for it would hide what comes; return whether there was one."""
    told = False
    for name, one in state.items() if isinstance(state, dict) else ():
        was = before.get(name, {}) if isinstance(before, dict) else {}
        if isinstance(one, dict) and "last_value" in one:
            if (moment := _moment(one["last_value"])) is not None and moment > now:
                one.update({"last_value": was.get("last_value"), "unique_hashes": was.get("unique_hashes", [])})
                told = True
        else:
            told = _without_future(one, was, now) or told
    return told


def _moment(value: Any) -> datetime | None:
    """Return when a last value is, if it is a moment at all."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else None
