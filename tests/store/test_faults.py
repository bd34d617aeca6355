"""What a database refuses is told in a sentence that says what to do, sorted by whether waiting helps."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from databases import Postgres, on_postgresql
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from flywheel.errors import ConfigError, FlywheelError, StoreBusyError, StoreError
from flywheel.store import Store, migrate
from flywheel.store.faults import translated


@pytest.fixture
def guest(postgres: Postgres, url: str, store: Store) -> Iterator[str]:
    """Return a URL for a user who may enter the database and nothing else."""
    postgres.run("CREATE ROLE guest LOGIN CONNECTION LIMIT 1")
    yield url.replace("//postgres:", "//guest:")
    postgres.run("DROP ROLE guest")


@on_postgresql
@pytest.mark.parametrize(
    ("state", "error", "told"),
    [
        ("53100", StoreError, "make room"),
        ("40001", StoreBusyError, "another writer"),
        ("40P01", StoreBusyError, "another writer"),
        ("55P03", StoreBusyError, "another writer"),
        ("53300", StoreBusyError, "max_connections"),
        ("57P01", StoreBusyError, "is its server up"),
        ("08006", StoreBusyError, "is its server up"),
        ("42P01", StoreError, "flywheel store migrate"),
        ("42501", StoreError, "does not let the user 'postgres'"),
        ("25006", StoreError, "only reads"),
        ("22012", StoreError, "refused a statement"),
    ],
)
def test_each_state_of_postgresql_has_its_sentence(
    store: Store, state: str, error: type[FlywheelError], told: str
) -> None:
    raised = f"DO $$ BEGIN RAISE EXCEPTION 'canary' USING ERRCODE = '{state}'; END $$"
    with pytest.raises(error, match=told) as caught, store.write(None) as shelves:
        shelves._connection.execute(text(raised))
    assert type(caught.value) is error
    assert "canary" not in str(caught.value)


@on_postgresql
def test_a_connection_that_is_cut_is_worth_another_try(store: Store) -> None:
    with pytest.raises(StoreBusyError, match="is its server up"), store.write(None) as shelves:
        shelves._connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with store.write(None) as shelves:
        assert shelves.views.count("v_audit") == 0


@on_postgresql
@pytest.mark.parametrize(
    ("change", "error", "told"),
    [
        ({"database": "nowhere"}, StoreError, "createdb nowhere"),
        ({"username": "nobody"}, StoreError, "refuses the user or the password"),
        ({"host": "nowhere.invalid", "query": {}}, StoreError, "no host 'nowhere.invalid'"),
        ({"host": "127.0.0.1", "port": 1, "query": {}}, StoreBusyError, "is its server up"),
        ({"query": {"host": "/nowhere"}}, StoreBusyError, "is its server up"),
    ],
)
def test_a_server_that_cannot_be_entered_is_told_as_such(
    url: str, change: dict[str, Any], error: type[FlywheelError], told: str
) -> None:
    store = Store(make_url(url).set(**change).render_as_string(hide_password=False))
    with pytest.raises(error, match=told) as caught:
        store.require_migrated()
    assert (type(caught.value), caught.value.exit_code) == (error, 2)
    store.close()


@on_postgresql
def test_a_wrong_password_is_told_as_such_without_it(url: str) -> None:
    """The tests' server asks for none, so here stand the words of one that does."""
    words = 'connection to server at "db", port 5432 failed: FATAL:  password authentication failed for user "me"'
    asked = make_url("postgresql+psycopg://me:hunter2@db/shop?sslpassword=hunter3")
    told = str(translated(OperationalError("", {}, psycopg.OperationalError(words)), asked))
    assert "refuses the user or the password" in told
    assert "hunter" not in told


@on_postgresql
def test_a_user_without_rights_is_told_so(guest: str) -> None:
    store = Store(guest)
    with pytest.raises(StoreError, match="does not let the user 'guest' do that"), store.read() as shelves:
        shelves.feedback.counts()
    store.close()
    with pytest.raises(StoreError, match="guest"):
        migrate(guest, {})


@on_postgresql
def test_a_user_with_no_connection_left_is_told_so(guest: str) -> None:
    one, other = Store(guest), Store(guest)
    with one.read(), pytest.raises(StoreBusyError, match="no connection left"), other.read():
        pass
    one.close()
    other.close()


@on_postgresql
def test_a_store_that_was_not_migrated_names_the_command(url: str) -> None:
    store = Store(url)
    with pytest.raises(StoreError, match="flywheel store migrate"), store.read() as shelves:
        shelves.feedback.counts()
    store.close()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_any_common_way_to_write_postgresql_is_taken(scheme: str) -> None:
    assert Store(f"{scheme}://me@host/db").name == "postgresql+psycopg://me@host/db"


@pytest.mark.parametrize("scheme", ["postgresql+asyncpg", "sqlite+aiosqlite"])
def test_another_driver_is_refused(scheme: str) -> None:
    with pytest.raises(ConfigError, match=r"write sqlite:///\.\.\. or postgresql://"):
        Store(f"{scheme}:///db")


def test_a_missing_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    import_it = builtins.__import__

    def absent(name: str, *more: Any) -> Any:
        if name.partition(".")[0] == "psycopg":
            raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")
        return import_it(name, *more)

    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(ConfigError, match=r"'psycopg' is not installed: `pip install 'flywheel-cx\[postgres\]'`"):
        Store("postgresql://host/db")
