"""The table of themes that nobody listed."""

from __future__ import annotations

from sqlmodel import Field

from flywheel.store.tables.row import Row


class ThemeRow(Row, table=True):
    """A theme of a brand's voice in one language, as one cycle found it; `id` stays while the theme does."""

    __tablename__ = "theme"
    cycle_id: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    period: int
    brand: str
    voice: str
    language: str
    name: str
    state: str
    came_from: str
    n: int
    share: float
    words: str
    examples: str
    listed: str | None = None
