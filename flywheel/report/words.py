"""How figures, dates and verdicts are put into words that a tired person understands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flywheel.domain.cycle import BEGINNING, Window
from flywheel.domain.trial import POLICY
from flywheel.report.cycle_report import Cell, Figure, Phrase, Words

CANNOT_TELL = "cannot tell"
THIN_SPACE = "\u202f"
MINUS = "\u2212"
_SHORT = 12
_ID = re.compile(r"\b[0-9a-f]{32}\b")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
# Controls, bidirectional marks, separators and halves of characters: they would act on the page instead of being read.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def shown(figure: Figure, *, exact: bool = False) -> str:
    """Return the value as people write it: 62 %, +8 points, 1,204; `exact` keeps a decimal of points for tables."""
    if figure.value is None:
        return CANNOT_TELL
    if figure.unit in ("points", "distance"):
        points = _points(figure.value, exact=exact, signed=figure.unit == "points")
        return f"{points}{THIN_SPACE}{_unit_of_points(figure.value, exact=exact)}"
    return _number(figure.value, figure)


def interval(figure: Figure) -> str:
    """Return "59 to 65 %", or nothing where a figure has no interval."""
    low, high = figure.low, figure.high
    if low is None or high is None:
        return ""
    if figure.unit in ("points", "distance"):
        signed = figure.unit == "points"
        return f"{_points(low, exact=True, signed=signed)} to {_points(high, exact=True, signed=signed)}"
    if figure.unit == "share":
        return f"{_percent(low)} to {_percent(high)}{THIN_SPACE}%"
    if figure.unit == "days":
        return f"{_duration(low)} to {_duration(high)}"
    return f"{_decimal(low)} to {_decimal(high)}"


def short(id_: str) -> str:
    """Return as much of an id as tells it apart on a page; `flywheel explain` takes it."""
    return id_[:_SHORT]


def brief(words: str) -> str:
    """Return words with the ids in them cut short."""
    return _ID.sub(lambda found: short(found[0]), words)


def with_n(figure: Figure) -> str:
    """Return what stands behind a figure: its interval and how many it rests on."""
    return ", ".join(part for part in (interval(figure), size_of_sample(figure)) if part)


def size_of_sample(figure: Figure) -> str:
    """Return "n=844", or nothing for what was simply counted."""
    return "" if figure.n is None or figure.unit == "count" else f"n={figure.n:,}"


def spoken(phrase: Phrase) -> str:
    """Return a phrase as one string."""
    return "".join(_part(part) for part in phrase)


def cell_text(cell: Cell) -> str:
    """Return a cell of a table as one string, with interval and n where the figure has them."""
    if cell is None:
        return "\u2013"
    if not isinstance(cell, Figure):
        return _part(cell)
    detail = with_n(cell)
    return shown(cell, exact=True) + (f" ({detail})" if detail else "")


def counted(n: int, one: str, many: str | None = None) -> str:
    """Return the noun that fits a number: person, people."""
    return one if n == 1 else many or f"{one}s"


def listed(words: Sequence[str]) -> str:
    """Return "a, b and c"."""
    return " and ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def name_of(slug: str) -> str:
    """Return a name from a configuration as a person would read it: wait_time -> wait time."""
    return slug.replace("_", " ").strip() or "(unnamed)"


def play_name(play: str) -> str:
    """Return a play's name as a person would read it."""
    return "all plays together" if play == POLICY else name_of(play)


def quoted(play: str) -> str:
    """Return a play's name between quotation marks, since many are sentences: "Fix it for you" works."""
    name = play_name(play)
    return name if play == POLICY else f"\u201c{sentence(name)}\u201d"


def sentence(text: str) -> str:
    """Return the text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def capital(phrase: Phrase) -> Phrase:
    """Return the phrase with a capital letter at its beginning."""
    return (sentence(phrase[0]), *phrase[1:]) if phrase and isinstance(phrase[0], str) else phrase


def day(moment: datetime, zone: str) -> str:
    """Return 9 March 2026, in the brand's own zone."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year}"


def period(window: Window, zone: str) -> str:
    """Return "2 March 2026 to 8 March 2026": the first and the last day inside the window; "up to" the last of all."""
    first = day(window.since, zone)
    last = day(max(window.until - timedelta(microseconds=1), window.since), zone)
    if window.since == BEGINNING:
        return f"up to {last}"
    return first if first == last else f"{first} to {last}"


def visible(text: str) -> str:
    """Return the text with every unseen character written out, so that it can be read but does nothing."""
    return _UNSEEN.sub(lambda m: " " if m[0] in "\n\r\t" else f"[U+{ord(m[0]):04X}]", text)


def _number(value: float, figure: Figure) -> str:
    if figure.unit == "share":
        return f"{_percent(value)}{THIN_SPACE}%"
    if figure.unit == "count":
        return f"{round(value):,}"
    return _duration(value) if figure.unit == "days" else _decimal(value)


def _decimal(value: float) -> str:
    """Return as many decimals as a person reads: 0.31, 42.6, 1,204."""
    places = 2 if abs(value) < 10 else 1 if abs(value) < 1_000 else 0
    text = f"{abs(value):,.{places}f}"
    return f"{MINUS}{text}" if value < 0 and text.strip("0.") else text


def _duration(days: float) -> str:
    """Return days as a person tells them: 25 minutes, 5 hours, 3.5 days."""
    minutes, hours = 24 * 60 * days, 24 * days
    if minutes < 1:
        return f"less than{THIN_SPACE}a minute"
    if hours < 2:
        return f"{minutes:.0f}{THIN_SPACE}{counted(round(minutes), 'minute')}"
    return f"{hours:.0f}{THIN_SPACE}hours" if days < 2 else f"{days:.1f}{THIN_SPACE}days"


def _percent(share: float) -> str:
    percent = 100 * share
    return f"{percent:.1f}" if 0 < percent < 1 or 99 < percent < 100 else f"{percent:.0f}"


def _points(value: float, *, exact: bool = False, signed: bool = False) -> str:
    points = round(100 * value, 1)
    text = f"{abs(points):.1f}" if exact or abs(points) < 1 else f"{abs(points):.0f}"
    sign = "" if not signed or float(text) == 0 else "+" if points > 0 else MINUS
    return sign + text


def _unit_of_points(value: float, *, exact: bool) -> str:
    return "point" if _points(abs(value), exact=exact) in ("1", "1.0") else "points"


def _part(part: str | Figure | Words) -> str:
    if isinstance(part, Figure):
        return shown(part)
    return part.text if isinstance(part, Words) else part
