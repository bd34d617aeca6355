"""Orient: our customers and our employees beside the competition."""

from __future__ import annotations

from datetime import timedelta

from flywheel.domain.cycle import Cycle, Tally
from flywheel.orient.heard import heard_measures
from flywheel.orient.standings import StandingRules, compare
from flywheel.wheel import Flywheel


def orient(wheel: Flywheel, cycle: Cycle) -> Tally:
    """Hold our customers' and employees' voices against each competitor's."""
    settings = wheel.settings
    with wheel.store.read() as shelves:
        counts = shelves.readings.by_brand(settings.analyzer.model_name)
    heard = heard_measures(counts, cycle.as_of)
    peers = [one for provider in settings.benchmarks for one in provider.measures(heard, cycle.as_of)]
    own = [one for one in heard if one.brand == settings.brand.name]
    rules = StandingRules(
        floor=settings.orient.floor, margin=settings.orient.margin, max_age=timedelta(days=settings.orient.max_age_days)
    )
    theirs = [one for one in peers if one.brand != settings.brand.name]
    standings = compare([*own, *theirs], settings.brand.name, settings.competitors, rules, cycle.id, cycle.as_of)
    with wheel.store.write(cycle.fence) as shelves:
        shelves.standings.add(standings)
    verdicts = {
        name: sum(one.verdict == name for one in standings) for name in ("ahead", "behind", "level", "cannot tell")
    }
    return Tally(step="orient", done=len(standings), reasons={name: n for name, n in verdicts.items() if n})
