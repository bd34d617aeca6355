"""Who types, as far as it can be proved: an account by its token, which never stands on the command line."""

from __future__ import annotations

import os
import secrets
import sys
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from flywheel.cli.switch import who
from flywheel.domain.account import Account, Right
from flywheel.errors import ConfigError
from flywheel.store import Shelves

TOKEN_VARIABLE = "FLYWHEEL_TOKEN"  # noqa: S105 - the name of the variable
_TOKEN_BYTES = 32
_LONGEST = 512


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True, slots=True)
class Signature:
    """Where the token comes from: FLYWHEEL_TOKEN, or a file."""

    token_file: Annotated[
        Path | None,
        Parameter(help="A file with your token, `-` for stdin; default: FLYWHEEL_TOKEN.", allow_leading_hyphen=True),
    ] = None


UNSIGNED = Signature()


def new_token() -> str:
    """Return a new token: 256 random bits, with a beginning by which scanners for leaked secrets can know it."""
    return f"flywheel_{secrets.token_urlsafe(_TOKEN_BYTES)}"


def token_hash(token: str) -> str:
    """Return what is stored of a token: of so many random bits a plain hash gives nothing away."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def signed(shelves: Shelves, signature: Signature, right: Right) -> Account:
    """Return the account whose token was given, if it has this right; raises ConfigError."""
    return _known(shelves, _token(signature), right)


def named(shelves: Shelves, signature: Signature, right: Right) -> str:
    """Return who acts: the account, where there are accounts; before the first admin, whoever is logged in."""
    token = _token(signature)
    if token is not None or any(one.may("administer") for one in shelves.accounts.all()):
        return _known(shelves, token, right).name
    return who()


def _known(shelves: Shelves, token: str | None, right: Right) -> Account:
    if token is None:
        raise ConfigError(
            f"This needs an account's token, in {TOKEN_VARIABLE} or by --token-file: `flywheel users add` makes one."
        )
    account = shelves.accounts.of_token(token_hash(token))
    if account is None:
        raise ConfigError("That token belongs to no account, or to one that was removed.")
    if not account.may(right):
        raise ConfigError(f"{account.name} is {account.role}, who may not {right}: ask an admin.")
    return account


def _token(signature: Signature) -> str | None:
    file = signature.token_file
    try:
        if file is None:
            given = os.environ.get(TOKEN_VARIABLE, "")
        elif str(file) == "-":
            given = sys.stdin.readline(_LONGEST)
        else:
            with file.open(encoding="utf-8") as opened:
                given = opened.readline(_LONGEST)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The token cannot be read from {str(file)!r} ({type(error).__name__}).") from None
    return given.strip() or None
