"""The report as one HTML file: no script, no network, nothing that feedback says can act on the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from flywheel.report.charts import draw
from flywheel.report.cycle_report import CycleReport, Figure, Quote, Words, sources
from flywheel.report.digest import digest_answers
from flywheel.report.explained import formula, kind_name
from flywheel.report.index import Index
from flywheel.report.words import CANNOT_TELL, brief, interval, short, shown, size_of_sample, visible, with_n


def render_html(report: CycleReport, template_folders: Sequence[Path]) -> bytes:
    """Return the page. Every string passes through `visible` and autoescape; only our own drawings are markup."""
    return _page("report.html", template_folders, report=report, sources=sources(report))


def render_digest(report: CycleReport, template_folders: Sequence[Path]) -> bytes:
    """Return the small page for an e-mail: styles in its elements, no style sheet."""
    return _page("digest.html", template_folders, report=report, answers=digest_answers(report))


def render_index(index: Index, template_folders: Sequence[Path]) -> bytes:
    """Return the list of all reports with its trends."""
    return _page("index.html", template_folders, index=index)


def _page(name: str, template_folders: Sequence[Path], **given: object) -> bytes:
    return _environment(template_folders).get_template(name).render(**given).encode("utf-8", "replace")


def _environment(template_folders: Sequence[Path]) -> Environment:
    environment = Environment(
        loader=FileSystemLoader([str(folder) for folder in template_folders]),
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=_shown_as_text,
    )  # fmt: skip
    environment.globals.update(
        draw=draw, shown=shown, with_n=with_n, interval=interval, size_of_sample=size_of_sample,
        is_figure=_is_figure, is_words=_is_words, marked=_marked, cannot_tell=CANNOT_TELL, short=short, brief=brief,
        formula=formula, kind_name=kind_name,
    )  # fmt: skip
    return environment


def _shown_as_text(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _is_figure(part: object) -> bool:
    return isinstance(part, Figure)


def _is_words(part: object) -> bool:
    return isinstance(part, Words)


def _marked(quote: Quote) -> tuple[str, str, str]:
    """Return a quotation in three parts: before, the words that the topic rests on, after."""
    at = quote.text.casefold().find(quote.evidence.casefold()) if quote.evidence else -1
    end = at + len(quote.evidence)
    if at < 0 or quote.text[at:end].casefold() != quote.evidence.casefold():
        return quote.text, "", ""
    return quote.text[:at], quote.text[at:end], quote.text[end:]
