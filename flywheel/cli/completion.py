"""A completion script for the shell; printed, so that no file of yours is edited."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import Parameter

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer


def completion(
    shell: Annotated[Literal["bash", "zsh", "fish"], Parameter(help="Which shell.")],
    /,
    *,
    options: Options = PLAIN,
) -> int:
    """Print the script: `eval` it, or put it where your shell looks for completions."""
    from flywheel.cli.app import build_app

    script = build_app().generate_completion(prog_name="flywheel", shell=shell)
    answer(options, {"shell": shell, "script": script}, [script])
    return 0
