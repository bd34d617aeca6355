"""A small project in a folder of its own: one CSV source of 14 rows, one play, a file channel."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from flywheel.cli.app import main
from flywheel.vault import write_key

_CONFIG = """\
brand: {name: Lumen Rail}
competitors: [Tern Rail]
sources:
  - id: reviews
    kind: csv
    path: reviews.csv
    medium: review
    columns: {text: body, external_id: id, said_at: written, brand: company}
analyzer: {kind: fast}
topics:
  - topic: delay
    words: {en: [late, delay*]}
channels:
  - {id: mail, kind: file, folder: outbox}
plays:
  - {name: thank_you, tier: relationship, when: label == "positive", channel: mail, template: thank_you, mode: live}
schedules:
  - {name: weekly, flow: cycle, cron: "0 7 * * 1"}
"""
ROWS = 14


class Screen:
    """What one command left: its exit code, stdout and stderr."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    @property
    def document(self) -> dict[str, object]:
        return json.loads(self.out)


Flywheel = Callable[..., Screen]


@pytest.fixture
def flywheel(capsys: pytest.CaptureFixture[str]) -> Flywheel:
    def call(*words: object) -> Screen:
        capsys.readouterr()
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Screen(code, said.out, said.err)

    return call


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flywheel: Flywheel) -> Path:
    for name in ("FLYWHEEL_DATABASE_URL", "FLYWHEEL_KEY", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "project.yaml").write_text(_CONFIG)
    said = "The train was late again and nobody told us."
    lines = ["id,written,company,body", *(f"r{n},2026-01-{n:02d},Lumen Rail,{said}" for n in range(1, ROWS + 1))]
    (tmp_path / "reviews.csv").write_text("\n".join(lines) + "\n")
    monkeypatch.chdir(tmp_path)
    write_key(tmp_path, "5a" * 32)  # by a key of chance other people would be held out each time
    assert flywheel("init", ".").code == 0
    return tmp_path


@pytest.fixture
def configure(project: Path) -> Callable[[str, str], None]:
    """Replace a piece of the configuration."""

    def replace(old: str, new: str) -> None:
        file = project / "config" / "project.yaml"
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))

    return replace


@pytest.fixture
def trial(flywheel: Flywheel) -> Flywheel:
    """`flywheel trial FILE` with the arm in "group", of which "old" is the control."""

    def call(file: object, *words: object, metric: str = "bought") -> Screen:
        return flywheel("trial", file, "--arm", "group", "--control", "old", "--metric", metric, *words)

    return call
