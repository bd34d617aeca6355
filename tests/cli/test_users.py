"""`flywheel users`: accounts with a token that is shown once and kept nowhere."""

from __future__ import annotations

import io
import sqlite3

import pytest


@pytest.fixture
def token(flywheel, project, monkeypatch):
    """The token of the first account, an admin, in the environment."""
    monkeypatch.delenv("FLYWHEEL_TOKEN", raising=False)
    given = flywheel("users", "add", "Ada", "--role", "admin", "--json").document["token"]
    monkeypatch.setenv("FLYWHEEL_TOKEN", given)
    return given


def test_the_first_account_is_an_admins_and_a_name_is_one_short_line(flywheel, project):
    assert "first one" in flywheel("users", "list").out
    said = flywheel("users", "add", "Bo", "--role", "approver")
    assert (said.code, "first account is an admin's" in said.err) == (2, True)
    for name in ("", " ", "two\nlines", "x" * 65, "\x1b[31mred"):
        refused = flywheel("users", "add", name, "--role", "admin")
        assert (refused.code, "1 to 64 characters" in refused.err) == (2, True), name


def test_a_token_is_shown_once_kept_nowhere_and_needed_for_every_further_account(flywheel, project, token, monkeypatch):
    assert token.startswith("flywheel_")
    assert len(token) > 50
    said = "".join(flywheel(*words).out for words in (("users", "list", "--json"), ("export", "v_account")))
    assert token not in said
    kept = b"".join(file.read_bytes() for file in (project / ".flywheel").glob("flywheel.db*"))
    assert token.encode() not in kept
    approver = flywheel("users", "add", "Bo", "--role", "approver", "--json").document["token"]
    for given, why in ((None, "needs an account's token"), ("wrong", "belongs to no account"), (approver, "Bo is")):
        monkeypatch.delenv("FLYWHEEL_TOKEN", raising=False)
        if given:
            monkeypatch.setenv("FLYWHEEL_TOKEN", given)
        refused = flywheel("users", "add", "Eve", "--role", "admin")
        assert (refused.code, why in refused.err) == (2, True)
    assert "Eve" not in flywheel("users", "list").out


def test_a_token_comes_from_a_file_or_from_stdin_and_every_change_is_told_with_its_actor(
    flywheel, project, token, monkeypatch, tmp_path
):
    monkeypatch.delenv("FLYWHEEL_TOKEN")
    (tmp_path / "token").write_text(token + "\n")
    assert flywheel("users", "add", "Bo", "--role", "admin", "--token-file", tmp_path / "token").code == 0
    monkeypatch.setattr("sys.stdin", io.StringIO(token + "\n"))
    by_pipe = flywheel("users", "add", "Cy", "--role", "reader", "--token-file", "-")
    assert (by_pipe.code, by_pipe.err) == (0, "")
    gone = flywheel("users", "add", "Di", "--role", "reader", "--token-file", tmp_path / "nowhere")
    assert (gone.code, "cannot be read" in gone.err) == (2, True)
    monkeypatch.setenv("FLYWHEEL_TOKEN", token)
    assert flywheel("users", "remove", "Bo").code == 0
    last = flywheel("users", "remove", "Ada")
    assert (last.code, "only admin" in last.err) == (2, True)
    taken = flywheel("users", "add", "Bo", "--role", "admin")
    assert (taken.code, "names are used once" in taken.err) == (2, True)
    with sqlite3.connect(project / ".flywheel" / "flywheel.db") as store:
        query = "SELECT actor, action, subject, detail FROM v_audit WHERE action LIKE '%account'"
        rows = store.execute(query).fetchall()
    assert rows[0][1:] == ("add account", "Ada", "admin")
    assert rows[1:] == [
        ("Ada", "add account", "Bo", "admin"), ("Ada", "add account", "Cy", "reader"),
        ("Ada", "remove account", "Bo", ""),
    ]  # fmt: skip
