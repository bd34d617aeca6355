"""A feed: RSS, Atom, JSON Feed, an app store's reviews; asked for only if it has changed since.

A feed holds its newest items only, and they are told apart by their ids: what was there already is known. The cursor is
what the server says of the whole (ETag, Last-Modified): no date of an item can hide those that follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar, Literal

from pydantic import Field, ValidationError

from flywheel.domain.feedback import Cursor, Feedback, Page, Score, SetAside
from flywheel.domain.ids import content_id
from flywheel.errors import PermanentError, RecordError
from flywheel.listen.dates import DateRules, read_dates
from flywheel.listen.feed_items import Feed, Item, read_feed
from flywheel.listen.http_pages import Asker, Auth, Patience, joined, same_origin
from flywheel.ports import Source

_ANY = "application/atom+xml, application/rss+xml, application/xml, application/json;q=0.9, */*;q=0.5"
_STARS = (1.0, 5.0)


class RssSource(Source):
    """Items of a feed as feedback; `author` says whether people are told apart by address, by name, or not at all.

    Stars of an app store are scores of kind `stars`, 1 to 5.
    """

    overlaps: ClassVar[bool] = True

    url: str
    author: Literal["address", "name", "nobody"] = "address"
    max_pages: int = Field(default=10, ge=1, le=1_000, description="Where a feed links its older pages (RFC 5005).")
    headers: dict[str, str] = Field(default_factory=dict)
    auth: Auth | None = None
    patience: Patience = Patience(max_bytes=20_000_000)

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        """Yield a page for each page of the feed; nothing when it has not changed."""
        known: dict[str, Any] = since.value if since is not None and isinstance(since.value, dict) else {}
        headers, url, seen, state = self.headers | _only_if_changed(known), self.url, {self.url}, known
        with Asker(self.id, self.auth, {"Accept": _ANY}, self.patience) as asker:
            while True:
                answer = asker.fetch(url, headers)
                if answer.body is None:
                    return
                feed = self._read(answer.body)
                if url == self.url:
                    state = _state(answer.headers)
                url = self._next(feed, answer.url, seen)
                yield self._page(feed, Cursor(value=known if url else state))
                if not url:
                    return
                headers = self.headers

    def _read(self, body: bytes) -> Feed:
        try:
            return read_feed(body)
        except PermanentError as error:
            raise PermanentError(f"Source {self.id!r} gives {error}.") from None

    def _next(self, feed: Feed, here: str, seen: set[str]) -> str:
        """Return where the next page is, empty if it was the last, or one that we have had, or one elsewhere."""
        if not feed.next_url or not feed.items or len(seen) >= self.max_pages:
            return ""
        url = joined(here, feed.next_url)
        if not url or url in seen or not same_origin(url, here):
            return ""
        seen.add(url)
        return url

    def _page(self, feed: Feed, cursor: Cursor) -> Page[Feedback]:
        rows: list[Feedback] = []
        refused: list[SetAside] = []
        for number, item in enumerate(reversed(feed.items), start=1):  # feeds begin with the newest
            if item.app:
                continue
            try:
                rows.append(self._feedback(item, f"item {item.id or number}"))
            except RecordError as error:
                refused.append(SetAside(position=f"item {item.id or number}", reason=str(error)))
        told = (f"Source {self.id!r}: its feed breaks off; what stands before was read.",) if feed.broken else ()
        return Page(rows, cursor, refused, notices=told)

    def _feedback(self, item: Item, position: str) -> Feedback:
        text = item.body if item.body.startswith(item.title) else "\n".join(filter(None, (item.title, item.body)))
        scores = _stars(item.rating)
        if not text.strip() and not scores:
            raise RecordError("no text and no score")
        person = {"address": item.author_uri, "name": item.author_uri or item.author, "nobody": ""}[self.author]
        try:
            return Feedback(
                text=text, external_id=_own_id(item), person=person or None, said_at=_moment(item.said_at),
                scores=scores, position=position,
                attributes={name: said for name in ("version", "link") if (said := getattr(item, name))},
            )  # fmt: skip
        except ValidationError as error:
            raise RecordError("an item that cannot be used") from error


def _only_if_changed(known: dict[str, Any]) -> dict[str, str]:
    asked = {"If-None-Match": known.get("etag"), "If-Modified-Since": known.get("modified")}
    return {name: str(value) for name, value in asked.items() if value}


def _state(headers: Any) -> dict[str, Any]:
    given = {"etag": headers.get("ETag"), "modified": headers.get("Last-Modified")}
    return {name: value for name, value in given.items() if value}


def _own_id(item: Item) -> str:
    """Return the id, else what follows from what it says, but for its version and its date, which change."""
    return item.id or content_id("feed item", item.link, item.title, item.body, item.author)


def _moment(written: str) -> datetime | None:
    """Read a date of RFC 822 (RSS) or RFC 3339 (Atom)."""
    if not written:
        return None
    try:
        moment = parsedate_to_datetime(written)
    except (TypeError, ValueError, IndexError, OverflowError):
        return read_dates([written], DateRules())[0]
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def _stars(written: str) -> tuple[Score, ...]:
    try:
        value = float(written)
    except ValueError:
        return ()
    low, high = _STARS
    return (Score(kind="stars", value=value, scale_low=low, scale_high=high),) if low <= value <= high else ()
