"""The report in half a minute, for an e-mail or a chat: first sentence, alarms, answers; no quotations."""

from __future__ import annotations

from collections.abc import Iterator

from flywheel.report.cycle_report import CycleReport, Phrase
from flywheel.report.words import sentence, spoken, visible


def digest_text(report: CycleReport) -> str:
    """Return the digest as plain words, one line a paragraph."""
    return "\n".join(f"{mark}{words}" for mark, words in _lines(report)) + "\n"


def digest_answers(report: CycleReport) -> list[tuple[str, Phrase]]:
    """Return the manager's questions with their answers: the first four, of which the last asks something of them."""
    return [(line.question, line.answer) for line in report.glance[:4]]


def _lines(report: CycleReport) -> Iterator[tuple[str, str]]:
    yield "", _flat(f"{report.brand}, {report.period}")
    yield "", _flat(spoken(report.headline))
    yield "", _flat(spoken(report.turn))
    yield from (("! ", f"{_flat(sentence(spoken(one)))}.") for one in report.alarms)
    for question, answer in digest_answers(report):
        yield "- ", f"{question} {_flat(spoken(answer))}"
    yield (
        "",
        f"The whole report: report.html; where a number comes from: flywheel explain ID (cycle {report.cycle_id}).",
    )


def _flat(words: str) -> str:
    return " ".join(visible(words).split())
