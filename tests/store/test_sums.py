"""What the database adds up equals what one gets by adding up its rows, and what waits is handed out once, in order."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from math import sqrt

import pytest

from flywheel.domain.cycle import Cycle
from flywheel.domain.ids import content_id
from flywheel.domain.play import Decision, Verdict
from flywheel.domain.prediction import Prediction
from flywheel.store import Store

DAY = timedelta(days=1)
ENDS = (("default", "decided"), ("holdout", "held out"), ("default", "blocked"), ("default", "waiting"))


def some_decisions(dice: random.Random, noon: datetime, n: int) -> list[Decision]:
    return [_decision(dice, noon, at) for at in range(n)]


def _decision(dice: random.Random, noon: datetime, at: int) -> Decision:
    (arm, status), play = dice.choice(ENDS), dice.choice(["help", "guide", "offer"])
    blocks = [("care", "no sale now"), ("consent", "no consent"), ("cap", "enough")]
    verdicts = [
        Verdict(policy=policy, ruling="block" if status == "blocked" and dice.random() < 0.6 else "allow", reason=why)
        for policy, why in dice.sample(blocks, 3)
    ]
    if status == "blocked":
        verdicts.append(Verdict(policy="always", ruling="block", reason="a rule"))
    return Decision.model_validate({
        "id": content_id("decision", str(at)), "cycle_id": dice.choice(["c1", "c2", "c3"]),
        "person_id": f"p{dice.randint(1, 30)}", "occasion": f"o{at}", "occasion_at": noon, "play": play,
        "variant": dice.choice("ab"), "tier": "offer" if play == "offer" else "friction", "channel": "mail",
        "purpose": "service", "score": 0.1, "propensity": 0.8, "arm": arm, "status": status, "ruling": "allow",
        "reasons": (), "verdicts": verdicts, "settings": (),
        "learnings": dice.choice([(), ("L1",), ("L1", "L2")]),
        "changed_by": dice.choice([(), (), ("L1",), ("L2", "S")]),
        "decided_at": noon - dice.randint(1, 12) * DAY, "not_before": None,
        "not_after": noon + dice.randint(-3, 9) * DAY,
    })  # fmt: skip


def test_decisions_in_sums_equal_the_decisions_one_by_one(store: Store, cycle: Cycle, noon: datetime) -> None:
    made = some_decisions(random.Random(1), noon, 300)
    with store.write(cycle.fence) as shelves:
        assert shelves.decisions.add(made) == 300
        found = shelves.decisions.summary(["c1", "c2"])
        read = shelves.decisions.learnings_read("c3")
    here = [one for one in made if one.cycle_id in ("c1", "c2")]
    decided = [one for one in here if one.status == "decided"]
    assert {(one.play, one.tier, one.status): one.n for one in found.groups} == Counter(
        (one.play, one.tier, one.status) for one in here
    )
    assert found.n == len(here)
    assert found.ended("decided", "waiting") == sum(one.status in ("decided", "waiting") for one in here)
    assert found.helped == len({one.person_id for one in decided if one.tier != "offer"})
    assert found.offered == len({one.person_id for one in decided if one.tier == "offer"})
    assert found.changed == sum(bool(one.changed_by) for one in here)
    assert found.changed_by == Counter(name for one in here for name in one.changed_by)
    assert found.blocked == Counter(
        "; ".join(said.reason for said in sorted(one.verdicts, key=lambda said: said.policy) if said.ruling == "block")
        for one in here
        if one.status == "blocked"
    )
    assert {(a, b): n for a, b, n in read} == Counter(
        (one.learnings, one.changed_by) for one in made if one.cycle_id == "c3"
    )


def test_nothing_decided_and_nothing_foreseen_are_sums_too(store: Store, cycle: Cycle) -> None:
    with store.read() as shelves:
        assert shelves.decisions.summary([cycle.id]).n == 0
        assert shelves.people.foreseen([cycle.id], "churn", 0.2) is None


def test_only_the_newest_prediction_of_a_person_counts(store: Store, cycle: Cycle, noon: datetime) -> None:
    dice, words = random.Random(2), [("late",), ("late", "rude"), ()]

    def foresee(people: range, days: int) -> list[Prediction]:
        return [
            Prediction(
                person_id=f"p{at}", kind=kind, value=dice.random(), low=0, high=1, as_of=noon + days * DAY,
                model=f"m{at % 3}", drivers=dice.choice(words),
            )
            for at in people for kind in ("churn", "value")
        ]  # fmt: skip

    newest: dict[str, Prediction] = {}
    with store.write(cycle.fence) as shelves:
        for days, people in enumerate((range(40), range(20, 50))):
            own = cycle.model_copy(update={"id": f"c{days}"})
            made = foresee(people, days)
            shelves.people.add_predictions(own, foresee(people, days))
            shelves.people.add_predictions(own, made)  # in place of what the same cycle foresaw before
            newest |= {one.person_id: one for one in made if one.kind == "churn"}
        found = shelves.people.foreseen(["c0", "c1"], "churn", 0.5)
        assert shelves.people.foreseen(["c1"], "churn", 0.5) != found
    assert found is not None
    values = [one.value for one in newest.values()]
    mean = sum(values) / 50
    above = [one for one in newest.values() if one.value >= 0.5]
    assert (found.n, found.above, found.mean) == (50, len(above), pytest.approx(mean, abs=1e-12))
    deviation = sqrt(sum((one - mean) ** 2 for one in values) / 49)
    assert found.standard_error == pytest.approx(deviation / sqrt(50), abs=1e-12)
    assert found.drivers == Counter(word for one in above for word in one.drivers)
    assert found.model == max(newest.values(), key=lambda one: one.value).model
