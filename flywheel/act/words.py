"""Words of messages: Jinja2 templates, sandboxed, strict, with only the fields named here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment

from flywheel.domain.record import Record
from flywheel.errors import PermanentError

_SUBJECT = "Subject:"
_LONGEST_BODY = 20_000


class Letterhead(Record):
    """The fields that a template may use; nothing else exists for it."""

    brand: str
    play: str
    topic: str | None
    topic_words: str | None
    touchpoint: str | None
    said_on: str


class Words(Record):
    """A message's subject and body in one language."""

    language: str
    subject: str
    body: str


class Wordsmith:
    """Renders templates of `<name>.<language>.j2` from the given folders, the first that has it."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._environment = ImmutableSandboxedEnvironment(
            loader=FileSystemLoader([str(folder) for folder in folders]), undefined=StrictUndefined,
            keep_trailing_newline=False, autoescape=False,  # plain text, never HTML
            auto_reload=False,  # one turn, one wording
        )  # fmt: skip

    def write(self, template: str, languages: Sequence[str], fields: Letterhead) -> Words:
        """Return the words in the first of the languages that there are; raises PermanentError for a bad template."""
        for language in dict.fromkeys(languages):
            try:
                text = self._environment.get_template(f"{template}.{language}.j2").render(fields.model_dump())
            except TemplateNotFound:
                continue
            except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
                raise PermanentError(
                    f"The template {template}.{language}.j2 cannot be used ({type(error).__name__})."
                ) from error
            return _split(text, template, language)
        raise PermanentError(f"There is no template {template}.LANGUAGE.j2 in any of: {', '.join(languages)}.")


def letter_date(moment: datetime, zone: str, language: str) -> str:
    """Return a date as people of a language write it, in their zone."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%d.%m.%Y}" if language == "pl" else f"{local.day} {local:%B %Y}"


def _split(text: str, template: str, language: str) -> Words:
    first, _, body = text.strip().partition("\n")
    if not first.startswith(_SUBJECT) or not body.strip():
        raise PermanentError(f"The template {template}.{language}.j2 needs `Subject: ...`, an empty line, and a body.")
    return Words(language=language, subject=first.removeprefix(_SUBJECT).strip(), body=body.strip()[:_LONGEST_BODY])
