"""What is wrong is said in one or two sentences, with the exit code of the contract, and nothing is started."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from flywheel import stepping

RUN = ("run", "--engine", "local", "--until", "2026-01-20")


def test_a_misspelt_command_is_answered_with_the_nearest_one(flywheel):
    screen = flywheel("runn")
    assert (screen.code, screen.out) == (2, "")
    assert "Did you mean 'run'?" in screen.err


def test_a_misspelt_command_of_a_family_too(flywheel):
    screen = flywheel("sources", "lst")
    assert screen.code == 2
    assert "Did you mean 'list'?" in screen.err


def test_a_misspelt_option_is_answered_with_the_nearest_one(flywheel, project):
    screen = flywheel("run", "--shadw")
    assert screen.code == 2
    assert "--shadow" in screen.err


def test_what_is_no_time_is_refused(flywheel, project):
    screen = flywheel("run", "--since", "yesterday")
    assert screen.code == 2
    assert "yesterday" in screen.err


def test_with_json_a_refusal_is_a_document_too(flywheel, project):
    screen = flywheel("run", "--config", "nowhere", "--json")
    assert screen.code == 2
    assert screen.document["exit_code"] == 2
    assert "nowhere" in screen.document["error"]


def test_a_typo_in_the_configuration_names_file_line_and_the_right_word(flywheel, project, configure):
    configure("medium: review", "mediun: review")
    screen = flywheel(*RUN)
    assert screen.code == 2
    assert "project.yaml, line 7" in screen.err
    assert "Did you mean 'medium'?" in screen.err


def test_an_unknown_plugin_names_the_nearest_one(flywheel, project, configure):
    configure("kind: csv", "kind: cvs")
    screen = flywheel(*RUN)
    assert screen.code == 2
    assert "Did you mean 'csv'?" in screen.err


def test_a_folder_without_configuration_says_what_to_type(flywheel, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    screen = flywheel(*RUN)
    assert screen.code == 2
    assert "flywheel init" in screen.err


def test_a_secret_that_is_not_set_is_named(flywheel, project, configure):
    configure("path: reviews.csv", "path: ${REVIEWS_OF_MINE}")
    screen = flywheel(*RUN)
    assert screen.code == 2
    assert "REVIEWS_OF_MINE" in screen.err
    assert "line 6" in screen.err
    assert flywheel("doctor").code == 1


def test_a_secret_is_never_shown(flywheel, project, configure, monkeypatch):
    monkeypatch.setenv("REVIEWS_OF_MINE", "s3cret-place")
    configure("path: reviews.csv", "path: ${REVIEWS_OF_MINE}")
    screen = flywheel("doctor")
    assert "is set" in screen.out
    assert "s3cret" not in screen.out + screen.err


def test_without_a_key_nothing_is_started(flywheel, project):
    (project / ".flywheel" / "key").unlink()
    screen = flywheel(*RUN)
    assert screen.code == 2
    assert "flywheel init" in screen.err


def test_a_key_that_others_can_read_is_refused(flywheel, project):
    (project / ".flywheel" / "key").chmod(0o644)
    screen = flywheel(*RUN)
    assert screen.code == 2
    assert "chmod 600" in screen.err


def test_another_key_than_the_stores_is_refused(flywheel, project, monkeypatch):
    monkeypatch.setenv("FLYWHEEL_KEY", "ab" * 32)
    screen = flywheel(*RUN)
    assert screen.code == 2
    assert "another key" in screen.err


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("sqlite:////proc/nowhere/flywheel.db", "flywheel store migrate"),
        ("postgresql+psycopg://someone:s3cret@127.0.0.1:1/feedback", "psycopg"),
        ("mysql://127.0.0.1/feedback", "SQLite or PostgreSQL"),
        ("just words", "no database URL"),
    ],
)
def test_a_store_that_cannot_be_reached_is_said_without_its_password(flywheel, project, monkeypatch, url, says):
    monkeypatch.setenv("FLYWHEEL_DATABASE_URL", url)
    monkeypatch.setattr(stepping, "WAITS", (0, 0))  # half a minute otherwise
    screen = flywheel(*RUN)
    assert screen.code == 2, screen.err
    assert says in screen.err
    assert "s3cret" not in screen.err


def test_a_store_that_cannot_be_made_is_said(flywheel, project, monkeypatch):
    monkeypatch.setenv("FLYWHEEL_DATABASE_URL", "sqlite:////proc/nowhere/flywheel.db")
    screen = flywheel("store", "migrate")
    assert screen.code == 2
    assert "cannot be created" in screen.err


def test_a_file_that_is_no_store_is_said(flywheel, project):
    (project / ".flywheel" / "flywheel.db").write_bytes(b"not a database at all" * 100)
    screen = flywheel(*RUN)
    assert screen.code == 2
    assert "no SQLite database" in screen.err


def test_an_unmigrated_store_names_the_command(flywheel, project):
    (project / ".flywheel" / "flywheel.db").unlink()
    for words in (RUN, ("store", "status")):
        screen = flywheel(*words)
        assert screen.code == 2
        assert "flywheel store migrate" in screen.err + screen.out
    assert flywheel("store", "migrate").code == 0
    assert flywheel("store", "status").code == 0


def test_a_second_run_at_the_same_time_is_refused(flywheel, project):
    holder = textwrap.dedent("""
        import sys, time
        from pathlib import Path
        from flywheel.turn import TurnRequest, begin
        begin(TurnRequest(config=Path("config")))
        print("held", flush=True)
        time.sleep(60)
    """)
    with subprocess.Popen([sys.executable, "-c", holder], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        screen = flywheel(*RUN)
        child.kill()
    assert screen.code == 3
    assert "Another run holds the lease" in screen.err
    assert flywheel(*RUN).code == 0, "the holder is dead: its lease is taken over"


def test_a_full_disk_is_said_in_one_sentence(project):
    command = [sys.executable, "-m", "flywheel.cli.app", *RUN]
    db = project / ".flywheel" / "flywheel.db"
    limit = db.stat().st_size // 16  # no file may grow beyond this: there is no room for the store's log

    def little_room() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(command, capture_output=True, text=True, preexec_fn=little_room, env=os.environ, check=False)
    assert done.returncode in (1, 2), done.stderr
    assert "Traceback" not in done.stderr
    assert "make room and run again" in done.stderr
    again = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
    assert again.returncode == 0, again.stderr


def test_ctrl_c_ends_with_one_line(project):
    code = "import sys, flywheel.cli.run as run\ndef stop(*a): raise KeyboardInterrupt\nrun.perform = stop\n"
    code += "from flywheel.cli.app import main\nsys.exit(main(['run', '--engine', 'local']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Stopped.\n")


def test_an_unexpected_error_tells_its_class_and_none_of_its_words(flywheel, project, monkeypatch):
    from flywheel.cli import run

    def broken(*_args: object) -> None:
        raise RuntimeError("Anna Kowalska, 5 Main Street")

    monkeypatch.setattr(run, "perform", broken)
    screen = flywheel(*RUN)
    assert screen.code == 1
    assert "RuntimeError" in screen.err
    assert "--debug" in screen.err
    assert "Anna" not in screen.err
    assert "Traceback" in flywheel(*RUN, "--debug").err


def test_help_imports_neither_prefect_nor_sql_nor_numpy():
    code = "import sys\nfrom flywheel.cli.app import main\nmain(['--help'])\n"
    code += "print([n for n in ('prefect', 'sqlalchemy', 'sqlmodel', 'numpy', 'pydantic') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
    assert "Turn the wheel" in done.stdout


def test_the_key_and_the_store_are_private(project):
    for name in ("key", "flywheel.db"):
        assert stat.S_IMODE(Path(".flywheel", name).stat().st_mode) == 0o600
