"""Words of messages: Jinja2 templates, sandboxed, strict, with only the fields named here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, TemplateNotFound
from jinja2.sandbox import ImmutableSandboxedEnvironment

from flywheel.act.template_rules import faults
from flywheel.domain.record import Record
from flywheel.errors import PermanentError

_SUBJECT = "Subject:"
_LONGEST_BODY, _LONGEST_SUBJECT = 20_000, 300


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


class Checked(FileSystemLoader):
    """Templates from folders, each held against the rules before anything is made of it."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """Return the source of a template; raises PermanentError for one that breaks a rule."""
        source, file, is_current = super().get_source(environment, template)
        found = list(faults(source, Letterhead.model_fields))
        if found:
            more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
            raise PermanentError(f"The template {template} cannot be used: {found[0]}{more}.")
        return source, file, is_current


class Wordsmith:
    """Renders templates of `<name>.<language>.j2` from the given folders, the first that has it.

    Whoever cannot be written to in their own language (`pl-PL`, then `pl`) is written to in the brand's.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._environment = ImmutableSandboxedEnvironment(
            loader=Checked([str(folder) for folder in folders]), undefined=StrictUndefined,
            keep_trailing_newline=False, autoescape=False,  # plain text, never HTML
            auto_reload=False,  # one turn, one wording
        )  # fmt: skip

    def write(self, template: str, languages: Sequence[str], fields: Letterhead) -> Words:
        """Return the words in the first of the languages that there are; raises PermanentError for a bad template."""
        for language in spoken(languages):
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


def spoken(languages: Sequence[str]) -> list[str]:
    """Return languages in the order in which they are tried: each as it is named, then without its country."""
    return list(dict.fromkeys(form for one in languages for form in (one, re.split("[-_]", one)[0].lower())))


def letter_date(moment: datetime, zone: str, language: str) -> str:
    """Return a date as people of a language write it, in their zone."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%d.%m.%Y}" if language == "pl" else f"{local.day} {local:%B %Y}"


def _split(text: str, template: str, language: str) -> Words:
    first, _, body = text.strip().partition("\n")
    if not first.startswith(_SUBJECT) or not body.strip():
        raise PermanentError(f"The template {template}.{language}.j2 needs `Subject: ...`, an empty line, and a body.")
    words = Words(language=language, subject=first.removeprefix(_SUBJECT).strip(), body=body.strip())
    if len(words.body) > _LONGEST_BODY or len(words.subject) > _LONGEST_SUBJECT:
        raise PermanentError(
            f"The template {template}.{language}.j2 gives a subject over {_LONGEST_SUBJECT} characters, or a body over "
            f"{_LONGEST_BODY:,}."
        )
    return words
