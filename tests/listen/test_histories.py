"""Random histories of a source: ties, late commits, edits, reordered pages; none lost, none doubled."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import pytest
from listening_post import Post, sqlite
from source_server import START, Api, history
from test_hostile_server import source

from flywheel.listen import rest_source
from flywheel.listen.http_pages import Answer

HISTORIES = 2_000 if os.environ.get("FLYWHEEL_SOAK") else 25
RECORDS, TURNS = 60, 6


class Desk:
    """Stands where the network stands otherwise."""

    apis: dict[str, Api] = {}  # noqa: RUF012 - one test fills it

    def __init__(self, name: str, *_: Any) -> None:
        self._api = self.apis[name]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def ask(self, _url: str, params: dict[str, str], _body: Any = None) -> Answer:
        return Answer(self._api.document(params), None, self._api.now)


def run(post: Post, seeds: range) -> tuple[int, int, int]:
    """Return how many records there were, were lost, and were stored twice or in an old form."""
    apis = {f"h{seed}": Api(history(seed, RECORDS), size=17) for seed in seeds}
    Desk.apis = apis
    post.hear(*(source("http://nowhere.invalid", name) for name in apis))
    for at in range(1, TURNS + 1):
        now = START + timedelta(days=6 * at / TURNS)
        for api in apis.values():
            api.now = now
        assert post.turn(now + timedelta(seconds=seeds.start)).failed == 0
    lost = wrong = 0
    for name, api in apis.items():
        rows = post.rows(f"SELECT external_id, text FROM feedback WHERE source = '{name}'")
        stored = {row.external_id: row.text for row in rows}
        lost += len(api.latest().keys() - stored.keys())
        wrong += (
            len(rows) - len(stored) + sum(stored[key] != said for key, said in api.latest().items() if key in stored)
        )
    return len(apis) * RECORDS, lost, wrong


def test_no_history_loses_or_doubles_a_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_source, "Asker", Desk)
    post = Post(sqlite(tmp_path))
    results = [run(post, range(at, min(at + 100, HISTORIES))) for at in range(0, HISTORIES, 100)]
    records, lost, wrong = (sum(column) for column in zip(*results, strict=True))
    edits = post.rows("SELECT count(*) FROM feedback_revision")[0][0]
    print(f"{HISTORIES} histories, {records} records, {edits} edits: {lost} lost, {wrong} doubled or stale")
    assert (records, lost, wrong) == (HISTORIES * RECORDS, 0, 0)
    assert edits > HISTORIES
    post.close()


@pytest.mark.parametrize("fault", ["no overlap", "cursor follows the future"])
def test_the_histories_catch_a_reader_that_is_careless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr(rest_source, "Asker", Desk)
    if fault == "no overlap":
        monkeypatch.setattr(rest_source, "timedelta", lambda **_: timedelta(0))
    else:
        newest = rest_source.RestSource._newest
        far = START + timedelta(days=40_000)
        monkeypatch.setattr(rest_source.RestSource, "_newest", lambda self, rows, _limit: newest(self, rows, far))
    post = Post(sqlite(tmp_path))
    assert run(post, range(25))[1] > 0
    post.close()
