"""HTML as the text that a reader sees: linear in its length, whatever it holds; nothing is fetched and nothing runs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape

QUOTE_BELOW = "-----Original Message-----"
"""Stands where the HTML of a mail says that all that follows is quoted; see `flywheel.listen.mail_words`."""
_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9]{0,20})((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>", re.DOTALL)
_LOOSE_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9]{0,20})([^>]*)>", re.DOTALL)
_SPACES = re.compile(r"[ \t\r\n\f]+")
_GAPS = re.compile(r"\n{3,}")
_LINES = frozenset((
    "p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "section", "article",
    "header", "footer", "pre", "blockquote", "dt", "dd", "body", "html",
))  # fmt: skip
_EMPTY = ("br", "hr")
_UNSEEN = frozenset(("script", "style", "title", "template"))
_QUOTED_DIV = re.compile(r"gmail_quote|yahoo_quoted|protonmail_quote|moz-cite-prefix", re.IGNORECASE)
_QUOTED_BELOW = re.compile(r"id\s*=\s*[\"']?(?:appendonsend|divRplyFwdMsg|ms-outlook-mobile-body-sep)", re.IGNORECASE)


@dataclass(slots=True)
class _Page:
    """What has been read so far."""

    pieces: list[str] = field(default_factory=list)
    divs: list[bool] = field(default_factory=list)
    """For each open div whether it quotes."""
    quotes: int = 0
    unseen: str = ""
    """The element that is open and holds nothing to read."""

    def say(self, text: str) -> None:
        if not self.unseen:
            self.pieces.append(unescape(_SPACES.sub(" ", text)))

    def break_line(self) -> None:
        self.pieces.append("\n> " if self.quotes else "\n")

    def tag(self, name: str, attributes: str, *, closes: bool) -> None:
        if self.unseen:
            if closes and name == self.unseen:
                self.unseen = ""
            return
        if name in _UNSEEN and not closes:
            self.unseen = name
            return
        if name == "blockquote":
            self.quotes = max(0, self.quotes + (-1 if closes else 1))
        if name == "div":
            self._div(attributes, closes=closes)
        if name in _LINES and not (closes and name in _EMPTY):
            self.break_line()
        elif name in ("td", "th"):
            self.pieces.append(" ")

    def _div(self, attributes: str, *, closes: bool) -> None:
        if closes:
            self.quotes = max(0, self.quotes - (bool(self.divs) and self.divs.pop()))
            return
        quotes = _QUOTED_DIV.search(attributes) is not None
        self.divs.append(quotes)
        self.quotes += quotes
        if _QUOTED_BELOW.search(attributes):
            self.pieces.append(f"\n{QUOTE_BELOW}\n")


def html_text(html: str) -> str:
    """Return the text: a line for each block, spaces as a browser shows them; lines of quotes begin with `> `.

    A `<` that begins no tag is text, and so are words that a browser would lose in one that never ends.
    """
    page, comment = _Page(), False
    first, *parts = html.split("<")
    page.say(first)
    for part in parts:
        comment = _part(page, part, comment=comment)
    lines = "".join(page.pieces).split("\n")
    return _GAPS.sub("\n\n", "\n".join(_SPACES.sub(" ", line).strip() for line in lines)).strip("\n")


def _part(page: _Page, part: str, *, comment: bool) -> bool:
    """Read from one `<` to the next; return whether a comment is open."""
    if comment or part.startswith("!--"):
        _, ended, rest = part.partition("-->")
        page.say(rest)
        return not ended
    if part[:1] in ("!", "?"):
        page.say(part.partition(">")[2])
        return False
    tag = _TAG.match(part) or _LOOSE_TAG.match(part)
    if tag is None:
        page.say(f"<{part}")
        return False
    page.tag(tag[2].lower(), tag[3], closes=bool(tag[1]))
    page.say(part[tag.end() :])
    return False
