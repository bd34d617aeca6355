"""Where the files that travel with the package lie: templates and the example configuration."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """Return the folder `templates` or `config`: inside the installed package, or beside it in a checkout."""
    packed = _PACKAGE / "project" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def template_folders(project: Path, kind: str) -> tuple[Path, ...]:
    """Return where templates of a kind are looked for: the project's own first, then ours."""
    return (project / "templates" / kind, folder("templates") / kind)
