"""What is noted of a learning's use: how many decisions read it, how many came out differently; settings are none."""

from __future__ import annotations

from typing import Any

from flywheel.decide.choose import choose
from flywheel.decide.ground import Choice
from flywheel.steps.deciding import _used
from flywheel.store.shelves.decisions import LearningsRead


def read(choice: Choice) -> list[LearningsRead]:
    return [(one.learnings, one.changed_by, 1) for one in choice.decisions]


def test_a_setting_is_never_counted_as_a_learning(play: Any, fits: Any, ground: Any) -> None:
    plays = (
        play("a", expected_effect=0.1, addresses=("price",)),
        play("b", expected_effect=0.09, addresses=("delay",)),
    )
    choice = choose([fits("a", "b")], ground(*plays, effects={"b": (0.095, "L-b")}, focus="delay"))
    [one] = choice.decisions
    assert (one.play, one.changed_by) == ("b", ("set1",))
    assert _used(read(choice), {"set1"}) == {"L-b": (1, 0)}


def test_a_learning_counts_for_each_decision_that_it_changed(play: Any, fits: Any, ground: Any) -> None:
    plays = (play("a", expected_effect=0.1), play("b", expected_effect=0.09))
    people = [fits("a", "b", person="p1"), fits("a", "b", person="p2"), fits("b", person="p3"), fits("a", person="p4")]
    choice = choose(people, ground(*plays, effects={"a": (0.02, "L-a")}))
    assert _used(read(choice), set()) == {"L-a": (3, 2)}
