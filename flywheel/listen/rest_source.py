"""Any HTTP API that gives JSON: described in YAML, read with patience, nothing lost and nothing kept twice.

The cursor is either the server's own word (`paging.keep`) or the newest date that was seen, never ahead of the server's
clock: what is dated in the future is stored, and hides nothing. From there an overlap is read again every time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from pydantic import Field, model_validator

from flywheel.domain.feedback import Cursor, Feedback, Page
from flywheel.errors import PermanentError
from flywheel.listen.http_pages import Answer, Asker, Auth, Patience, same_origin
from flywheel.listen.json_path import text_at, value_at, values_at
from flywheel.listen.rest_shape import Newer, Paging, RecordShape, constants_of, moment_at
from flywheel.ports import Source

_MOST_PAGES = 100_000


@dataclass(frozen=True, slots=True)
class _Question:
    """What to ask next."""

    url: str
    params: dict[str, str]
    body: Any


class RestSource(Source):
    """Records from an HTTP API; `shape` says where in a record things stand."""

    overlaps: ClassVar[bool] = True

    url: str
    params: dict[str, str] = Field(default_factory=dict)
    headers: dict[str, str] = Field(default_factory=dict)
    body: dict[str, Any] | None = Field(default=None, description="Asked with POST when given.")
    auth: Auth | None = None
    paging: Paging = Paging()
    newer: Newer | None = None
    shape: RecordShape
    patience: Patience = Patience()

    @model_validator(mode="after")
    def _can_tell_records_apart(self) -> RestSource:
        if "external_id" not in self.shape.fields:
            raise ValueError(
                "shape.fields needs an `external_id`: an API is read with an overlap, and only ids tell again"
            )
        if self.paging.kind in ("page", "offset", "cursor") and not self.paging.param:
            raise ValueError(f"paging of kind {self.paging.kind!r} needs its `param`")
        return self

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        """Yield a page for each answer; a page that repeats what the last turn gave has ids that are known."""
        state: dict[str, Any] = dict(since.value) if since is not None and isinstance(since.value, dict) else {}
        seen = datetime.fromisoformat(state["seen"]) if "seen" in state else None
        start = None if seen is None or self.newer is None else seen - timedelta(minutes=self.newer.overlap_minutes)
        question: _Question | None = self._question(start, state.get("next"))
        newest, limit = seen, None
        with Asker(self.id, self.auth, self.headers, self.patience) as asker:
            for number in range(_MOST_PAGES):
                assert question is not None
                answer = asker.ask(question.url, question.params, question.body)
                limit = limit or answer.now
                records = self._records(answer.document)
                newest = max(filter(None, (newest, self._newest(records, limit))), default=None)
                follow = self._next(question, answer, records, number, start)
                state = self._state(state, newest, answer, ended=follow is None)
                rows, refused = self.shape.read(records, self)
                yield Page(rows, Cursor(value=state), refused)
                if follow is None:
                    return
                question = follow
        raise PermanentError(f"Source {self.id!r} gave {_MOST_PAGES} pages and goes on: is its `paging` right?")

    def parse(self, raw: str) -> Sequence[Feedback]:
        """Return what a record says that was set aside."""
        return [self.shape.feedback(json.loads(raw), constants_of(self), "replayed")]

    def _records(self, document: Any) -> list[Any]:
        found = values_at(document, self.shape.records)
        if len(found) == 1 and isinstance(found[0], list):
            return found[0]
        if not found:
            if document not in ([], {}, None) and isinstance(document, dict) and not _has(document, self.shape.records):
                raise PermanentError(f"Source {self.id!r}: there is nothing at {self.shape.records!r} in its answer.")
            return []
        return found

    def _newest(self, records: list[Any], limit: datetime) -> datetime | None:
        if self.newer is None:
            return None
        dates = [moment_at(record, self.newer.field) for record in records]
        return max((one for one in dates if one is not None and one <= limit), default=None)

    def _state(self, state: dict[str, Any], newest: datetime | None, answer: Answer, *, ended: bool) -> dict[str, Any]:
        """Return what the cursor of a page holds: it may not pass what a later page still can bring."""
        if self.paging.keep:
            word = value_at(answer.document, self.paging.next)
            return state if word is None else {"next": str(word)}
        if newest is None or self.newer is None or not (ended or self.newer.ordered):
            return state
        return {"seen": newest.astimezone(UTC).isoformat()}

    def _question(self, start: datetime | None, word: str | None) -> _Question:
        params, body = dict(self.params), None if self.body is None else json.loads(json.dumps(self.body))
        if self.paging.size_param:
            _put(params, body, self.paging.size_param, self.paging.size)
        if self.paging.kind in ("page", "offset"):
            _put(params, body, self.paging.param, self.paging.first if self.paging.kind == "page" else 0)
        if self.paging.keep and word is not None:
            _put(params, body, self.paging.param, word)
        elif self.newer is not None and self.newer.param:
            asked = self.newer.first if start is None else self.newer.written(start)
            if asked is not None:
                _put(params, body, self.newer.param, asked)
        return _Question(self.url, params, body)

    def _next(
        self, now: _Question, answer: Answer, records: list[Any], number: int, start: datetime | None
    ) -> _Question | None:
        """Return what to ask after an answer, None when it was the last."""
        if self._ended(answer.document, records, start):
            return None
        params, body = dict(now.params), None if now.body is None else json.loads(json.dumps(now.body))
        match self.paging.kind:
            case "page":
                _put(params, body, self.paging.param, self.paging.first + number + 1)
            case "offset":
                _put(params, body, self.paging.param, self.paging.size * (number + 1))
            case "link":
                link = answer.next_url or text_at(answer.document, self.paging.next)
                if link and not same_origin(link, self.url):
                    raise PermanentError(f"Source {self.id!r}: its next page is on another server: not followed.")
                return _Question(link, {}, body) if link and link != now.url else None
            case _:
                word = value_at(answer.document, self.paging.next)
                if word is None or params.get(self.paging.param) == str(word):
                    return None
                if self.paging.keep and self.newer is not None:
                    params.pop(self.newer.param, None)
                _put(params, body, self.paging.param, word)
        return _Question(now.url, params, body)

    def _ended(self, document: Any, records: list[Any], start: datetime | None) -> bool:
        paging = self.paging
        said_so = (
            (paging.done is not None and value_at(document, paging.done) is True)
            or (paging.more is not None and not value_at(document, paging.more))
            or (paging.kind in ("page", "offset") and not records)
        )
        if paging.kind == "none" or said_so:
            return True
        if self.newer is None or not self.newer.backwards or start is None:
            return False
        dates = [moment_at(record, self.newer.field) for record in records]
        return bool(records) and all(one is not None and one < start for one in dates)


def _put(params: dict[str, str], body: Any, name: str, value: Any) -> None:
    """Put a value into the query, or at `a.b` in the body where there is one."""
    if body is None:
        params[name] = str(value)
        return
    *way, last = name.split(".")
    for step in way:
        body = body.setdefault(step, {})
    body[last] = value


def _has(document: dict[str, Any], path: str) -> bool:
    return path == "$" or path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0] in document
