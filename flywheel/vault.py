"""The project's key: pseudonyms and encrypted addresses are made from it, and it never leaves this machine."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from flywheel.domain.ids import pseudonyms
from flywheel.errors import ConfigError, PermanentError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_VARIABLE = "FLYWHEEL_KEY"
KEY_FILE = Path(".flywheel") / "key"
_NONCE_BYTES = 12
_MIN_BYTES = 32


class Vault:
    """What may be made from the key; the key itself is not shown by any method."""

    def __init__(self, key: bytes) -> None:
        self._pseudonyms = _derived(key, "pseudonym")
        self._pseudonym = pseudonyms(self._pseudonyms)
        self._addresses = _derived(key, "address")
        self._chance = _derived(key, "assignment")

    @property
    def fingerprint(self) -> str:
        """Return a word that tells two keys apart and gives neither away."""
        return hmac.new(self._pseudonyms, b"fingerprint", hashlib.sha256).hexdigest()[:16]

    def pseudonym(self, person: str) -> str:
        """Return the pseudonym of a source's own person id."""
        return self._pseudonym(person)

    def assignment_key(self) -> bytes:
        """Return the key by which people are put into arms: nobody outside can guess who is held out."""
        return self._chance

    def lock(self, text: str, person_id: str) -> str:
        """Encrypt an address (AES-256-GCM) for one person: it opens for that person only."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode("utf-8", "surrogatepass"), person_id.encode())
        return base64.b64encode(nonce + sealed).decode("ascii")

    def unlock(self, locked: str, person_id: str) -> str:
        """Decrypt an address; raises PermanentError when it was made with another key or for another person."""
        from cryptography.exceptions import InvalidTag

        try:
            raw = base64.b64decode(locked, validate=True)
            opened = self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], person_id.encode())
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise PermanentError("An address cannot be opened with this key: was the key changed?") from error
        return opened.decode("utf-8", "surrogatepass")

    @cached_property
    def _cipher(self) -> AESGCM:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._addresses)


def open_vault(project: Path, environment: Mapping[str, str] | None = None) -> Vault:
    """Return the vault of a project; raises ConfigError when there is no key, or one that others can read."""
    given = (os.environ if environment is None else environment).get(KEY_VARIABLE)
    if given:
        return Vault(_decoded(given, KEY_VARIABLE))
    path = project / KEY_FILE
    try:
        mode = path.stat().st_mode & 0o077
        text = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(
            f"There is no key for pseudonyms: set {KEY_VARIABLE}, or run `flywheel init .` here to write {KEY_FILE}."
        ) from None
    if mode:
        raise ConfigError(f"Others can read {KEY_FILE}: run `chmod 600 {path}` and think of who may have seen it.")
    return Vault(_decoded(text, str(KEY_FILE)))


def write_key(project: Path, key: str | None = None) -> bool:
    """Write a key (0600; a new random one unless given), unless there is one; return whether it was written."""
    path = project / KEY_FILE
    if path.exists():
        return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write((key or secrets.token_hex(_MIN_BYTES)) + "\n")
    return True


def _decoded(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        raise ConfigError(f"The key in {where} is not written in hex digits.") from None
    if len(key) < _MIN_BYTES:
        raise ConfigError(f"The key in {where} is too short: it needs {2 * _MIN_BYTES} hex digits.")
    return key


def _derived(key: bytes, purpose: str) -> bytes:
    return hmac.new(key, f"flywheel/{purpose}/1".encode(), hashlib.sha256).digest()
