"""The catalogue of plays: what each is believed to do, when it can know, what is paused; switching one on again."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, table
from flywheel.cli.switch import who
from flywheel.config.settings import Settings
from flywheel.domain.initiative import Setting
from flywheel.domain.play import Play
from flywheel.domain.record import Moment, Record
from flywheel.domain.trial import EffectSum
from flywheel.errors import ConfigError
from flywheel.learn.pausing import resumed, switch_of
from flywheel.learn.prospects import prospect
from flywheel.steps.appraising import prospect_rules
from flywheel.steps.launched import only_watched
from flywheel.steps.learning import posterior
from flywheel.wheel import Flywheel

Name = Annotated[str, Parameter(name="NAME", help="The play's name.")]


class ListedPlay(Record):
    """A play as it stands: `believed` and `sd` are its mean effect in points of probability, 0..1."""

    play: str
    tier: str
    state: str
    holdout: float
    believed: float
    sd: float
    people_needed: int | None
    cycles_until_known: int | None
    prospect: str
    paused_until: Moment | None = None


def list_plays(*, options: Options = PLAIN) -> int:
    """Show the catalogue: what each play is believed to change, whether it can ever know, and what is paused."""
    with Flywheel.open(options.config) as wheel:
        with wheel.store.read() as shelves:
            sums, in_force = shelves.effects.sums(), shelves.cycles.settings_in_force(wheel.clock())
            watched = only_watched(wheel.settings.plays, shelves.launches.states())
        rows = _listed(wheel.settings, sums, {one.name: one for one in in_force}, watched)
    head = ("play", "tier", "state", "held out", "believed", "prospect")
    lines = [
        (one.play, one.tier, one.state, f"{one.holdout:.0%}", _points(one), one.prospect) for one in rows
    ]  # fmt: skip
    answer(options, rows, table(head, lines) if lines else ["There is no play in the configuration yet."])
    return 0


def resume(
    name: Name, *, reason: Annotated[str, Parameter(help="Why it shall go on.")],
    by: Annotated[str | None, Parameter(help="Who says so; default: whoever is logged in.")] = None,
    options: Options = PLAIN,
) -> int:  # fmt: skip
    """Switch a play on again that the wheel has paused; it is not paused again before your word lapses."""
    with Flywheel.open(options.config) as wheel:
        if wheel.settings.play(name) is None:
            names = ", ".join(play.name for play in wheel.settings.plays)
            raise ConfigError(f"There is no play {name!r}; there is {names}.")
        now, actor = wheel.clock(), by or who()
        with wheel.store.read() as shelves:
            paused = [one for one in shelves.cycles.settings_in_force(now) if one.name == switch_of(name)]
        if not paused or paused[-1].value is not False:
            raise ConfigError(f"The play {name!r} is not paused.")
        setting = resumed(paused[-1], actor, reason, now, wheel.settings.learn.pause_days)
        with wheel.store.write(None) as shelves:
            shelves.cycles.add_setting(setting)
            shelves.audit.note(now, actor, "resume", setting.name, setting.id)
    answer(
        options, setting.model_dump(), [f"{name} goes on; it is not paused again before {setting.expires:%Y-%m-%d}."]
    )
    return 0


def _listed(
    settings: Settings, sums: list[EffectSum], in_force: dict[str, Setting], watched: frozenset[str]
) -> list[ListedPlay]:
    known, rules = posterior(settings, sums), prospect_rules(settings)
    found = []
    for play in settings.plays:
        effect, hope = known.effect(play.name), prospect(play, sums, rules)
        switch = in_force.get(switch_of(play.name))
        paused = switch is not None and switch.value is False
        found.append(
            ListedPlay(
                play=play.name, tier=play.tier, holdout=play.holdout,
                state=_state(play, paused=paused, watched=play.name in watched),
                believed=effect.mean, sd=effect.sd, people_needed=hope.people if hope else None,
                cycles_until_known=hope.cycles if hope else None,
                prospect=hope.says if hope else "no experiment: nobody is held out, or nothing is measured",
                paused_until=switch.expires if switch is not None and paused else None,
            )
        )  # fmt: skip
    return found


def _state(play: Play, *, paused: bool, watched: bool) -> str:
    """Return on, off, paused by the wheel, or shadow: only watched until somebody launches it."""
    if not play.enabled:
        return "off"
    return "paused" if paused else "shadow" if watched else "on"


def _points(one: ListedPlay) -> str:
    return f"{100 * one.believed:+.1f} \u00b1 {100 * one.sd:.1f}"
