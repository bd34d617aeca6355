"""The walls of the house stand, and each of them is seen to hold: what breaks it is caught and named."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLOORS = "Every room has a floor"
PURE = "Pure rooms do no input or output"
MOST_LINES = 300


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of the house to do damage in."""
    for name in ("flywheel", "flows"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken_contracts(house: Path) -> str:
    """Return the names of the contracts that import-linter finds broken, one a line."""
    # in a process of its own, where the copy and not the installed package is found
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports; sys.exit(lint_imports())"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, "--no-cache", "--no-logo"],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in {0, 1}, done.stderr
    return "\n".join(line for line in done.stdout.splitlines() if " BROKEN" in line)


def plant(house: Path, file: str, text: str) -> None:
    path = house / file
    path.parent.mkdir(parents=True, exist_ok=True)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{text}\n", encoding="utf-8")


def test_the_house_as_it_stands_keeps_every_contract(house: Path) -> None:
    assert broken_contracts(house) == ""


@pytest.mark.parametrize(
    ("file", "text", "contract"),
    [
        ("flywheel/understand/planted.py", "import flywheel.store", FLOORS),
        ("flywheel/domain/planted.py", "import flywheel.config", FLOORS),
        ("flywheel/stray.py", "NOBODY = 'gave this module a floor'", FLOORS),
        ("flywheel/store/planted.py", "import prefect", "Only flows knows Prefect"),
        ("flywheel/wheel.py", "import flows.cycle", "Only the commands"),
        ("flywheel/listen/planted.py", "import sqlalchemy", "Only the store knows SQL"),
        ("flywheel/decide/planted.py", "import random", PURE),
        ("flywheel/orient/planted.py", "import httpx", PURE),
    ],
    ids=["beside", "upwards", "stray", "prefect", "flows", "sql", "chance", "network"],
)
def test_a_forbidden_import_or_a_stray_module_is_caught(house: Path, file: str, text: str, contract: str) -> None:
    plant(house, file, text)
    assert contract in broken_contracts(house)


def test_a_circle_is_caught(house: Path) -> None:
    plant(house, "flywheel/store/there.py", "import flywheel.store.back")
    plant(house, "flywheel/store/back.py", "import flywheel.store.there")
    assert "No circles" in broken_contracts(house)


def test_no_file_is_longer_than_a_person_reads() -> None:
    files = [file for room in ("flywheel", "flows", "tests") for file in (ROOT / room).rglob("*.py")]
    lines = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in files}
    assert {file: count for file, count in lines.items() if count > MOST_LINES} == {}
