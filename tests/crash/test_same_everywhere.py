"""The same input gives the same rows and the same report, byte by byte: whatever the seed, zone, language, database."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from databases import Postgres
from dumps import Dump, differences, dump
from places import leave, make_place
from small_project import CONFIG, command
from soak import amount

WORLDS = (
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8"},
    {"PYTHONHASHSEED": "4711", "TZ": "America/St_Johns", "LC_ALL": "C"},
)
CONFIG_OF_MANY_SPANS = CONFIG.replace("batch_size: 5", "batch_size: 1") + "workers: ${WORKERS}\n"
"""The number of workers comes from outside, so that the configuration, and its hash in the store, stay the same."""


@dataclass(frozen=True)
class Made:
    """What a turn made: rows, and the files of the report by name."""

    rows: Dump
    report: dict[str, bytes]


@pytest.mark.slow
def test_rows_and_report_are_the_same_in_every_world_with_any_workers_on_both_databases(
    folder: Path, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _made_on(None, folder, 1, WORLDS[0], monkeypatch)
    assert first.rows["messages"]
    assert sorted(first.report) == ["report.html", "report.json", "report.md"]
    for server, workers in ((None, 2), (postgres, 2), (postgres, 1))[: amount(2, 3)]:
        second = _made_on(server, folder, workers, WORLDS[1], monkeypatch)
        assert differences(first.rows, second.rows) == []
        assert first.report == second.report


def _made_on(
    server: Postgres | None, folder: Path, workers: int, world: dict[str, str], patch: pytest.MonkeyPatch
) -> Made:
    """Turn in a real process in a project of its own; the path of the project is the same each time."""
    patch.setenv("WORKERS", str(workers))
    place = make_place(folder, patch, server, CONFIG_OF_MANY_SPANS)
    try:
        run = [sys.executable, "-m", "flywheel", *command(place.folder)]
        subprocess.run(run, env=os.environ | world, check=True, capture_output=True)
        report = place.folder.glob(".flywheel/reports/*/report.*")
        return Made(dump(place.folder), {file.name: file.read_bytes() for file in report})
    finally:
        leave(place)
