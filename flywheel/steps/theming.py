"""Themes: what this period's texts are about that nobody listed, by brand, voice and language."""

from __future__ import annotations

from collections import Counter

from flywheel.domain.cycle import Cycle, Tally
from flywheel.domain.theme import Theme
from flywheel.store.shelves.themes import SaidTexts
from flywheel.understand.themes import discover
from flywheel.understand.themes_kept import Where, kept
from flywheel.wheel import Flywheel

FEWEST_TEXTS = 100
"""Texts of a brand's voice in one language below which no theme can be told from chance."""

_MOST_TEXTS = 200_000


def themes(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Find the themes of the cycle's period, and tell which of them were there before."""
    settings = wheel.settings
    with wheel.store.read() as shelves:
        ids = [one.id for one in shelves.cycles.of_period(cycle.period)]
        model = settings.analyzer.model_name
        groups = shelves.themes.texts(model, ids, fewest=FEWEST_TEXTS, most=_MOST_TEXTS)
        before = shelves.themes.before(cycle.period)
    made = [theme for said in groups for theme in _of_group(wheel, cycle, said, before)]
    with wheel.store.write(cycle.fence) as shelves:
        shelves.themes.add(cycle.id, made)
    states = Counter(theme.state for theme in made)
    return Tally(step="themes", done=len(made) - states["gone"], reasons=dict(sorted(states.items())))


def _of_group(wheel: Flywheel, cycle: Cycle, said: SaidTexts, before: list[Theme]) -> list[Theme]:
    settings, group = wheel.settings, (said.brand, said.voice, said.language)
    known = [theme for theme in before if (theme.brand, theme.voice, theme.language) == group]
    brands = {settings.brand.name, *settings.competitors, said.brand}
    words = [theme.words for theme in known]
    found = discover(said.texts, said.language, sorted(brands), known=words, seed=settings.seed)
    told = [one for one in found.themes if one.n >= settings.report.min_group and one.words]
    where = Where(cycle, said.brand, said.voice, said.language, len(said.texts))
    return kept(where, told, said.ids, known, settings.topics)
