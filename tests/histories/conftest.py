"""A theatre for histories, made once: its store lies in memory where there is some."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from history import Theatre
from places import memory
from small_world import keep_what_is_made, write_origin


@pytest.fixture(scope="module")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    with tempfile.TemporaryDirectory(dir=memory() or tmp_path_factory.mktemp("theatre")) as name:
        folder = Path(name)
        for part in ("origin", "stage"):
            (folder / part).mkdir(mode=0o700)
        with pytest.MonkeyPatch.context() as patch:
            keep_what_is_made(patch)
            patch.setattr(logging.getLogger("flywheel"), "disabled", True)  # who is replaced says so, in every history
            write_origin(folder / "origin" / "flywheel.db")
            yield Theatre(folder / "origin" / "flywheel.db", folder / "stage")
