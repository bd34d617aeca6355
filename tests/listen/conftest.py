"""Files written as the world writes them, and sources that read them in pages of three."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flywheel.domain.cycle import Cycle, Window
from flywheel.domain.feedback import Cursor, FeedbackColumns, HeardColumns, SetAside
from flywheel.listen import table_file
from flywheel.listen.csv_source import CsvSource
from flywheel.listen.jsonl_source import JsonlSource
from flywheel.store import Store, migrate


class Heard:
    """All that one fetch gave."""

    def __init__(self, source: Any, since: Cursor | None = None) -> None:
        self.rows: list[Any] = []
        self.set_aside: list[SetAside] = []
        self.left_out: Counter[str] = Counter()
        self.notices: list[str] = []
        self.cursor = since
        for page in source.fetch(since):
            names = FeedbackColumns.__slots__
            columns = zip(*(getattr(page.rows, name) for name in names), strict=True)
            self.rows += [dict(zip(names, row, strict=True)) for row in columns]
            self.set_aside += page.set_aside
            self.left_out.update(page.left_out)
            self.notices += page.notices
            self.cursor = page.cursor

    @property
    def texts(self) -> list[str]:
        return [row["text"] for row in self.rows]

    @property
    def positions(self) -> list[str]:
        return [row["position"] for row in self.rows]


@pytest.fixture
def hear() -> Callable[..., Heard]:
    return Heard


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "PAGE_ROWS", 3)


@pytest.fixture
def csv_of(tmp_path: Path) -> Callable[..., CsvSource]:
    """Write a CSV file as it is given, byte by byte, and return a source that reads it."""

    def made(content: str | bytes, name: str = "in.csv", **settings: Any) -> CsvSource:
        raw = content if isinstance(content, bytes) else content.encode()
        (tmp_path / name).write_bytes(raw)
        given = {
            "id": "talk",
            "brand": "Own",
            "path": tmp_path / name,
            "columns": {"text": "text", "external_id": "id"},
        }
        return CsvSource.model_validate(given | settings)

    return made


@pytest.fixture
def jsonl_of(tmp_path: Path) -> Callable[..., JsonlSource]:
    def made(content: str, **settings: Any) -> JsonlSource:
        (tmp_path / "in.jsonl").write_text(content, encoding="utf-8")
        given = {
            "id": "talk",
            "brand": "Own",
            "path": tmp_path / "in.jsonl",
            "columns": {"text": "text", "external_id": "id"},
        }
        return JsonlSource.model_validate(given | settings)

    return made


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'store' / 'flywheel.db'}"
    migrate(url, {})
    opened = Store(url)
    yield opened
    opened.close()


@pytest.fixture
def keep(store: Store, noon: datetime) -> Any:
    """Put a page into the store, and return what v_feedback then shows in order of arrival."""
    window = Window(since=noon, until=noon)
    cycle = Cycle(id="c" * 32, flow="cycle", window=window, as_of=noon, mode="live", period=0, config_hash="h", fence=0)
    with store.write(None) as shelves:
        held = shelves.cycles.begin(cycle, ("listen",), noon, "0")

    def kept(heard: HeardColumns) -> list[dict[str, Any]]:
        with store.write(held.fence) as shelves:
            shelves.feedback.add("talk", heard, held, ("segment",))
        with store.read() as shelves:
            columns, rows = shelves.views.rows("v_feedback")
            return [dict(zip(columns, row, strict=True)) for row in rows]

    return kept
