"""A source that declares no language is read in the one it usually brings, where a text is too short to tell."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from listening_post import Post
from test_rules_for_all import ListSource, said

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


def read_as(folder: Path, **settings: int) -> dict[str, str]:
    """Hear a Portuguese source in two turns, and one that is too small to have a usual language."""
    post = Post(f"sqlite:///{folder / 'store.db'}", **settings)
    long = tuple(said(f"l{n}", f"A entrega demorou {n} dias e ninguém respondeu à mensagem.") for n in range(40))
    short, later = (said("short", "excelente"),), (said("later", "Ruim"),)
    for pages in ((long, short), (long, short, later)):
        post.hear(ListSource(pages=pages), ListSource(id="other", pages=((said("o", "excelente"),),)))
        post.turn(DAY + timedelta(days=post.turns), read=True)
    rows = post.rows("SELECT f.external_id, r.language FROM reading r JOIN feedback f ON f.seq = r.feedback_seq")
    post.close()
    return {external_id: language for external_id, language in rows if external_id in ("short", "later", "o")}


def test_what_a_source_usually_brings_decides_where_a_text_cannot_tell(tmp_path: Path) -> None:
    assert read_as(tmp_path) == {"short": "pt", "later": "pt", "o": "es"}


def test_it_does_not_matter_how_many_texts_are_read_at_once(tmp_path: Path) -> None:
    (tmp_path / "few").mkdir()
    assert read_as(tmp_path / "few", batch_size=7) == {"short": "pt", "later": "pt", "o": "es"}
