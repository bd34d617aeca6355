"""`check` looks beyond the first page: a second file of a folder, a page that breaks, a source that goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flywheel.cli.check_sources import check_source
from flywheel.domain.feedback import Cursor, Feedback, Page, SetAside
from flywheel.errors import TransientError
from flywheel.ports import Source


class Long(Source):
    """A source of so many pages of three rows; `breaks_at` names one that fails."""

    pages: int = 3
    breaks_at: int = -1
    poison: int = -1

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        for at in range(self.pages):
            if at == self.breaks_at:
                raise TransientError("Source 'long' broke off.")
            aside = [SetAside(position="r", reason="no id")] if at == self.poison else []
            yield Page([Feedback(text="late", brand="Own")] * 3, Cursor(value=at), aside)


def long(**more: Any) -> Source:
    return Long(id="long", brand="Own", **more)


def test_all_pages_of_a_small_source_are_looked_at() -> None:
    found = check_source(long(poison=2))
    assert found.says == "9 records; 1 record set aside; 0% of dates can be read"
    assert found.state == "warn"


def test_a_long_source_is_looked_at_in_part_and_that_is_said() -> None:
    assert check_source(long(pages=10**9)).says.startswith("30 records in the first 10 pages, of more")


def test_a_later_page_that_breaks_is_found() -> None:
    assert (check_source(long(breaks_at=2)).state, check_source(long(breaks_at=2)).says) == (
        "FAIL", "Source 'long' broke off.",
    )  # fmt: skip


def test_a_column_that_only_a_later_file_lacks_is_found(flywheel: Any, project: Path, configure: Any) -> None:
    folder = project / "all"
    folder.mkdir()
    (project / "reviews.csv").rename(folder / "a.csv")
    (folder / "b.csv").write_text("id,written,company,words\nr99,2026-01-02,Lumen Rail,late\n", encoding="utf-8")
    configure("path: reviews.csv", "path: all")
    screen = flywheel("check")
    assert screen.code == 1
    assert "b.csv" in screen.out
