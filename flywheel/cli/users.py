"""Accounts: who may approve, challenge and launch. A token is shown once; only its hash is kept."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter
from pydantic import ValidationError

from flywheel.cli.options import PLAIN, Options
from flywheel.cli.screen import answer, table
from flywheel.cli.signed import UNSIGNED, Signature, named, new_token, token_hash
from flywheel.domain.account import Account, Role
from flywheel.errors import ConfigError
from flywheel.wheel import Flywheel

Name = Annotated[str, Parameter(name="NAME", help="Who it is: a name that others will read.")]


def add(
    name: Name, *, role: Annotated[Role, Parameter(help="What they may do.")], signature: Signature = UNSIGNED,
    options: Options = PLAIN,
) -> int:  # fmt: skip
    """Make an account and show its token, once. The first one is an admin; later ones are made by an admin."""
    token = new_token()
    with Flywheel.open(options.config) as wheel:
        now = wheel.clock()
        with wheel.store.write(None) as shelves:
            actor, known = named(shelves, signature, "administer"), shelves.accounts.all()
            if role != "admin" and not any(one.may("administer") for one in known):
                raise ConfigError("The first account is an admin's: `flywheel users add NAME --role admin`.")
            if name in [one.name for one in known]:
                raise ConfigError(f"There is an account {name!r} already, or there was one; names are used once.")
            try:
                account = Account(name=name, role=role, created_at=now, created_by=actor)
            except ValidationError:
                raise ConfigError("A name is 1 to 64 characters of one line.") from None
            shelves.accounts.add(account, token_hash(token))
            shelves.audit.note(now, actor, "add account", name, role)
    lines = [f"{name} is {role}. The token, shown this once; keep it in a file that only {name} can read:", token]
    answer(options, account.model_dump(exclude={"removed_at"}) | {"token": token}, lines)
    return 0


def list_users(*, options: Options = PLAIN) -> int:
    """Show the accounts: role, since when, made by whom."""
    with Flywheel.open(options.config) as wheel, wheel.store.read() as shelves:
        found = shelves.accounts.all()
    rows = [(one.name, one.role, f"{one.created_at:%Y-%m-%d}", one.created_by, _until(one)) for one in found]
    nobody = ["There is no account yet: `flywheel users add NAME --role admin` makes the first one."]
    answer(options, found, table(("name", "role", "since", "made by", "state"), rows) if rows else nobody)
    return 0


def remove(name: Name, *, signature: Signature = UNSIGNED, options: Options = PLAIN) -> int:
    """Take an account's rights away at once; what it approved and has not left yet needs another approval."""
    with Flywheel.open(options.config) as wheel:
        now = wheel.clock()
        with wheel.store.write(None) as shelves:
            actor = named(shelves, signature, "administer")
            here = {one.name: one for one in shelves.accounts.all() if one.removed_at is None}
            if name not in here:
                raise ConfigError(f"There is no account {name!r}; there is {', '.join(here) or 'none'}.")
            if not any(one.may("administer") for one in here.values() if one.name != name):
                raise ConfigError(f"{name} is the only admin: make another one first.")
            shelves.accounts.remove(name, actor, now)
            shelves.audit.note(now, actor, "remove account", name)
    answer(options, {"removed": name, "by": actor}, [f"{name} has no say any more."])
    return 0


def _until(account: Account) -> str:
    return "active" if account.removed_at is None else f"removed {account.removed_at:%Y-%m-%d}"
