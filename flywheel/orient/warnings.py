"""Early warnings: topics and touchpoints of which more is heard than their own past explains."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from flywheel.domain.feedback import Voice
from flywheel.domain.finding import Finding
from flywheel.domain.ids import content_id
from flywheel.domain.sums import DayCount
from flywheel.orient.counts import Floats, Past, Rise, forecast, rises

EVERYTHING = "everything"
"""All topics together, as a series of its own: when all is heard more of, no single topic is news."""
PAST_DAYS = 84
RUN_IN = 7
LOOK_DAYS = 28
_LEAST_PAST = 28
_FALSE_SHARE = 0.1
"""Share of false ones among the warnings that are called sure (Benjamini and Hochberg 1995, JRSS B 57)."""
_AHEAD = 7


class Span(NamedTuple):
    """The days that are looked at, the last one left out, and the first day of which anything can be known."""

    since: date
    until: date
    known_from: date


class _Crowd(NamedTuple):
    """Series that share their days: a brand's voice."""

    keys: list[tuple[str, Voice, str]]
    counts: Floats
    past_days: int
    look_from: int


def looked_at(window_since: date, window_until: date) -> tuple[date, date]:
    """Return the first and the last day (left out) that a turn looks at, four weeks at most."""
    return max(window_since, window_until - timedelta(days=LOOK_DAYS)), window_until


def needed_from(since: date) -> date:
    """Return the first day whose counts are needed to look at days from `since` on."""
    return since - timedelta(days=PAST_DAYS + RUN_IN)


def warnings(counts: Sequence[DayCount], span: Span, cycle_id: str, evidence: str = "topic") -> list[Finding]:
    """Return the series that rise within the span, sure ones first; none where the past is shorter than four weeks.

    `counts` are those from `needed_from` on; `evidence` says what the series are: "topic" or "touchpoint".
    """
    crowds = list(_crowds(counts, span))
    found = [(crowd, rises(*_told(crowd), _lift(crowd))) for crowd in crowds]
    sure = _controlled([p for _, rise in found for p in rise.p.tolist()])
    findings: list[Finding] = []
    at = 0
    for crowd, rise in found:
        for row in range(len(crowd.keys)):
            if rise.alarm[row] >= 0:
                findings.append(_finding(crowd, rise, row, span, f"{cycle_id}\x1f{evidence}", sure=sure[at]))
            at += 1
    return sorted(findings, key=lambda one: (one.verdict != "sure", -one.weight, one.subject))


def _crowds(counts: Sequence[DayCount], span: Span) -> Iterable[_Crowd]:
    groups: dict[tuple[str, Voice], dict[str, dict[str, int]]] = {}
    for one in counts:
        groups.setdefault((one.brand, one.voice), {}).setdefault(one.subject, {})[one.day] = one.n
    for (brand, voice), series in groups.items():
        first = max(min(date.fromisoformat(day) for days in series.values() for day in days), span.known_from)
        run_from = span.since - timedelta(days=RUN_IN)
        past_days = min((run_from - first).days, PAST_DAYS)
        if past_days < _LEAST_PAST or span.since >= span.until:
            continue
        begin = run_from - timedelta(days=past_days)
        keys: list[tuple[str, Voice, str]] = [(brand, voice, subject) for subject in sorted(series)]
        matrix = np.array([_row(series[subject], begin, span.until) for *_, subject in keys], dtype=np.float64)
        yield _Crowd(keys, matrix, past_days, RUN_IN)
        if len(keys) > 1:
            yield _Crowd([(brand, voice, EVERYTHING)], matrix.sum(axis=0)[None, :], past_days, RUN_IN)


def _lift(crowd: _Crowd) -> Floats:
    """Return by how much more all the others were heard than usual, 1 where they did not rise: a column."""
    others = crowd.counts.sum(axis=0) - crowd.counts
    past, run, first, look_from = _told(crowd._replace(counts=others))
    usual = past.expected(first, run.shape[1])[:, look_from:].sum(axis=1)
    more = np.maximum(run[:, look_from:].sum(axis=1) / np.maximum(usual, 1.0), 1.0)
    return np.where(rises(past, run, first, look_from).alarm >= 0, more, 1.0)[:, None]


def _row(days: Mapping[str, int], begin: date, until: date) -> list[int]:
    return [days.get((begin + timedelta(days=day)).isoformat(), 0) for day in range((until - begin).days)]


def _told(crowd: _Crowd) -> tuple[Past, Floats, int, int]:
    past = Past.of(crowd.counts[:, : crowd.past_days])
    return past, crowd.counts[:, crowd.past_days :], crowd.past_days, crowd.look_from


def _controlled(p_values: Sequence[float]) -> list[bool]:
    """Return which alarms are sure when all series are looked at together (Benjamini and Hochberg's step-up)."""
    order = sorted(range(len(p_values)), key=lambda at: p_values[at])
    last = max(
        (rank for rank, at in enumerate(order, 1) if p_values[at] <= _FALSE_SHARE * rank / len(order)), default=0
    )
    kept = set(order[:last])
    return [at in kept for at in range(len(p_values))]


def _finding(crowd: _Crowd, rise: Rise, row: int, span: Span, cycle: str, *, sure: bool) -> Finding:
    (brand, voice, subject), cycle_id = crowd.keys[row], cycle.partition("\x1f")[0]
    one = crowd._replace(keys=[crowd.keys[row]], counts=crowd.counts[row : row + 1])
    past, run, first, look_from = _told(one)
    heard, usual = float(run[0, look_from:].sum()), float(past.expected(first, run.shape[1])[0, look_from:].sum())
    coming, low, high = forecast(past, run, first, int(rise.began[row]), _AHEAD)
    days = run.shape[1] - look_from
    began = span.since + timedelta(days=int(rise.began[row]) - look_from)
    beyond = "more than its own past explains" if sure else "perhaps only chance, with so many looked at"
    return Finding(
        id=content_id("finding", cycle, "warning", brand, voice, subject), cycle_id=cycle_id, kind="warning",
        voice=voice, brand=brand, subject=subject, part=cycle.partition("\x1f")[2], basis="text", unit="number",
        value=coming, low=low, high=high, n=round(heard), before=usual, verdict="sure" if sure else "perhaps",
        weight=heard - usual,
        statement=(
            f"{subject} ({brand}'s {voice}s): {heard:.0f} texts in {_days(days)}, where {usual:.0f} were to be "
            f"expected; rising since about {began:%Y-%m-%d}, {beyond}. If it goes on, the next {_AHEAD} days bring "
            f"{coming:.0f} ({low:.0f} to {high:.0f})."
        ),
    )  # fmt: skip


def _days(n: int) -> str:
    return "1 day" if n == 1 else f"{n} days"
