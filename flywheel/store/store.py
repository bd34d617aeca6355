"""The store: one door to SQL. A transaction gives the shelves; every write proves its fence first."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from flywheel.errors import FencedError, StoreError
from flywheel.store import lease
from flywheel.store.backup import TAKEN_AT
from flywheel.store.codec import table
from flywheel.store.engine import open_engines, parse_url, sqlite_path, sqlite_version
from flywheel.store.faults import shown, translated
from flywheel.store.keeping import Keeper
from flywheel.store.opened import Shelves
from flywheel.store.schema import HEAD, revision
from flywheel.store.tables import StoreFactRow


class Store:
    """A store at a URL; nothing is connected before the first transaction."""

    def __init__(self, url: str) -> None:
        self._url = parse_url(url)
        self._writer, self._reader = open_engines(self._url)
        self._keeper = Keeper(self._writer)

    @property
    def name(self) -> str:
        """Return the URL without its password."""
        return shown(self._url)

    @contextmanager
    def write(self, fence: int | None) -> Iterator[Shelves]:
        """Open a write transaction; with a fence, first prove that its holder was not replaced, else write alone.

        Raises FencedError, StoreBusyError, StoreError; on any error nothing of it is kept.
        """
        try:
            if fence is not None:
                self._keeper.renew_if_due(fence)
            with self._writer.begin() as connection:
                if fence is None:
                    lease.alone(connection)
                else:
                    lease.prove(connection, fence)
                yield Shelves(connection)
        except SQLAlchemyError as error:
            raise translated(error, self._url) from None
        except FencedError:
            self._keeper.refused(fence or 0)
            raise

    def working(self, fence: int) -> AbstractContextManager[None]:
        """Keep the lease under this fence while a step works, however rarely it writes."""
        return self._keeper.working(fence)

    @contextmanager
    def read(self) -> Iterator[Shelves]:
        """Open a read transaction: one snapshot, nothing can be written."""
        try:
            with self._reader.begin() as connection:
                yield Shelves(connection)
        except SQLAlchemyError as error:
            raise translated(error, self._url) from None

    def schema(self) -> str | None:
        """Return the schema that the store stands at, None where there is none yet; raises StoreError."""
        path = sqlite_path(self._url)
        if path is not None and not path.exists():
            return None
        try:
            with self._reader.begin() as connection:
                return revision(connection)
        except SQLAlchemyError as error:
            raise translated(error, self._url) from None

    def require_migrated(self) -> None:
        """Raise StoreError with the command to type, unless the store stands at this version's schema."""
        path = sqlite_path(self._url)
        if path is not None and not path.exists():
            raise StoreError(f"There is no store at {str(path)!r} yet: run `flywheel store migrate`.")
        found = self.schema()
        if found != HEAD:
            raise StoreError(
                f"The store {self.name} stands at schema {found or 'none'}, this version needs {HEAD}: "
                "run `flywheel store migrate`."
            )
        if self.fact(TAKEN_AT) is not None:
            raise StoreError(
                f"{self.name} is a backup: put it back with `flywheel store restore`. Turned as it is, it would send "
                "again what was sent since."
            )

    def fact(self, name: str) -> str | None:
        """Return what was fixed under this name when the store was created."""
        facts = table(StoreFactRow)
        try:
            with self._reader.begin() as connection:
                return connection.execute(select(facts.c.value).where(facts.c.name == name)).scalar()
        except SQLAlchemyError as error:
            raise translated(error, self._url) from None

    def version(self) -> str:
        """Return which database this is, with the version of its server or library."""
        if self._url.get_backend_name() == "sqlite":
            return f"SQLite {sqlite_version()}"
        try:
            with self._reader.begin() as connection:
                return f"PostgreSQL {connection.execute(text('SHOW server_version')).scalar_one()}"
        except SQLAlchemyError as error:
            raise translated(error, self._url) from None

    def close(self) -> None:
        """Give back all connections."""
        self._writer.dispose()
        self._reader.dispose()
