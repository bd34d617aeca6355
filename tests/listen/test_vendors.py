"""The ready declarations, each against a server that speaks the shape its vendor publishes (not the live service)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from source_server import Server
from vendor_shapes import ISO, VENDORS, N, answer

from flywheel.checks import check_source
from flywheel.domain.feedback import Feedback
from flywheel.errors import PermanentError, TransientError
from flywheel.listen.http_pages import Auth, Patience
from flywheel.listen.rest_shape import Paging, RecordShape
from flywheel.listen.rest_source import RestSource
from flywheel.plugins import plugin_class

TOKEN = "hunter2-and-more"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(answer) as running:
        yield running


def made(kind: str, server: Server) -> Any:
    given = {"id": kind, "brand": "Own", "token": TOKEN, "base_url": server.url, **VENDORS[kind]}
    return plugin_class("source", kind).model_validate(given)


def rows(source: Any) -> list[Feedback]:
    return [row for page in source.fetch(None) for row in page.rows]


@pytest.mark.parametrize("kind", VENDORS)
def test_a_ready_declaration_keeps_the_rules_of_a_source(kind: str, server: Server) -> None:
    check_source(made(kind, server))


@pytest.mark.parametrize("kind", VENDORS)
def test_a_ready_declaration_reads_each_record_once_with_its_person_and_its_date(kind: str, server: Server) -> None:
    found = rows(made(kind, server))
    assert len({row.external_id for row in found}) == len(found) == N
    assert all(row.person and row.medium for row in found)
    assert sorted(row.said_at.strftime("%Y-%m-%dT%H:%M:%SZ") for row in found if row.said_at) == ISO
    assert any(row.text for row in found)


@pytest.mark.parametrize("kind", VENDORS)
def test_a_second_fetch_asks_only_for_what_is_new_and_what_overlaps(kind: str, server: Server) -> None:
    source = made(kind, server)
    *_, last = source.fetch(None)
    again = [row for page in source.fetch(last.cursor) for row in page.rows]
    assert len(again) <= N


@pytest.mark.parametrize(("kind", "said"), [
    ("zendesk", "Delay\nTicket 3 was late"), ("intercom", "Conversation 3 & delay"), ("typeform", "Answer 3"),
    ("freshdesk", "Ticket 3\nIt was late"), ("trustpilot", "Review 3\nIt was late"), ("discourse", "Post 3"),
])  # fmt: skip
def test_the_words_are_those_of_the_customer(kind: str, said: str, server: Server) -> None:
    assert said in [row.text for row in rows(made(kind, server))]


def test_posts_of_a_community_stand_in_their_threads_and_staff_speaks_for_the_company(server: Server) -> None:
    posts = {row.external_id: row for row in rows(made("discourse", server))}
    assert [posts[one].thread for one in ("1", "2", "3")] == ["0", "0", "1"]
    assert [posts[one].voice for one in ("1", "2", "3")] == ["customer", "company", "customer"]


@pytest.mark.parametrize(("kind", "score"), [
    ("zendesk", ("csat", 1, 0, 1)), ("typeform", ("nps", 3, 0, 10)), ("formbricks", ("nps", 3, 0, 10)),
    ("intercom", ("csat", 4, 1, 5)), ("trustpilot", ("stars", 4, 1, 5)), ("chatwoot", ("csat", 4, 1, 5)),
])  # fmt: skip
def test_scores_keep_their_scale(kind: str, score: tuple[Any, ...], server: Server) -> None:
    given = [one for row in rows(made(kind, server)) for one in row.scores]
    assert score in [(one.kind, one.value, one.scale_low, one.scale_high) for one in given]


def test_a_token_stands_in_no_address_no_error_and_no_repr(server: Server) -> None:
    server.asked.clear()
    for kind in VENDORS:
        source = made(kind, server)
        rows(source)
        assert TOKEN not in f"{source!r} {source.rest()!r}"
    assert not [one for one in server.asked if TOKEN in f"{one[0]} {one[1]}"]


def shelf(server: Server, **more: Any) -> RestSource:
    shape = RecordShape(records="items", fields={"text": "text", "external_id": "id"})
    quick = Patience(first_wait_seconds=0, attempts=3, max_bytes=2_000)
    return RestSource(
        **{"id": "desk", "brand": "Own", "url": f"{server.url}/x", "shape": shape, "patience": quick} | more
    )


def test_a_poison_record_is_set_aside_with_its_raw_form_and_can_be_parsed_once_it_is_whole() -> None:
    items = [
        {"id": 1, "text": "late"},
        {"id": 2, "text": None},
        "nonsense",
        {"text": "no id"},
        {"id": 5, "text": "fine"},
    ]
    with Server(lambda *_: ({"items": items}, {})) as server:
        [page] = shelf(server).fetch(None)
        assert [row.text for row in page.rows] == ["late", "fine"]
        assert [one.reason for one in page.set_aside] == ["no text and no score", "a record that is no object", "no id"]
        assert shelf(server).parse('{"id": 2, "text": "mended"}')[0].text == "mended"
        check_source(shelf(server))


@pytest.mark.parametrize(("body", "sentence"), [
    ({"things": []}, "nothing at 'items'"), ({"items": [{"id": 1, "text": "x" * 3_000}]}, "more than 2,000 bytes"),
])  # fmt: skip
def test_an_answer_of_another_shape_or_size_is_refused(body: Any, sentence: str) -> None:
    with Server(lambda *_: (body, {})) as server, pytest.raises(PermanentError, match=sentence):
        list(shelf(server).fetch(None))


def test_a_server_that_is_away_is_a_matter_of_time_and_its_address_is_not_told() -> None:
    with pytest.raises(TransientError, match="cannot be reached") as caught:
        list(RestSource(
            id="desk", brand="Own", url="http://127.0.0.1:1/secret-path",
            patience=Patience(first_wait_seconds=0, attempts=2),
            shape=RecordShape(fields={"text": "text", "external_id": "id"}), auth=Auth(secret=TOKEN), paging=Paging(),
        ).fetch(None))  # fmt: skip
    assert "secret-path" not in str(caught.value)
    assert TOKEN not in str(caught.value)
