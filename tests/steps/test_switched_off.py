"""A play that the outer loop switched off is done for nobody, and decisions that this changed say so."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from small_project import UNTIL
from sqlalchemy import text

from flywheel.domain.initiative import Setting


@pytest.mark.parametrize("begin_walk", ["sqlite"], indirect=True)
def test_decisions_name_the_setting_without_which_they_had_been_others(begin_walk: Any) -> None:
    walk = begin_walk("switched-off")
    setting = Setting(
        id="off", cycle_id="before", name="plays.guide.enabled", value=False, reason="it harms", evidence=("l1",),
        decided_at=UNTIL - timedelta(days=1), expires=UNTIL + timedelta(days=1),
    )  # fmt: skip
    with walk.wheel.store.write(walk.cycle.fence) as shelves:
        shelves._connection.execute(text("DELETE FROM effect_sum"))  # so that both plays are worth trying
        shelves.cycles.add_setting(setting)
    walk.step("predict", "decide")
    with walk.wheel.store.read() as shelves:
        names, rows = shelves.views.rows("v_decision")
        decisions = [dict(zip(names, row, strict=True)) for row in rows]
        [tally] = [one for one in shelves.cycles.steps(walk.cycle.id) if one.step == "decide"]
    assert decisions
    assert "guide" not in {row["play"] for row in decisions}
    changed = [row for row in decisions if "off" in json.loads(row["changed_by"])]
    assert changed
    assert all("were nothing switched off: guide (setting off)" in row["reasons"] for row in changed)
    assert tally.done == len(decisions)
