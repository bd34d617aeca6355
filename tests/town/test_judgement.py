"""Towns drawn from a number, what others would have done in them, and when a wheel may be called good."""

from __future__ import annotations

import numpy as np
import pytest

from flywheel.town.effects import Effects
from flywheel.town.events import MESSAGE, REACTION, Rows, rows
from flywheel.town.judgement import Judged, Others, harmful, judgement
from flywheel.town.life import DAY, Life
from flywheel.town.others import NOON, always, at_random, gains, knowing, led_by, seeing
from flywheel.town.plan import OURS
from flywheel.town.specification import CATALOGUE, LEAST, MOST, specification

WEEKS = 6
SPEC = specification(3, customers=1_200)
PLAYS = Effects(SPEC.plan).plays


def total(choose) -> float:
    return sum(gains(led_by(SPEC, WEEKS, choose).reactions, WEEKS))


def messages(life: Life, play: str, per_person: int = 1) -> Rows:
    n = len(life.traits.habit)
    at = life.day * DAY + NOON
    return rows(MESSAGE, n * per_person, at=at, index=np.arange(n).repeat(per_person), play=PLAYS.index(play))


def test_equal_numbers_draw_equal_towns_and_held_out_ones_are_others() -> None:
    assert specification(7) == specification(7)
    drawn = [specification(number, held_out=held) for number in range(20) for held in (False, True)]
    assert len({one.model_dump_json() for one in drawn}) == 40
    assert len({one.seed for one in drawn}) == 40


def test_true_effects_lie_between_eight_points_less_and_twelve_more_and_one_friction_play_harms() -> None:
    for number in range(20):
        effects = specification(number).plan.effects
        assert set(effects) == {one.name for one in CATALOGUE}
        assert all(LEAST <= effect <= MOST for by_need in effects.values() for effect in by_need.values())
        harming = [one for one in CATALOGUE if max(effects[one.name].values()) <= 0]
        assert [one.tier for one in harming] == ["friction"]


def test_who_knows_the_truth_does_best_and_who_sees_what_can_be_seen_comes_next() -> None:
    oracle, sees, chance = total(knowing), total(seeing), total(at_random)
    assert oracle > sees > chance
    assert oracle > max(total(always(code)) for code in range(len(PLAYS)))


def test_others_keep_consent_and_caps_and_send_nothing_that_needs_a_hand() -> None:
    sent = led_by(SPEC, WEEKS, at_random)
    reactions = sent.reactions
    assert sent.traits.consent_service[reactions["index"]].all()
    assert PLAYS.index("care_now") not in reactions["play"]
    times = reactions[np.lexsort((reactions["at"], reactions["play"], reactions["index"]))]
    again = (times["index"][1:] == times["index"][:-1]) & (times["play"][1:] == times["play"][:-1])
    assert (np.diff(times["at"])[again] > 30 * DAY).all()


def test_the_same_chance_rules_all_who_lead_the_town() -> None:
    quiet, busy = Life(SPEC.plan, SPEC.seed, OURS), led_by(SPEC, 2, at_random)
    for _ in range(21):
        quiet.live(rows(MESSAGE, 0))
    first = quiet.talked()["at"] < 7 * DAY
    assert (quiet.talked()[first] == busy.talked()[busy.talked()["at"] < 7 * DAY]).all()
    untouched = ~np.isin(np.arange(SPEC.plan.customers), busy.reactions["index"])
    stay = [one.happened()[untouched[one.happened()["index"]]] for one in (quiet, busy)]
    assert (np.sort(stay[0], order=("at", "index")) == np.sort(stay[1], order=("at", "index"))).all()


def test_what_a_play_truly_does_is_what_happens() -> None:
    """The returns within three days, with and without a message to everybody, differ by the stated effects."""
    spec = specification(3, customers=12_000)
    lives = [Life(spec.plan, spec.seed, OURS) for _ in range(2)]
    for day in range(18):
        for life, sends in zip(lives, (False, True), strict=True):
            life.live(messages(life, "weekend_offer") if sends and day == 14 else rows(MESSAGE, 0))
    window = 14 * DAY + NOON, 17 * DAY + NOON
    back = []
    for life in lives:
        came = life.happened()
        came = came[(came["event"] == 0) & (came["at"] >= window[0]) & (came["at"] < window[1])]
        back.append(len(np.unique(came["index"])))
    stated = float(lives[1].reactions["effect"].sum())
    here = (lives[1].reactions["effect"] != 0).sum()
    assert abs((back[1] - back[0]) - stated) < 3 * np.sqrt(0.25 * 0.12 * here)


def test_a_play_is_paused_when_it_stays_rare_for_four_cycles() -> None:
    bad = [one for one in PLAYS if one in harmful(SPEC, np.zeros(0, REACTION), 8)]
    [play] = bad
    good = next(one.name for one in CATALOGUE if one.tier == "friction" and one.name != play)

    def sent(cycle: int, name: str, n: int) -> Rows:
        return rows(REACTION, n, at=(cycle * 7) * DAY + NOON, play=PLAYS.index(name))

    def when(bad_by_cycle: list[int]) -> int | None:
        parts = [
            sent(cycle, name, n) for cycle, n in enumerate(bad_by_cycle, 1) for name, n in ((play, n), (good, 100))
        ]
        return harmful(SPEC, np.concatenate(parts), len(bad_by_cycle))[play]

    assert when([50, 50, 1, 0, 1, 0, 2, 0]) == 2
    assert when([50, 0, 0, 50, 0, 0, 0, 0]) == 4
    assert when([50] * 8) is None


def town(gained: float, **changed: object) -> Judged:
    others = Others(chance=(1.0,) * 4, oracle=(11.0,) * 4, seeing=(9.0,) * 4, same={"a": 3.0, "b": -2.0})
    facts = {
        "number": 1, "held_out": False, "people": 5_000, "wheel": (gained,) * 4, "others": others,
        "messages": (9,) * 4, "harmful": {"a": 3}, "mercy_held_out": 0, "misread_need_held_out": 2, "cpu_seconds": 9.0,
    }  # fmt: skip
    return Judged.model_validate(facts | changed)


def test_the_gap_is_that_between_chance_and_the_oracle() -> None:
    found = judgement([town(8.0), town(10.0)])
    assert found.gap_closed == pytest.approx(0.8)
    assert found.gap_seen_closed == pytest.approx(1.0)
    assert all(bar.met for bar in found.bars)
    assert found.misread_need_held_out == 4


@pytest.mark.parametrize(
    ("worse", "bar"), [({"wheel": (0.5,) * 4}, 1), ({"harmful": {"a": 5}}, 2), ({"mercy_held_out": 1}, 3)]
)
def test_a_bar_that_is_missed_is_told(worse: dict[str, object], bar: int) -> None:
    assert not judgement([town(8.0, **worse)]).bars[bar].met


def test_gains_after_the_last_cycle_are_no_gains_of_a_cycle() -> None:
    late = rows(REACTION, 1, at=8 * 7 * DAY, effect=0.1)
    with pytest.raises(ValueError, match="after the cycle 6"):
        gains(late, 6)
