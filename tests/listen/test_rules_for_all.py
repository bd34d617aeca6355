"""What every source can rely on: nothing lost, nothing doubled, nothing silent; each is a fault of a peer of ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from listening_post import Post

from flywheel.domain.feedback import Cursor, Feedback, Page, Score, SetAside
from flywheel.errors import PermanentError, RecordError, TransientError
from flywheel.ports import InboundSource, Source
from flywheel.steps.inbound import receive, replay

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


class ListSource(Source):
    """A source that is a list; its cursor is how many pages were given."""

    id: str = "talk"
    brand: str | None = "Own"
    pages: tuple[Any, ...] = ()
    breaks_after: int | None = None
    how: Any = None

    def fetch(self, since: Cursor | None) -> Iterator[Page[Feedback]]:
        start = int(str(since.value)) if since else 0
        for at, page in enumerate(self.pages[start:], start=start):
            if at == self.breaks_after:
                raise self.how
            rows = [one for one in page if isinstance(one, Feedback)]
            yield Page(rows, Cursor(value=at + 1), [one for one in page if isinstance(one, SetAside)])

    def parse(self, raw: str) -> Sequence[Feedback]:
        record = json.loads(raw)
        if not record.get("text"):
            raise RecordError("no text and no score")
        return [said(record["id"], record["text"])]


class Mended(ListSource):
    def parse(self, raw: str) -> Sequence[Feedback]:
        record = json.loads(raw)
        return [said(record["id"], record.get("text") or record["body"])]


def said(name: str | None, text: str, person: str | None = "p1", at: datetime = DAY, **more: Any) -> Feedback:
    return Feedback(text=text, external_id=name, person=person, said_at=at, **more)


def page(first: int, n: int = 10) -> tuple[Feedback, ...]:
    return tuple(said(str(at), f"Row {at} was late.") for at in range(first, first + n))


@pytest.fixture
def post(database_url: str) -> Iterator[Post]:
    made = Post(database_url)
    yield made
    made.close()


def count(post: Post) -> int:
    return int(post.rows("SELECT count(*) FROM feedback")[0][0])


@pytest.mark.parametrize("how", [TransientError("away"), PermanentError("revoked"), ValueError("somebody's words")])
def test_what_follows_a_failure_between_pages_is_read_by_the_next_turn(post: Post, how: Exception) -> None:
    pages = tuple(page(at * 10) for at in range(10))
    post.hear(ListSource(pages=pages, breaks_after=3, how=how))
    tally = post.turn(DAY)
    assert (count(post), tally.failed) == (30, 1)
    assert "somebody's words" not in str(tally)
    post.hear(ListSource(pages=pages))
    assert post.turn(DAY + timedelta(hours=1)).done == 70
    assert count(post) == 100


def test_a_failure_inside_a_page_leaves_its_cursor_where_it_was(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    from flywheel.store.shelves.feedback import FeedbackShelf

    post.hear(ListSource(pages=(page(0, 100),)))
    with monkeypatch.context() as broken:
        broken.setattr(FeedbackShelf, "save_cursor", lambda *_: (_ for _ in ()).throw(ValueError("broken")))
        assert post.turn(DAY).failed == 1
    assert count(post) == 0
    assert post.turn(DAY + timedelta(hours=1)).done == 100


def test_one_dead_source_stops_no_other(post: Post) -> None:
    dead = ListSource(id="dead", pages=(page(0),), breaks_after=0, how=TransientError("Source 'dead' is away."))
    post.hear(dead, ListSource(pages=(page(0),)), dead.model_copy(update={"id": "dead2"}))
    tally = post.turn(DAY)
    assert (tally.done, tally.failed, count(post)) == (10, 2, 10)


def test_50_people_who_say_thanks_without_an_id_are_50(post: Post) -> None:
    post.hear(ListSource(pages=(tuple(said(None, "thanks!", person=None) for _ in range(50)),)))
    assert post.turn(DAY).done == 50
    with post.wheel.store.write(None) as shelves:
        shelves.feedback.reset("talk")
    assert post.turn(DAY + timedelta(hours=1)).done == 0
    assert count(post) == 50


def test_a_poison_record_is_set_aside_and_stops_nothing_that_follows(post: Post) -> None:
    poison = SetAside(position="record 5", reason="no text and no score", raw='{"id": "5", "body": "it was late"}')
    post.hear(ListSource(pages=((*page(0, 5), poison, *page(6, 4)), page(10))))
    tally = post.turn(DAY)
    assert (tally.done, tally.reasons["set aside"]) == (19, 1)
    [row] = post.rows("SELECT reason, raw FROM set_aside")
    assert row.reason == "no text and no score"
    assert "late" not in row.raw


def test_what_was_set_aside_is_replayed_once_the_source_is_mended(post: Post) -> None:
    poison = SetAside(position="record 5", reason="no text and no score", raw='{"id": "5", "body": "it was late"}')
    gone = SetAside(position="record 6", reason="no text and no score")
    post.hear(ListSource(pages=((*page(0, 5), poison, gone),)))
    post.turn(DAY)
    assert replay(post.wheel, ListSource(), DAY) == (0, {"no text and no score": 1}, 1)
    assert replay(post.wheel, Mended(), DAY) == (1, {}, 1)
    assert replay(post.wheel, Mended(), DAY) == (0, {}, 1)
    assert count(post) == 6
    assert len(post.rows("SELECT id FROM set_aside WHERE replayed_at IS NOT NULL AND raw IS NULL")) == 1
    assert len(post.rows("SELECT feedback_seq FROM inbox WHERE stage = 'understand'")) == 6


def test_a_record_that_is_too_long_is_not_kept_for_a_replay(post: Post) -> None:
    post.hear(ListSource(pages=((SetAside(position="r", reason="no id", raw="x" * 70_000),),)))
    post.turn(DAY)
    assert post.rows("SELECT raw FROM set_aside")[0].raw is None


def test_an_edited_record_is_one_piece_of_feedback_whose_old_words_and_reading_are_kept(post: Post) -> None:
    nps = [(Score(kind="nps", value=value, scale_low=0, scale_high=10),) for value in (2, 9)]
    before, after = (
        said("1", "The train was late, awful!", scores=nps[0]),
        said("1", "Thank you, wonderful!", scores=nps[1]),
    )
    post.hear(ListSource(pages=((before, said("2", "Lovely.")),)))
    post.turn(DAY, read=True)
    first = post.rows("SELECT sentiment_label FROM reading ORDER BY feedback_seq")[0][0]
    post.hear(ListSource(pages=((), (after,))))
    tally = post.turn(DAY + timedelta(hours=1), read=True)
    assert (count(post), tally.done, tally.reasons["edited"]) == (2, 0, 1)
    [row] = post.rows("SELECT text, revision FROM feedback WHERE external_id = '1'")
    assert tuple(row) == ("Thank you, wonderful!", 1)
    [old] = post.rows("SELECT text, readings, scores FROM feedback_revision")
    assert old.text == "The train was late, awful!"
    assert json.loads(old.readings)[0]["reading"]["sentiment_label"] == first == "negative"
    assert json.loads(old.scores)[0]["value"] == 2
    assert [one[0] for one in post.rows("SELECT value FROM score")] == [9]
    with post.wheel.store.read() as shelves:
        assert shelves.rollups.scan().sums == shelves.rollups.stored()


def test_an_edit_is_no_second_occasion(post: Post) -> None:
    post.hear(ListSource(pages=((said("1", "The train was late, awful!"),),)))
    post.turn(DAY, read=True)
    waiting = "SELECT feedback_seq FROM inbox WHERE stage = 'decide'"
    assert len(post.rows(waiting)) == 1
    with post.wheel.store.write(None) as shelves:
        shelves.waiting.settle([row.person_id for row in post.rows("SELECT person_id FROM feedback")])
    post.hear(ListSource(pages=((), (said("1", "The train was very late, awful!"),))))
    post.turn(DAY + timedelta(hours=1), read=True)
    assert post.rows(waiting) == []
    assert len(post.rows("SELECT feedback_seq FROM reading")) == 1


def test_an_old_copy_that_comes_late_does_not_undo_an_edit(post: Post) -> None:
    forms = [(said("1", text),) for text in ("first", "second", "first", "second", "third")]
    post.hear(ListSource(pages=tuple(forms)))
    tally = post.turn(DAY)
    assert (count(post), tally.reasons["edited"]) == (1, 2)
    assert tuple(post.rows("SELECT text, revision FROM feedback")[0]) == ("third", 2)


@pytest.mark.parametrize("field", ["brand", "medium", "touchpoint", "language", "score kind"])
def test_a_text_where_a_name_should_be_is_one_record_set_aside_and_stops_nothing(post: Post, field: str) -> None:
    text = "".join(chr(0x4E00 + at * 7919 % 20_000) for at in range(9_000))  # too much for a key, however it is packed
    given: dict[str, Any] = {field: text}
    if field == "score kind":
        given = {"scores": (Score(kind=text, value=1, scale_low=0, scale_high=10),)}
    post.hear(ListSource(pages=((said("1", "Late.", **given), said("2", "Late too.")),)))
    tally = post.turn(DAY, read=True)
    assert (tally.done, tally.failed, tally.reasons["set aside"]) == (1, 0, 1)
    assert [row.reason for row in post.rows("SELECT reason FROM set_aside")] == [f"a {field} of more than 200 bytes"]


def test_a_text_in_the_place_of_a_segment_is_kept_and_counted_without_it(post: Post) -> None:
    text = "".join(chr(0x4E00 + at * 7919 % 20_000) for at in range(9_000))
    post._settings |= {"segments": ("place",)}
    post.hear(ListSource(pages=((said("1", "Late.", attributes={"place": text}), said("2", "Late too.")),)))
    assert post.turn(DAY, read=True).done == 2
    assert post.rows("SELECT value FROM feedback_attribute") == []


def test_a_record_of_2099_is_kept_without_its_date_and_said_so(post: Post) -> None:
    post.hear(ListSource(pages=((said("1", "From afar", at=datetime(2099, 1, 1, tzinfo=UTC)), said("2", "Now")),)))
    tally = post.turn(DAY)
    assert tally.reasons["dated in the future"] == 1
    assert any("dated in the future" in one for one in tally.warnings)
    assert [row.day for row in post.rows("SELECT day FROM feedback ORDER BY external_id")] == ["", "2026-03-02"]


def test_a_source_of_which_nothing_can_be_used_is_told_loudly(post: Post) -> None:
    post.hear(ListSource(pages=(tuple(SetAside(position=str(n), reason="no text and no score") for n in range(9)),)))
    tally = post.turn(DAY)
    [warning] = tally.warnings
    assert warning.startswith("Source 'talk': none of its 9 records can be used (most: no text and no score).")


def test_nothing_where_twenty_a_day_were_usual_is_a_warning_and_a_quiet_weekend_is_none(post: Post) -> None:
    weekdays = [page(100 * day, 0 if day % 7 in (5, 6) else 20) for day in range(1, 26)]
    heard = 0
    for day in range(1, 26):
        heard = day
        post.hear(ListSource(pages=tuple(weekdays[:heard])))
        assert not post.turn(DAY + timedelta(days=day)).warnings, day
    warned = [bool(post.turn(DAY + timedelta(days=day)).warnings) for day in range(26, 31)]
    assert warned == [False, False, True, True, True]


def test_what_is_sent_to_us_is_stored_before_it_is_answered_and_once(post: Post) -> None:
    class Hook(InboundSource):
        id: str = "hook"
        brand: str | None = "Own"

        def parse(self, raw: str) -> Sequence[Feedback]:
            record = json.loads(raw)
            if "text" not in record:
                raise RecordError("no text")
            return [said(record["id"], record["text"])]

    for key, body in (("a", '{"id": "1", "text": "late"}'), ("a", '{"id": "1", "text": "late"}'), ("b", "{}")):
        receive(post.wheel, Hook(), key, body, DAY)
    assert "late" not in str(post.rows("SELECT body FROM inbound"))
    post.hear(Hook())
    first, second = post.turn(DAY), post.turn(DAY + timedelta(hours=1))
    assert (first.done, first.reasons["set aside"], second.done) == (1, 1, 0)
    assert count(post) == 1


def test_a_delivery_is_let_go_a_week_after_it_was_read_and_not_before_it_was(post: Post) -> None:
    class Hook(InboundSource):
        id: str = "hook"
        brand: str | None = "Own"

        def parse(self, raw: str) -> Sequence[Feedback]:
            return [said(raw, "It was late.")]

    def kept() -> int:
        return int(post.rows("SELECT count(*) FROM inbound")[0][0])

    for key in ("a", "b"):
        receive(post.wheel, Hook(), key, key, DAY)
    post.hear(Hook())
    assert post.turn(DAY + timedelta(days=30)).done == 2
    receive(post.wheel, Hook(), "c", "c", DAY + timedelta(days=31))
    assert (post.turn(DAY + timedelta(days=32)).done, kept()) == (1, 1)
    assert (post.turn(DAY + timedelta(days=39)).done, kept()) == (0, 0)
    assert count(post) == 3
