"""Sources written for dlt: its state is our cursor, and nothing is lost when a turn breaks off."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from listening_post import Post, sqlite

from flywheel.checks import check_source
from flywheel.domain.feedback import Cursor, Feedback, Page
from flywheel.errors import PermanentError, TransientError
from flywheel.listen.dlt_source import DltSource
from flywheel.listen.rest_shape import RecordShape

pytest.importorskip("dlt", reason="dlt is not installed: pip install flywheel-cx[dlt]")
DAY = datetime(2026, 3, 9, 12, tzinfo=UTC)
SHAPE = RecordShape(fields={"text": "said", "external_id": "id", "person": "who", "said_at": "at"})
DESK: dict[str, Any] = {"source": "dlt_desk:desk", "arguments": {"subdomain": "own"}, "secrets": {"token": "hunter2"}}


@pytest.fixture
def there() -> Iterator[Any]:
    import dlt_desk

    yield dlt_desk
    dlt_desk.ROWS.clear()
    dlt_desk.BREAKS.clear()


def source(**more: Any) -> DltSource:
    return DltSource(**{"id": "desk", "brand": "Own", "shape": SHAPE, "page_rows": 2, **DESK} | more)


def ids(source: DltSource, since: Cursor | None = None) -> list[str]:
    return [row.external_id for page in source.fetch(since) for row in page.rows]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "given", [{}, {"resources": ("tickets",)}, {"source": "dlt_desk:tickets", "arguments": {}, "secrets": {}}]
)
def test_a_source_of_dlts_keeps_the_rules_of_a_source(there: Any, given: dict[str, Any]) -> None:
    there.fill(*range(7))
    check_source(source(**given))


def test_what_dlt_remembers_is_our_cursor_and_the_next_turn_reads_what_is_new(there: Any, tmp_path: Path) -> None:
    there.fill(*range(7))
    post = Post(sqlite(tmp_path))
    post.hear(source(resources=("tickets",)))
    assert post.turn(DAY).done == 7
    there.fill(7, 8)
    tally = post.turn(DAY + timedelta(hours=1))
    assert (tally.done, tally.reasons.get("duplicate", 0), tally.failed) == (2, 0, 0)
    assert post.turn(DAY + timedelta(hours=2)).done == 0
    [(said_at,)] = post.rows("SELECT said_at FROM feedback WHERE external_id = '8'")
    assert said_at == "2026-03-01T08:00:00.000000Z"
    post.close()


@pytest.mark.parametrize(("how", "kind"), [
    (ConnectionResetError("words"), TransientError), (ValueError("somebody's words"), PermanentError),
])  # fmt: skip
def test_a_turn_that_breaks_off_in_the_middle_loses_nothing(there: Any, how: Exception, kind: type[Exception]) -> None:
    there.fill(*range(7))
    there.BREAKS.append(how)
    pages: list[Page[Feedback]] = []
    with pytest.raises(kind) as caught:
        pages.extend(source(resources=("tickets",)).fetch(None))
    assert "words" not in str(caught.value)
    there.BREAKS.clear()
    given = [row.external_id for page in pages for row in page.rows]  # type: ignore[union-attr]
    assert {*given, *ids(source(resources=("tickets",)), pages[-1].cursor)} == {str(n) for n in range(7)}


def test_a_record_of_2099_hides_nothing_that_comes_later(there: Any) -> None:
    there.fill(0, 1)
    there.ROWS.append({"id": 99, "said": "From afar", "who": "c9", "at": datetime(2099, 1, 1, tzinfo=UTC)})
    *_, last = source(resources=("tickets",)).fetch(None)
    assert last.notices == ("Source 'desk': what is dated in the future is read again each time.",)
    there.fill(2)
    assert "2" in ids(source(resources=("tickets",)), last.cursor)


def test_two_of_them_read_side_by_side_do_not_mix_their_memories(there: Any) -> None:
    there.fill(*range(6))
    one, other = source(resources=("tickets",)), source(id="other", resources=("tickets",))
    pages = zip(one.fetch(None), other.fetch(None), strict=True)
    assert [[len(a.rows), len(b.rows)] for a, b in pages] == [[2, 2], [2, 2], [2, 2], [0, 0]]
    abandoned = one.fetch(None)
    next(abandoned)
    abandoned.close()
    assert len(ids(other)) == 6


def test_a_plain_function_is_read_and_a_record_without_words_is_set_aside_for_a_replay(there: Any) -> None:
    plain = source(source="dlt_desk:plain", arguments={}, secrets={})
    assert ids(plain) == ["0", "1", "2"]
    there.ROWS.append({"id": 1, "said": None, "at": datetime(2026, 3, 1, tzinfo=UTC)})
    page = next(source(resources=("tickets",)).fetch(None))
    assert page.set_aside[0].reason == "no text and no score"
    raw = str(page.set_aside[0].raw)
    assert plain.parse(raw.replace("null", '"late"'))[0].said_at == datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(("given", "sentence"), [
    ({"secrets": {}}, "lacks `arguments` or `secrets`"), ({"resources": ("nobody",)}, "no resource 'nobody'"),
    ({"source": "dlt_desk:nobody"}, "cannot be imported"), ({"source": "no_module_here:x"}, "cannot be imported"),
])  # fmt: skip
def test_what_is_wrong_is_said_and_no_secret_is(there: Any, given: dict[str, Any], sentence: str) -> None:
    made = source(**given)
    with pytest.raises(PermanentError, match=sentence) as caught:
        ids(made)
    assert "hunter2" not in f"{caught.value} {made!r}"


def test_dlt_sends_nothing_to_anybody(there: Any) -> None:
    from dlt.common.runtime import anon_tracker

    ids(source())
    assert anon_tracker.requests is None
