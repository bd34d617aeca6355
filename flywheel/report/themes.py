"""Part of the room "They said": what people wrote about that no topic names, and whether it was there before."""

from __future__ import annotations

from flywheel.domain.feedback import Voice
from flywheel.domain.theme import Theme
from flywheel.report.cycle_report import Block, Cell, Column, Sentences, Table, Words
from flywheel.report.view import VOICES, View
from flywheel.report.words import listed

_MOST = 8
_LONGEST = 160
_WHO: dict[Voice, str] = {"customer": "customers", "employee": "employees"}


def theme_blocks(view: View) -> list[Block]:
    """Return our own voices' themes that no topic lists, the largest first, and those that are gone."""
    return [block for voice in VOICES for block in _of_voice(view, voice)]


def _of_voice(view: View, voice: Voice) -> list[Block]:
    ours = [one for one in view.facts.themes if one.brand == view.facts.brand and one.voice == voice]
    told = [one for one in ours if one.state != "gone" and one.listed is None and one.n >= view.facts.min_group]
    told = sorted(told, key=lambda one: (-one.n, one.id))[:_MOST]
    names = {one.id: one.name for one in ours}
    blocks: list[Block] = []
    if told:
        rows = tuple(_row(view, one, names) for one in told)
        columns = [Column(name="In their words"), Column(name="Texts", numeric=True), Column(name="Before")]
        if voice == "customer":
            columns.append(Column(name="For example"))
        caption = f"What our {_WHO[voice]} wrote about that no topic names: found by words that keep company"
        blocks.append(Table(id=f"said-themes-{voice}", caption=caption, columns=tuple(columns), rows=rows, folded=True))
    gone = sorted(one.name for one in ours if one.state == "gone")
    if gone:
        lead, words = f"Our {_WHO[voice]} no longer write of: ", Words(text="; ".join(gone[:_MOST]))
        blocks.append(Sentences(title="No longer said", items=((lead, words, "."),)))
    return blocks


def _row(view: View, theme: Theme, names: dict[str, str]) -> tuple[Cell, ...]:
    words = Words(text=", ".join(list(theme.words)[:5]))
    texts = view.make.count(f"said/theme/{theme.id}", f"Texts about {theme.name}", theme.n, "v_theme")
    row: tuple[Cell, ...] = (words, texts, _before(theme, names))
    return (*row, _example(view, theme)) if theme.voice == "customer" else row


def _before(theme: Theme, names: dict[str, str]) -> Cell:
    others = [names[one] for one in theme.came_from if one in names and one != theme.id]
    of = f" ({listed(others)})" if others else ""
    match theme.state:
        case "split":
            return Words(text=f"part of another theme{of}")
        case "merged":
            return "two or more themes, now one"
        case "same":
            return "there before"
        case _:
            return "new"


def _example(view: View, theme: Theme) -> Words | None:
    text = view.facts.theme_quotes.get(theme.id)
    if text is None:
        return None
    flat = " ".join(text.split())
    return Words(text=flat if len(flat) <= _LONGEST else f"{flat[:_LONGEST].rstrip()} …")
