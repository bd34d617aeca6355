"""The register of initiatives, which is never edited, and what the outer loop saw of the wheel; on both databases."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, text

from flywheel.domain.cycle import Cycle
from flywheel.domain.initiative import Expectation, Initiative, Milestone
from flywheel.domain.loop import Criterion, Observation
from flywheel.store import Store, migrate, rollup
from flywheel.store.bulk import insert_rows
from flywheel.store.tables import RollupRow

DAY = timedelta(days=1)


def initiative(topic: str, noon: datetime, **values: Any) -> Initiative:
    given = {
        "id": f"i-{topic}", "cycle_id": "c", "voice": "customer", "topic": topic, "touchpoint": "app", "cause": topic,
        "owner": "Ada", "evidence_count": 9, "evidence": ("s1", "f1"), "opened_at": noon, "due": noon + 9 * DAY,
        "score": 9.5, "expected": Expectation(effect=-0.2, low=-0.5, high=0.1, words="one", evidence=("i0",)),
        "cost": 900.0, "doubt": "d", "changed_at": noon,
    }  # fmt: skip
    return Initiative.model_validate(given | values)


def milestone(kind: str, at: datetime, name: str = "i-delay", **values: Any) -> Milestone:
    given = {
        "id": f"{name}-{kind}-{at:%d}",
        "initiative_id": name,
        "kind": kind,
        "actor": "Ada",
        "reason": "r",
        "at": at,
    }
    return Milestone.model_validate(given | values)


def test_an_initiative_comes_back_as_it_was_opened_and_opens_once(store: Store, cycle: Cycle, noon: datetime) -> None:
    late, soon = initiative("delay", noon, due=noon + 20 * DAY), initiative("app", noon, cost=None)
    with store.write(cycle.fence) as shelves:
        shelves.initiatives.open([late, soon])
        shelves.initiatives.open([late.model_copy(update={"owner": "Bob"})])
        assert shelves.initiatives.register() == [soon, late]
        assert shelves.initiatives.find("i-d") == [late]


def test_the_newest_word_says_how_it_stands_and_an_escalation_changes_nothing_but_its_count(
    store: Store, cycle: Cycle, noon: datetime
) -> None:
    def stands() -> tuple[str, float | None, int]:
        [one] = shelves.initiatives.register()
        return one.status, one.effect, one.escalations

    with store.write(cycle.fence) as shelves:
        shelves.initiatives.open([initiative("delay", noon)])
        assert stands() == ("open", None, 0)
        late = milestone("escalated", noon + 10 * DAY)
        assert shelves.initiatives.note([late]) == [late]
        assert shelves.initiatives.note([late]) == []
        assert stands() == ("open", None, 1)
        done = milestone("done", noon + 11 * DAY, began=noon + 10 * DAY)
        shelves.initiatives.note([done])
        assert stands() == ("done", None, 1)
        shelves.initiatives.note([milestone("cannot tell yet", noon + 18 * DAY, effect=-0.3, low=-0.7, high=0.4)])
        assert stands() == ("done", -0.3, 1)
        shelves.initiatives.note([milestone("verified", noon + 25 * DAY, effect=-0.4, low=-0.6, high=-0.1)])
        assert stands() == ("verified", -0.4, 1)
        assert shelves.initiatives.register("open", "done") == []
        assert shelves.initiatives.milestones("i-delay")[1] == done
        assert shelves.initiatives.register()[0].changed_at == noon + 25 * DAY


def test_mentions_are_counted_over_whole_days_of_one_brands_voice(store: Store, cycle: Cycle, noon: datetime) -> None:
    told = [
        ("2026-03-01", "delay", "Own", 5, 3), ("2026-03-02", "delay", "Own", 4, 1), ("2026-03-02", "app", "Own", 2, 2),
        ("2026-03-03", "delay", "Own", 9, 9), ("2026-03-02", "delay", "Peer", 7, 7), ("", "delay", "Own", 1, 1),
    ]  # fmt: skip
    keys = [
        (1, "text", "sentiment", "m", day, brand, "customer", "", "", topic, "", "en") for day, topic, brand, *_ in told
    ]
    with store.write(cycle.fence) as shelves:
        rows = [(*key, n, n, negative, 0, 0, 0, 0, 0) for key, (*_, n, negative) in zip(keys, told, strict=True)]
        insert_rows(shelves._connection, RollupRow, rollup.COLUMNS, rows)
        days = (date(2026, 3, 1), date(2026, 3, 2))
        found = shelves.initiatives.mentions("m", "Own", "customer", days)
    assert [(one.name, one.n_read, one.n_negative) for one in found] == [("app", 2, 2), ("delay", 9, 4)]


def test_what_the_outer_loop_saw_comes_back_and_the_same_turn_overwrites_its_own(
    store: Store, cycle: Cycle, noon: datetime
) -> None:
    plain = ("cycle_id", "seen", "since", "until", "undone")
    counts = dict.fromkeys((name for name in Observation.model_fields if name not in plain), 3)
    seen = Observation(cycle_id="o", seen="c", since=noon - DAY, until=noon, undone={"cap": 2}, **counts)
    told = [
        Criterion(cycle_id="o", part="culture", name="teams", words="no team has said", value=None, needed=3, met=None),
        Criterion(cycle_id="o", part="empathy", name="removed", words="causes", value=0, needed=1, met=False),
        Criterion(cycle_id="o", part="interaction", name="ways", words="media", value=3, needed=2, met=True),
    ]
    with store.write(cycle.fence) as shelves:
        for _ in range(2):
            shelves.observations.add([seen])
            shelves.observations.add_maturity(told)
        assert shelves.observations.of("o") == [seen]
        assert shelves.observations.maturity("o") == told
        assert shelves.observations.scores("Own", "customer", [1]) == 0


def test_what_was_open_before_is_open_after_the_schema_changed(url: str) -> None:
    migrate(url, {}, target="0004")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO initiative (id, cycle_id, cause, owner, status, evidence_count, evidence, opened_at, due) "
                "VALUES ('i1', 'c', 'delay: 9 of 9', 'Ada', 'open', 9, '[]', '2026-03-01T00:00:00.000000Z', "
                "'2026-04-01T00:00:00.000000Z')"
            )
        )
    engine.dispose()
    migrate(url, {})
    store = Store(url)
    with store.read() as shelves:
        [one] = shelves.initiatives.register("open")
    store.close()
    assert (one.topic, one.owner, one.expected.words) == ("delay", "Ada", "no past to learn from")
