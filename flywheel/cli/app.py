"""The console script: finds the command, calls it, and turns what went wrong into one message and an exit code."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches

from cyclopts import App, Group
from cyclopts.exceptions import CycloptsError, UnknownCommandError

from flywheel.cli.catalogue import GROUPS, Entry, Family
from flywheel.errors import FlywheelError
from flywheel.version import __version__

_FAILED, _WRONG_USE, _INTERRUPTED, _NOBODY_READS = 1, 2, 130, 141


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    debug = "--debug" in words
    _prepare(debug=debug)
    try:
        return _called(words)
    except BrokenPipeError:  # `flywheel export ... | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _NOBODY_READS
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the outermost edge of the command line
        if debug and not isinstance(error, CycloptsError):
            traceback.print_exc()
        message, code = _explained(error, debug=debug)
    print(message, file=sys.stderr)
    if "--json" in words:
        from flywheel.cli.screen import print_json

        print_json({"error": message, "exit_code": code})
    return code


def build_app() -> App:
    """Return the application; no command is imported before it is called."""
    app = App(
        name="flywheel",
        help="Customer and employee feedback -> action -> learning, and an outer loop against the competition.",
        version=__version__,
        help_format="plaintext",
        suppress_keyboard_interrupt=False,
    )
    for place, (title, entries) in enumerate(GROUPS):
        group = Group(title, sort_key=place)
        for entry in entries:
            _add(app, entry, group)
    app["--help"].group = app["--version"].group = Group("About", sort_key=len(GROUPS))
    return app


def _add(app: App, entry: Entry | Family, group: Group | None) -> None:
    if isinstance(entry, Family):
        family = App(name=entry.name, help=entry.does, group=group)
        for member in entry.members:
            _add(family, member, None)
        app.command(family)
    else:
        example = f"Example: {entry.example}"
        place = f"flywheel.cli.{entry.place}"
        app.command(place, name=entry.name, help=entry.does, group=group, help_epilogue=example)


def _called(words: list[str]) -> int:
    app = build_app()
    code = app(words, exit_on_error=False, print_error=False, result_action="return_value", verbose=False)
    sys.stdout.flush()
    return code if isinstance(code, int) else 0


def _prepare(*, debug: bool) -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows no Polish must not end a run
    # before NumPy is there: on a busy machine two threads that wait for each other cost 75 times one (measured)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    log = logging.getLogger("flywheel")
    log.setLevel(logging.DEBUG if debug else logging.INFO)
    log.handlers = [logging.StreamHandler()] if debug else []


def _explained(error: BaseException, *, debug: bool) -> tuple[str, int]:
    """Return the message and the exit code; of an error that is not ours only its class is told.

    Its message may hold a customer's words.
    """
    match error:
        case KeyboardInterrupt():
            return "Stopped.", _INTERRUPTED
        case CycloptsError():
            return _usage(error), _WRONG_USE
        case FlywheelError():
            return str(error), error.exit_code
        case _:
            hint = "" if debug else " Run again with --debug to see where, and please report it."
            return f"Unexpected {type(error).__name__}: this is a defect.{hint}", _FAILED


def _usage(error: CycloptsError) -> str:
    where = " ".join(["flywheel", *(error.command_chain or ())])
    if isinstance(error, UnknownCommandError) and error.app is not None and error.unused_tokens:
        # the library's own sentence would import every command first
        word, known = error.unused_tokens[0], [name for name in error.app if not name.startswith("-")]
        close = get_close_matches(word, known, n=1)
        hint = f"Did you mean {close[0]!r}?" if close else f"There is {', '.join(known)}."
        return f"There is no command {word!r}. {hint}"
    return f"{' '.join(str(error).split())} See `{where} --help`."


if __name__ == "__main__":
    sys.exit(main())
