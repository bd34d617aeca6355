"""From raw text to its author's own words, and from those to tokens; every pattern here is linear in the text."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

MAX_CHARACTERS = 65_536
"""Longer texts are cut for reading: what has not been said in 64 Ki characters is not feedback."""

_CACHED = 40
"""Runs without a space up to this length are kept with their tokens: most of them come again."""

_EMOJI = "\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f900-\U0001faff\u2600-\u27bf\u2b50"
_EMOTICON = r"[:;=]['\u2019]?-?[)(DPp/|\]\[](?![a-z])|<3"
_TOKEN = re.compile(
    rf"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|{_EMOTICON}|!+|\?+|\d+|[.…;:,()“”\"]|[{_EMOJI}]"  # words first: they are most
)
_SIGN = re.compile(rf"[{_EMOJI}]|{_EMOTICON}")
_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|@\w+")

_UNREADABLE = re.compile("[\ud800-\udfff\0]")
_ACCENTED = re.compile(r"[A-Za-z][\u0300-\u036f]")
_QUOTED_LINE = re.compile(r"^[ \t]*>[^\n]*", re.MULTILINE)
_QUOTED_TWEET = re.compile(r"[“\"]@\w+:[^”\"]*[”\"]?")
_RETWEET = re.compile(r"\bRT @\w+:?")
_FORWARDS = (
    "Original Message|Forwarded message|Wiadomość oryginalna|Oryginalna wiadomość|Ursprüngliche Nachricht|"
    "Weitergeleitete Nachricht|Message d'origine|Message transféré|Mensaje original|Mensaje reenviado|"
    "Messaggio originale|Messaggio inoltrato|Mensagem original|Mensagem encaminhada|Oorspronkelijk bericht"
)
_QUOTES = (
    "On [^\n]{5,120} wrote:|Dnia [^\n]{5,120} napisał|W dniu [^\n]{5,120} pisze:|Am [^\n]{5,120} schrieb [^\n]{0,60}:$|"
    "Le [^\n]{5,120} a écrit ?:|El [^\n]{5,120} escribió:|Il [^\n]{5,120} ha scritto:|Em [^\n]{5,120} escreveu:|"
    "Op [^\n]{5,120} schreef [^\n]{0,60}:$"
)
_SENT_FROM = (
    "Sent from my |Wysłane z |Von meinem (?:iPhone|iPad|Handy|Samsung|Android)|Gesendet von |Envoyé de mon |"
    "Envoyé depuis |Enviado desde mi |Enviado do meu |Inviato da |Verzonden vanaf "
)
_CONFIDENTIAL = (
    "(?:This|Diese|Niniejsza|Ce|Este|Questa|Deze) (?:e-?mail|wiadomość|courriel|correo)[^\n]{0,80}"
    "(?:confiden|vertraulich|poufn|riservat|vertrouwelijk)"
)
_FORWARDED = re.compile(
    rf"^(?:-{{2,5}} ?(?:{_FORWARDS})|{_QUOTES}|{_SENT_FROM}|{_CONFIDENTIAL})", re.MULTILINE | re.IGNORECASE
)
"""Where the author's words end: what follows is somebody else's, a program's, or a lawyer's."""


def own_words(text: str) -> str:
    """Return what the author says: entities decoded; what is quoted or forwarded, links and handles blanked.

    A retweet's words are kept when there are no others: they are then all that was said.
    """
    text = text[:MAX_CHARACTERS]
    if not text.isascii():
        text = _UNREADABLE.sub(" ", text)
        # one letter and one mark at a time: NFC over a long run of marks is quadratic
        text = _ACCENTED.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)
    elif "\0" in text:
        text = text.replace("\0", " ")
    if "&" in text:
        text = _decoded(text)
    if ">" in text:
        text = _QUOTED_LINE.sub(_blank, text)
    if "\n" in text:
        text = _before(_FORWARDED, text)
    if "@" in text:
        text = _without_quoted_tweets(text)
    return _without_addresses(text)


def lower(text: str) -> str:
    """Lower the case without moving any character: a few capitals ("İ") grow when lowered."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def tokens(own: str) -> list[str]:
    """Return words, numbers, marks, emoji and emoticons in order, in their own case; a hashtag is a word."""
    found: list[str] = []
    for chunk in own.replace("\n", " . ").split() if "\n" in own else own.split():
        found += chunk_tokens(chunk)
    return found


def chunk_tokens(chunk: str) -> list[str]:
    """Return the tokens of a run without a space; the list is shared, so that nobody may change it."""
    return _kept(chunk) if len(chunk) <= _CACHED else _TOKEN.findall(chunk)


def has_letters(own: str) -> bool:
    """Return whether there is any letter of any script."""
    return _LETTER.search(own) is not None


def has_signs(own: str) -> bool:
    """Return whether there is an emoji or an emoticon, which can be read without words."""
    return _SIGN.search(own) is not None


def _decoded(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # an entity of thousands of digits
        return text


def _without_quoted_tweets(text: str) -> str:
    if "“" in text or '"' in text:
        kept = _QUOTED_TWEET.sub(_blank, text)
        text = kept if has_letters(_without_addresses(kept)) else text
    return _RETWEET.sub(_blank, _before(_RETWEET, text)) if "RT @" in text else text


def _before(mark: re.Pattern[str], text: str) -> str:
    """Return what stands before the first mark, or the whole text when nothing was said before it."""
    found = mark.search(text)
    own = text[: found.start()] if found else text
    return own if has_letters(_without_addresses(own)) else text


def _without_addresses(text: str) -> str:
    return _ADDRESS.sub(_blank, text) if "@" in text or "http" in text or "www." in text else text


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


@lru_cache(maxsize=50_000)
def _kept(chunk: str) -> list[str]:
    return _TOKEN.findall(chunk)
