"""What the settings of every plugin must keep: no misspelling, no change, no secret in sight."""

from __future__ import annotations

from typing import NoReturn

from pydantic import SecretBytes, SecretStr, ValidationError

from flywheel.ports import Plugin

_SECRET_WORDS = ("password", "secret", "token", "api_key")
_MISSPELT = "no_such_setting"


def check_settings(plugin: Plugin, socket: type[Plugin]) -> None:
    """Check that a plugin fits its socket, refuses unknown settings, cannot be changed and hides its secrets."""
    if not isinstance(plugin, socket):
        fail(f"{type(plugin).__name__} is no {socket.__name__}: inherit from flywheel.ports.{socket.__name__}.")
    _check_unknown_is_refused(plugin)
    _check_cannot_change(plugin)
    _check_secrets(plugin)


def fail(sentence: str) -> NoReturn:
    """Raise AssertionError with a sentence."""
    raise AssertionError(sentence)


def require(kept: object, sentence: str) -> None:
    """Raise AssertionError with a sentence unless something holds."""
    if not kept:
        fail(sentence)


def _check_unknown_is_refused(plugin: Plugin) -> None:
    given = {name: getattr(plugin, name) for name in type(plugin).model_fields}
    try:
        type(plugin).model_validate(given | {_MISSPELT: 1})
    except ValidationError as error:
        if any(one["type"] == "extra_forbidden" for one in error.errors(include_input=False, include_url=False)):
            return
        fail(f"{type(plugin).__name__} does not take its own settings back ({error.error_count()} errors).")
    fail(f"{type(plugin).__name__} takes a setting that it does not have: keep `extra='forbid'` in model_config.")


def _check_cannot_change(plugin: Plugin) -> None:
    name = next(iter(type(plugin).model_fields), None)
    if name is None:
        return
    try:
        setattr(plugin, name, getattr(plugin, name))
    except (ValidationError, TypeError):
        return
    fail(f"The setting {name!r} of {type(plugin).__name__} can be changed: keep `frozen=True` in model_config.")


def _check_secrets(plugin: Plugin) -> None:
    shown = f"{plugin!r} {plugin} {plugin.model_dump_json()}"
    for name in type(plugin).model_fields:
        value = getattr(plugin, name)
        if isinstance(value, SecretStr | SecretBytes):
            secret = value.get_secret_value()
            plain = secret if isinstance(secret, str) else secret.decode("latin-1")
            require(
                not plain or plain not in shown, f"The secret {name!r} shows when {type(plugin).__name__} is printed."
            )
        elif isinstance(value, str) and any(word in name for word in _SECRET_WORDS):
            fail(f"The setting {name!r} of {type(plugin).__name__} is plain text: declare it as SecretStr.")
