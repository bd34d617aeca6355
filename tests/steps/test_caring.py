"""The step care: whoever needs an answer has a case, an owner and a clock; the same turn twice writes nothing twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from small_project import UNTIL
from sqlalchemy import text

from flywheel.domain.care import CaseEvent


def views(walk: Any, *names: str) -> list[list[dict[str, Any]]]:
    found = []
    with walk.wheel.store.read() as shelves:
        for name in names:
            columns, rows = shelves.views.rows(name)
            found.append([dict(zip(columns, row, strict=True)) for row in rows])
    return found


def test_who_complains_has_a_case_and_praise_is_passed_on(begin_walk: Any) -> None:
    walk = begin_walk("caring")
    walk.step("predict", "decide", "act", "care")
    cases, events, thanks, feedback, readings = views(
        walk, "v_case", "v_case_event", "v_thanks", "v_feedback", "v_reading"
    )
    read = {one["feedback_id"]: one for one in readings}
    lately = [one for one in feedback if one["said_at"] > f"{UNTIL - timedelta(days=14):%Y-%m-%d}T09"]
    need = {one["person_id"] for one in lately if _needs(read[one["id"]])}
    assert need
    assert {one["person_id"] for one in cases} == need
    assert {one["owner"] for one in cases} == {"CX team", "Operations"}
    assert all(one["due"] > one["opened_at"] for one in cases)
    assert {one["feedback_id"] for one in thanks} <= {one["id"] for one in lately}
    assert thanks
    assert {"escalated"} <= {one["kind"] for one in events}  # what was said days ago is overdue when it is heard
    walk.step("care")
    assert views(walk, "v_case", "v_case_event", "v_thanks") == [cases, events, thanks]


def test_a_message_of_ours_answers_an_open_case_and_the_owners_figures_say_so(begin_walk: Any) -> None:
    walk = begin_walk("answered")
    walk.step("predict", "decide", "act", "care")
    with walk.wheel.store.write(walk.cycle.fence) as shelves:
        waiting = shelves.cases.register(status="open")[0]
        row = dict.fromkeys(("id", "decision_id", "channel", "key", "language", "subject", "body", "payload_hash"), "x")
        row |= {"person_id": waiting.person_id, "play": "ease", "purpose": "service", "status": "sent", "attempts": 1}
        row |= dict.fromkeys(("next_at", "not_after"), "9") | {"fence": 0, "sent_at": "2026-12-31T00:00:00.000000Z"}
        names = ", ".join(row)
        shelves._connection.execute(
            text(f"INSERT INTO delivery ({names}) VALUES ({', '.join(f':{one}' for one in row)})"), row
        )
        before = shelves.cases.summary(UNTIL)
        assert shelves.cases.note_answers(walk.cycle) == 1
        assert shelves.cases.note_answers(walk.cycle) == 0
        after = shelves.cases.summary(UNTIL)
        assert sum(one.open for one in after) == sum(one.open for one in before) - 1
        assert sum(one.answered for one in after) == sum(one.answered for one in before) + 1
        [stands] = shelves.cases.find(waiting.id[:10])
        assert stands.status == "answered"
        closed = CaseEvent(
            id="e", case_id=stands.id, kind="closed", actor="Ada", reason="called", cause="points", at=UNTIL
        )
        shelves.cases.add([], [closed])
        assert shelves.cases.find(stands.id)[0].status == "closed"
        assert [one.kind for one in shelves.cases.events(stands.id)][-2:] == ["answered", "closed"]


def _needs(reading: dict[str, Any]) -> bool:
    grave = reading["intent"] in ("hardship", "legal or safety", "threat to leave", "gone")
    upset = reading["intent"] == "complaint" and reading["sentiment_label"] == "negative"
    return grave or upset or reading["urgency"] == "high"
