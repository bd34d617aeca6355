"""A server that behaves as badly as servers do: everything it has is stored once, in its newest form."""

from __future__ import annotations

from datetime import timedelta

from listening_post import Post
from source_server import LATEST, START, Api, Server, history

from flywheel.listen.http_pages import Patience
from flywheel.listen.rest_shape import Newer, Paging, RecordShape
from flywheel.listen.rest_source import RestSource

RECORDS, TURNS = 500, 10
SHAPE = RecordShape(
    records="items", fields={"text": "text", "external_id": "id", "said_at": "updated_at"}
)  # fmt: skip


def source(url: str, name: str = "desk") -> RestSource:
    return RestSource(
        id=name, brand="Own", url=url, shape=SHAPE, paging=Paging(kind="page", param="page"),
        newer=Newer(field="updated_at", param="since", overlap_minutes=LATEST.total_seconds() / 60 + 1),
        patience=Patience(first_wait_seconds=0, attempts=8),
    )  # fmt: skip


def test_500_records_of_a_server_that_ties_delays_edits_shuffles_and_fails_are_all_stored_once(
    database_url: str,
) -> None:
    api = Api(history(seed=5, n=RECORDS), failing=0.05)
    post = Post(database_url)
    with Server(api) as server:
        post.hear(source(f"{server.url}/items"))
        for at in range(1, TURNS + 1):
            api.now = START + timedelta(days=6 * at / TURNS)
            tally = post.turn(api.now, read=True)
            assert tally.failed == 0
    stored = {row.external_id: row for row in post.rows("SELECT external_id, text, revision, said_at FROM feedback")}
    assert len(post.rows("SELECT id FROM feedback")) == RECORDS
    assert {name: row.text for name, row in stored.items()} == api.latest()
    edited = {one.id for one in api.versions if "edited" in one.text}
    assert {name for name, row in stored.items() if row.revision} <= edited
    assert [name for name, row in stored.items() if row.said_at is None] == [
        one.id for one in api.versions if one.updated_at.year == 2099
    ]
    assert {"500", "429", "cut"} <= set(api.failures)
    print(f"{len(server.asked)} requests, {len(api.failures)} failures, {len(edited)} edits: {len(stored)} stored once")
    post.close()
