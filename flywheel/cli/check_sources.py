"""Checking a source: its first pages are read, and what they hold is said; nothing is stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flywheel.cli.findings import Finding
from flywheel.cli.guess import likely_encoding
from flywheel.cli.screen import count
from flywheel.domain.feedback import FeedbackColumns, Page
from flywheel.errors import FlywheelError
from flywheel.listen.table_file import files_of
from flywheel.listen.table_rows import UNDECODABLE
from flywheel.ports import MeasureSource, OutcomeSource, PersonSource, SignalSource, Source

AnySource = Source | PersonSource | SignalSource | OutcomeSource | MeasureSource

_MOST_PAGES = 10
_MOST_RECORDS = 50_000
"""So much of a source is read: every file of a small folder, and little of a large service."""
_FEW_DATES = 0.9
"""Under this share of dates that can be read, their format is probably another one."""


@dataclass(slots=True)
class _Seen:
    """What the pages that were read held; `ended` says that there were no more."""

    pages: int = 0
    records: int = 0
    dated: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    left_out: Counter[str] = field(default_factory=Counter)
    notices: list[str] = field(default_factory=list)
    ended: bool = True

    def add(self, page: Page[Any]) -> None:
        self.pages += 1
        self.records += len(page.rows)
        self.dated += _dated(page)
        self.refused.update(one.reason for one in page.set_aside)
        self.left_out.update(page.left_out)
        self.notices += page.notices

    @property
    def enough(self) -> bool:
        return self.pages >= _MOST_PAGES or self.records + self.refused.total() >= _MOST_RECORDS

    @property
    def few_dates(self) -> bool:
        return self.dated < _FEW_DATES * self.records


def check_source(source: AnySource) -> Finding:
    """Return what can be said of a source after a look at its first pages."""
    about, seen = f"source {source.id}", _Seen()
    try:
        for page in source.fetch(None):
            if seen.enough:
                seen.ended = False
                break
            seen.add(page)
    except FlywheelError as error:
        return Finding(about, "FAIL", str(error))
    except Exception as error:  # noqa: BLE001 - a foreign connector may raise anything, a customer's words too
        return Finding(about, "FAIL", f"it broke with {type(error).__name__}", "Ask the author of its connector.")
    if not seen.records and not seen.refused:
        return Finding(about, "warn", "it can be read, and there is nothing in it")
    return _finding(about, source, seen)


def _finding(about: str, source: AnySource, seen: _Seen) -> Finding:
    refused = count(seen.refused.total(), "record") + " set aside" if seen.refused else ""
    if not seen.records:
        [(most, _)] = seen.refused.most_common(1)
        return Finding(about, "FAIL", f"no usable record; {refused}: {most}", _encoding(source, seen))
    more = "" if seen.ended else f" in the first {count(seen.pages, 'page')}, of more"
    dates = f"{seen.dated / seen.records:.0%} of dates can be read" if isinstance(source, Source) else ""
    parts = [f"{count(seen.records, 'record')}{more}", refused, dates]
    parts += [f"{count(n, 'cell')} left out ({reason})" for reason, n in seen.left_out.items()]
    says = "; ".join(part for part in parts if part)
    if seen.notices:
        return Finding(about, "warn", says, " ".join(dict.fromkeys(seen.notices)))
    if seen.refused[UNDECODABLE]:
        return Finding(about, "warn", says, _encoding(source, seen))
    if isinstance(source, Source) and seen.few_dates:
        return Finding(
            about, "warn", says, "Set `dates: {format: ..., zone: ...}`; undated feedback stays out of trends."
        )
    return Finding(about, "ok", says)


def _encoding(source: AnySource, seen: _Seen) -> str:
    """Return what to do about bytes that cannot be read, empty if there were none."""
    if not seen.refused[UNDECODABLE]:
        return ""
    path = getattr(source, "path", None)
    files = files_of(path, source.id) if isinstance(path, Path) else []
    names = [name for name in map(likely_encoding, files) if name != "utf-8-sig"]
    return f"Set `encoding: {names[0]}`, which it seems to be." if names else "Set `encoding`."


def _dated(page: Page[Any]) -> int:
    """Return how many records of a page are dated; those of persons and measures need not be."""
    if isinstance(page.rows, FeedbackColumns):
        return sum(one is not None for one in page.rows.said_at)
    return sum(getattr(one, "said_at", None) is not None for one in page.rows)
