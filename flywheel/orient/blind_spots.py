"""Blind spots: who is never heard, what the score would be if all were heard alike, and how loud a few are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from flywheel.domain.feedback import Voice
from flywheel.domain.finding import Finding
from flywheel.domain.hearing import Heard, Loudness
from flywheel.domain.ids import content_id
from flywheel.domain.intervals import wilson
from flywheel.domain.sums import Sum
from flywheel.orient.words import listed

_SELDOM = 0.5
"""A group of which half as many are heard as of all is a blind spot, if the interval says so too (own rule)."""


class _Group(NamedTuple):
    voice: Voice
    cut: str
    name: str


def blind_spots(people: Sequence[Heard], brand: str, cycle_id: str, min_group: int) -> list[Finding]:
    """Return how many known people of each language, team and group were heard, and post-stratified scores.

    Groups of fewer than `min_group` people are not told of. The verdict is "less" where surely less than half as many
    are heard as of all; the weight is how many more would have to be heard.
    """
    found: list[Finding] = []
    for voice in ("customer", "employee"):
        ours = [one for one in people if one.voice == voice]
        known, heard = sum(one.known for one in ours), sum(one.heard for one in ours)
        if known == 0:
            continue
        groups = _groups(ours)
        for group, (there, spoke, *_) in groups.items():
            if there >= min_group:
                found.append(_coverage(group, there, spoke, heard / known, (brand, cycle_id)))
        found += _post_stratified(groups, voice, brand, cycle_id)
    return sorted(found, key=lambda one: (-one.weight, one.subject, one.part))


def loud_findings(loud: Sequence[Loudness], brand: str, cycle_id: str) -> list[Finding]:
    """Return how much of all that was written the loudest twentieth wrote."""
    return [
        _finding(
            (one.voice, "the loudest 5 %", ""), (brand, cycle_id), value=one.share, n=one.people, unit="share",
            statement=f"The loudest 5 % ({one.loudest:,} of {one.people:,} {one.voice}s) wrote {one.share:.0%} of all.",
        )
        for one in loud
        if one.people >= 1 / 0.05
    ]  # fmt: skip


def silent_media(sums: Sequence[Sum], now: int, before: int, cycle_id: str) -> list[Finding]:
    """Return the media on which something was heard in the period before and nothing in this one."""
    counts: dict[tuple[Voice, str, str], dict[int, int]] = {}
    for one in sums:
        by_period = counts.setdefault((one.voice, one.brand, one.part), {})
        by_period[one.period] = by_period.get(one.period, 0) + one.n
    return [
        _finding(
            (voice, "medium", medium), (brand, cycle_id), value=0.0, n=0, before=float(heard[before]), unit="number",
            verdict="less", weight=float(heard[before]),
            statement=f"{medium}: nothing was heard of {brand}'s {voice}s in this period, {heard[before]:,} before.",
        )
        for (voice, brand, medium), heard in sorted(counts.items())
        if heard.get(before) and not heard.get(now)
    ]  # fmt: skip


_Counts = tuple[int, int, int, int]


def _groups(people: Sequence[Heard]) -> dict[_Group, _Counts]:
    found: dict[_Group, _Counts] = {}
    for one in people:
        for cut, name in _belongs(one):
            key = _Group(one.voice, cut, name)
            known, heard, read, negative = found.get(key, (0, 0, 0, 0))
            found[key] = (known + one.known, heard + one.heard, read + one.n_read, negative + one.n_negative)
    return found


def _belongs(one: Heard) -> Iterable[tuple[str, str]]:
    yield "language", one.language or "not known"
    if one.team:
        yield "team", one.team
    yield from (("group", name) for name in one.groups)


def _coverage(group: _Group, known: int, heard: int, overall: float, about: tuple[str, str]) -> Finding:
    low, high = wilson(heard, known)
    seldom = high < _SELDOM * overall
    words = "never heard" if heard == 0 else "seldom heard" if seldom else "heard"
    return _finding(
        group, about, value=heard / known, low=low, high=high, n=known, before=overall, unit="share",
        verdict="less" if seldom else "", weight=max(overall * known - heard, 0.0) if seldom else 0.0,
        statement=(
            f"{group.cut} {group.name}: {words}, {heard:,} of {known:,} {group.voice}s ({heard / known:.0%}; of all "
            f"{overall:.0%})."
        ),
    )  # fmt: skip


def _post_stratified(groups: dict[_Group, _Counts], voice: Voice, brand: str, cycle_id: str) -> Iterable[Finding]:
    """Yield the negative share if each group counted by its people, not by its texts (Little 1993, JASA 88)."""
    for cut in ("language", "team"):
        cells = {group.name: counts for group, counts in groups.items() if group.cut == cut}
        read = {name: counts for name, counts in cells.items() if counts[2]}
        silent = sorted(cells.keys() - read.keys())
        known = sum(counts[0] for counts in read.values())
        texts = sum(counts[2] for counts in read.values())
        if len(read) < 2 or known == 0:
            continue
        raw = sum(counts[3] for counts in read.values()) / texts
        weighted = sum(counts[0] / known * counts[3] / counts[2] for counts in read.values())
        missing = f" {listed(silent)} said nothing and are in neither." if silent else ""
        yield _finding(
            (voice, f"negative share weighted by {cut}", ""), (brand, cycle_id), value=weighted, n=texts, before=raw,
            unit="share",
            statement=(
                f"If every {cut} were heard as often as it has {voice}s, {weighted:.1%} of what they write would be "
                f"negative, not {raw:.1%}.{missing}"
            ),
        )  # fmt: skip


def _finding(group: tuple[Voice, str, str], about: tuple[str, str], **values: object) -> Finding:
    (voice, cut, name), (brand, cycle_id) = group, about
    shared: dict[str, object] = {
        "id": content_id("finding", cycle_id, "blind spot", brand, voice, cut, name), "cycle_id": cycle_id,
        "kind": "blind spot", "voice": voice, "brand": brand, "subject": cut, "part": name, "basis": "text",
    }  # fmt: skip
    return Finding.model_validate(shared | values)
