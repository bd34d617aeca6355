"""The items of a feed: RSS 0.9x, 1.0 and 2.0, Atom, an app store's reviews as XML or JSON, JSON Feed.

What a feed may not do: declare entities (they can grow without end, or read files), or nest without end. Nothing that
it names is ever fetched.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from flywheel.errors import PermanentError
from flywheel.listen.html_text import html_text
from flywheel.listen.json_path import text_at, value_at, values_at

_ATOM = "http://www.w3.org/2005/Atom"
_STORE = "http://itunes.apple.com/rss"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DUBLIN = "http://purl.org/dc/elements/1.1/"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_SPACES = (_ATOM, _STORE, _DUBLIN, _CONTENT)
_DEEPEST = 100

Name = tuple[str, str]
"""The namespace of an element, and what it is called in it; RSS has none, or one of several, all read as none."""

_FIELDS: dict[str, tuple[Name, ...]] = {
    "id": (("", "guid"), (_ATOM, "id"), ("", "about")),
    "title": (("", "title"), (_ATOM, "title")),
    "body": ((_CONTENT, "encoded"), (_ATOM, "content"), ("", "description"), (_ATOM, "summary")),
    "said_at": (("", "pubDate"), (_ATOM, "published"), (_ATOM, "updated"), (_DUBLIN, "date")),
    "author": ((_DUBLIN, "creator"), (_ATOM, "author/name"), ("", "author")),
    "author_uri": ((_ATOM, "author/uri"), (_ATOM, "author/email")),
    "rating": ((_STORE, "rating"),),
    "version": ((_STORE, "version"),),
    "link": (("", "link"), (_ATOM, "link")),
    "app": ((_STORE, "artist"),),
}
"""What each field is called, the best first."""
_ITUNES_JSON = {
    "id": "id.label", "title": "title.label", "body": "content.label", "said_at": "updated.label",
    "author": "author.name.label", "author_uri": "author.uri.label", "rating": "im:rating.label",
    "version": "im:version.label", "link": "link.attributes.href", "app": "im:artist.label",
}  # fmt: skip
_JSON_FEED = {
    "id": "id", "title": "title", "body": "content_text", "html": "content_html", "said_at": "date_published",
    "author": "authors[0].name | author.name", "author_uri": "authors[0].url | author.url", "link": "url",
}  # fmt: skip


@dataclass(slots=True)
class Item:
    """One item as it stands in a feed, all of it text; what is not there is empty."""

    id: str = ""
    title: str = ""
    body: str = ""
    said_at: str = ""
    author: str = ""
    author_uri: str = ""
    rating: str = ""
    version: str = ""
    link: str = ""
    app: str = ""
    """Whose app it is: an app store's older feeds begin with the app itself."""


@dataclass(frozen=True, slots=True)
class Feed:
    """The items of a feed in its order, where its next page is, and whether it breaks off before its end."""

    items: list[Item]
    next_url: str = ""
    broken: bool = False


def read_feed(body: bytes) -> Feed:
    """Return what is in a feed; raises PermanentError for what is none, or may not be read."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return _json_feed(body) if start in (b"{", b"[") else _xml_feed(body)


def _json_feed(body: bytes) -> Feed:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise PermanentError("a feed that is no JSON") from None
    if isinstance(document, dict) and isinstance(document.get("items"), list):
        items = [_json_item(one, _JSON_FEED) for one in document["items"]]
        return Feed(items, text_at(document, "next_url"))
    entries = values_at(document, "feed.entry")
    entries = entries[0] if entries and isinstance(entries[0], list) else entries
    if value_at(document, "feed") is None:
        raise PermanentError("JSON that is no feed")
    following = values_at(document, "feed.link[attributes.rel=next].attributes.href")
    return Feed([_json_item(one, _ITUNES_JSON) for one in entries if isinstance(one, dict)], (*following, "")[0])


def _json_item(record: Any, paths: dict[str, str]) -> Item:
    said = {name: text_at(record, path) for name, path in paths.items()}
    html = said.pop("html", "")
    if not said["body"] and html:
        said["body"] = html_text(html)
    return Item(**said)


def _xml_feed(body: bytes) -> Feed:
    reader = _Reader()
    try:
        reader.parser.Parse(body, True)  # noqa: FBT003 - the library takes it by its place: this is all
    except expat.ExpatError:
        if not reader.items:
            raise PermanentError("a feed that is no XML") from None
        return Feed(reader.items, broken=True)
    if not reader.is_feed:
        raise PermanentError("XML that is no feed")
    return Feed(reader.items, reader.next_url)


@dataclass(slots=True)
class _Text:
    """The text of one element, with the marks of those within it; `depth` is where the element stands."""

    name: Name
    depth: int
    is_html: bool
    parts: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        text = "".join(self.parts)
        return html_text(text) if self.is_html else text.strip()


class _Reader:
    """Collects the items of a feed while it is read; nothing else of it is kept."""

    def __init__(self) -> None:
        self.parser: Any = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.EntityDeclHandler = self._refuse
        self.parser.buffer_text = True
        self.items: list[Item] = []
        self.is_feed = False
        self.next_url = ""
        self._path: list[Name] = []
        self._found: dict[Name, str] | None = None
        self._begun_at = 0
        self._open: list[_Text] = []

    def _refuse(self, *_: object) -> None:
        raise PermanentError("a feed that declares entities, which is refused")

    def _start(self, written: str, attributes: dict[str, str]) -> None:
        space, _, tag = written.rpartition(" ")
        name = (space if space in _SPACES else "", tag)
        self._path.append(name)
        if len(self._path) > _DEEPEST:
            raise PermanentError("a feed that is nested too deeply")
        self.is_feed = self.is_feed or (len(self._path) == 1 and tag in ("rss", "feed", "RDF"))
        if tag == "link" and "href" in attributes:
            self._link(attributes)
        if self._found is None:
            if tag in ("item", "entry"):
                self._found, self._begun_at = {("", "about"): attributes.get(f"{_RDF} about", "")}, len(self._path)
        elif self._open and self._open[-1].is_html:
            self._open[-1].parts.append(f"<{tag}>")
        else:
            self._open.append(_Text(self._called(name), len(self._path), _is_html(name, attributes)))

    def _called(self, name: Name) -> Name:
        """Return what an element of an item is called; empty for what is deeper than an author's name."""
        deeper = len(self._path) - self._begun_at
        if deeper == 1:
            return name
        return (name[0], f"author/{name[1]}") if deeper == 2 and self._path[-2][1] == "author" else ("", "")

    def _link(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("rel", "alternate")
        if self._found is None:
            self.next_url = attributes["href"] if kind == "next" else self.next_url
        elif kind == "alternate":
            self._found.setdefault((_ATOM, "link"), attributes["href"])

    def _end(self, _: str) -> None:
        depth = len(self._path)
        name = self._path.pop()
        if self._found is None:
            return
        if self._open and self._open[-1].depth == depth:
            text = self._open.pop()
            if said := str(text):
                self._found.setdefault(text.name, said)
        elif self._open:
            self._open[-1].parts.append(f"</{name[1]}>")
        elif depth == self._begun_at:
            found, self._found = self._found, None
            self.items.append(Item(**{one: _first(found, names) for one, names in _FIELDS.items()}))

    def _characters(self, text: str) -> None:
        if self._open:
            within = self._open[-1].is_html and len(self._path) > self._open[-1].depth
            self._open[-1].parts.append(text.replace("&", "&amp;").replace("<", "&lt;") if within else text)


def _is_html(name: Name, attributes: dict[str, str]) -> bool:
    """Return whether the text of an element is HTML: in RSS always, in Atom if its type says so (RFC 4287, 3.1)."""
    if name[0] == _ATOM:
        return attributes.get("type") in ("html", "xhtml", "text/html")
    return name[1] in ("description", "encoded", "title")


def _first(found: dict[Name, str], names: tuple[Name, ...]) -> str:
    return next((found[name] for name in names if found.get(name)), "")
