"""`flywheel new` writes a plugin whose test passes, and nothing over what is there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from flywheel.cli.app import main


def test_every_beginning_is_short_and_passes_its_own_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for kind in ("source", "step", "policy", "channel"):
        assert main(["new", kind, f"my_{kind}", "--dir", str(tmp_path)]) == 0
        code, test = ((tmp_path / name).read_text() for name in (f"my_{kind}.py", f"test_my_{kind}.py"))
        assert len((code + test).splitlines()) < 40
    assert 'kind: "my_source:MySource"' in capsys.readouterr().out
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout
    assert "4 passed" in done.stdout


@pytest.mark.parametrize("name", ["class", "Acme", "a-b", "../evil", ""])
def test_a_name_that_no_module_can_have_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["new", "source", name, "--dir", str(tmp_path)]) == 2
    assert "cannot be the name of a module" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "acme.py").write_text("mine")
    assert main(["new", "source", "acme", "--dir", str(tmp_path)]) == 2
    assert (tmp_path / "acme.py").read_text() == "mine"
    assert "not overwritten" in capsys.readouterr().err
