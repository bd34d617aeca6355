"""Accounts: who may have a say, known by the hash of their token."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.engine import RowMapping

from flywheel.domain.account import Account
from flywheel.store.codec import moment, stamp, table
from flywheel.store.tables import AccountRow

_ACCOUNT = table(AccountRow)


class AccountShelf:
    """Who may have a say in what is sent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[Account]:
        """Return all accounts, removed ones too, by name."""
        rows = self._connection.execute(select(_ACCOUNT).order_by(_ACCOUNT.c.name)).mappings()
        return [_account(row) for row in rows]

    def add(self, account: Account, token_hash: str) -> None:
        """Add an account; its name must be new, also among those that were removed."""
        values = account.model_dump(exclude={"created_at", "removed_at"})
        values |= {"created_at": stamp(account.created_at), "token_hash": token_hash}
        self._connection.execute(insert(_ACCOUNT).values(**values))

    def remove(self, name: str, actor: str, at: datetime) -> None:
        """Take an account's rights away; what it said before no longer counts for what has not left yet."""
        gone = {"removed_at": stamp(at), "removed_by": actor}
        self._connection.execute(update(_ACCOUNT).where(_ACCOUNT.c.name == name).values(**gone))

    def of_token(self, token_hash: str) -> Account | None:
        """Return the account with this token, if it was not removed."""
        query = select(_ACCOUNT).where(_ACCOUNT.c.token_hash == token_hash, _ACCOUNT.c.removed_at.is_(None))
        row = self._connection.execute(query).mappings().first()
        return None if row is None else _account(row)


def _account(row: RowMapping) -> Account:
    removed = None if row["removed_at"] is None else moment(row["removed_at"])
    return Account(
        name=row["name"], role=row["role"], created_at=moment(row["created_at"]), created_by=row["created_by"],
        removed_at=removed,
    )  # fmt: skip
