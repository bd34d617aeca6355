"""What exists is told: every command, every plugin, every view; and what the README shows is what one can do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flywheel.cli.catalogue import GROUPS
from flywheel.plugins import SOCKETS, installed
from flywheel.store.views import VIEWS

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = [entry.name for _, entries in GROUPS for entry in entries]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_readme(command):
    assert re.search(rf"`(flywheel )?{command}`", README), f"README.md does not tell of `flywheel {command}`"


@pytest.mark.parametrize("socket", sorted(SOCKETS))
def test_every_plugin_stands_in_the_readme_beside_its_socket(socket):
    row = next(line for line in README.splitlines() if line.startswith(f"| `{socket}` |"))
    for kind in installed(socket):
        assert f"`{kind}`" in row


def test_every_view_stands_in_the_readme():
    for view in VIEWS:
        assert f"`{view}`" in README


def test_every_command_that_the_readme_types_exists():
    typed = re.findall(r"^flywheel (\S+)", README, flags=re.MULTILINE)
    assert typed
    assert set(typed) <= set(COMMANDS)


def test_every_file_that_the_readme_links_to_is_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_make_knows_the_readmes_two_commands():
    targets = re.findall(r"^make (\w+)", README, flags=re.MULTILINE)
    assert targets == ["run", "test"]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in targets:
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)
