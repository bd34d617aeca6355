"""What the sender of a mail wrote, without what they answered or forwarded, their signature and their phone's advert.

Quotes are told by what mail programs write before them in English, Polish, German, French, Spanish, Italian,
Portuguese and Dutch, and by `>`; what is not recognised as quoted is kept.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from flywheel.listen.html_text import QUOTE_BELOW

_LONGEST = 300
"""Longer lines are nobody's introduction to a quote."""
_RULE = re.compile(
    r"[-_ ]{2,20}\s*(?:original message|forwarded message|forwarded by .{1,80}|ursprüngliche nachricht|weitergeleitete "
    r"nachricht|message (?:d'origine|transféré)|mensaje (?:original|reenviado)|messaggio (?:originale|inoltrato)|"
    r"mensagem (?:original|encaminhada)|oorspronkelijk bericht|doorgestuurd bericht|wiadomość oryginalna|"
    r"oryginalna wiadomość|(?:przekazana|przesłana dalej) wiadomość)\s*[-_ ]{0,20}$|begin forwarded message:$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\*?(?:from|von|de|da|van|od)\*?\s?:\*?\s.{0,200}$", re.IGNORECASE)
_SENT = re.compile(
    r"\*?(?:sent|date|gesendet|datum|envoyé|enviado(?: el)?|fecha|inviato|data|enviada em|verzonden|"
    r"wysłano)\*?\s?:\*?\s",
    re.IGNORECASE,
)
_BELOW_FROM = 3
"""Lines after `From:` among which `Sent:` stands."""
_MOST_BLANK = 3
"""So near before a quote its introduction stands."""
_WROTE = re.compile(
    r"(?:wrote|pisze|napisał(?:\(a\))?|napisała|schrieb|geschrieben|a écrit|escribió|ha scritto|escreveu|"
    r"schreef)\b.{0,120}:$",
    re.IGNORECASE,
)
_ON = re.compile(r"(?:on|am|le|el|il|em|op|w dniu|dnia|pon|wt|śr|czw|pt|sob|niedz)\b.{0,200}\d", re.IGNORECASE)
_TIME_OR_ADDRESS = re.compile(r"\d{1,2}[:.h]\d{2}|@")
"""What a mail program writes into its introduction of a quote, and hardly anybody who tells what they wrote."""
_ADVERT = re.compile(
    r"(?:sent from (?:my|outlook)|get outlook for|gesendet von|von meinem .{1,40} gesendet|envoyé de(?:puis)? |"
    r"enviado desde|enviado do meu|inviato da|verstuurd vanaf|wysłane z|wysłano z)",
    re.IGNORECASE,
)
_MOST_LINES_OF_AN_ADVERT = 2


class Words(NamedTuple):
    """What somebody wrote themselves, and whether something quoted was left out."""

    text: str
    quoted: bool


def own_words(text: str) -> Words:
    """Return what was written for this mail; empty where all of it is quoted or forwarded."""
    lines = [line.rstrip() for line in text.splitlines()]
    last_quote = max((at for at, line in enumerate(lines) if line.startswith(">")), default=-1)
    end = next((at for at in range(len(lines)) if _begins_the_rest(lines, at, last_quote)), len(lines))
    quoted = end < len(lines)
    kept: list[str] = []
    for line in lines[:end]:
        if line.startswith(">"):
            quoted = True
            _drop_introduction(kept)
        else:
            kept.append(line)
    return Words("\n".join(_without_signature(kept)).strip(), quoted)


def _begins_the_rest(lines: list[str], at: int, last_quote: int) -> bool:
    """Return whether all from a line on is an older or another mail."""
    line = lines[at].strip()
    if not line or len(line) > _LONGEST:
        return False
    if line == QUOTE_BELOW or _RULE.match(line):
        return True
    if _FROM.match(line):
        return any(_SENT.match(one.strip()) for one in lines[at + 1 : at + 1 + _BELOW_FROM])
    if at < last_quote or not _introduces(lines, at):  # answers may stand between quotes
        return False
    return _TIME_OR_ADDRESS.search(" ".join(lines[max(at - 1, 0) : at + 1])) is not None


def _introduces(lines: list[str], at: int) -> bool:
    """Return whether a line (and perhaps the one before it) says who wrote when what is quoted below."""
    line = lines[at].strip()
    if len(line) > _LONGEST or not _WROTE.search(line):
        return False
    return bool(_ON.match(line)) or (at > 0 and bool(_ON.match(lines[at - 1].strip()[:_LONGEST])))


def _drop_introduction(kept: list[str]) -> None:
    """Take away the line that introduces a quote, and the first half of one that was broken in two."""
    last = next((at for at in range(len(kept) - 1, max(len(kept) - _MOST_BLANK, 0) - 1, -1) if kept[at]), None)
    if last is None or not kept[last].endswith(":") or not _introduces(kept, last):
        return
    del kept[last if _ON.match(kept[last].strip()) else max(last - 1, 0) :]


def _without_signature(lines: list[str]) -> list[str]:
    """Return the lines before "-- " (RFC 3676, 4.3; the space is often lost), and without an advert at their end."""
    end = next((at for at, line in enumerate(lines) if at and line.rstrip() == "--"), len(lines))
    kept = lines[:end]
    while kept and not kept[-1].strip():
        kept.pop()
    for _ in range(_MOST_LINES_OF_AN_ADVERT):
        if kept and len(kept[-1]) < _LONGEST and _ADVERT.match(kept[-1].strip()):
            kept.pop()
    return kept
