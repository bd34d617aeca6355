"""Which rows of a table are feedback, and why the others are not."""

from __future__ import annotations

from flywheel.domain.feedback import FeedbackColumns, Score, SetAside

_VOICES = ("customer", "employee", "company")
_NAMES = ("brand", "medium", "touchpoint", "language")
LONGEST_NAME = 200
"""Bytes: ten such names are one key of a table, and PostgreSQL's have at most 2,700."""


def usable(rows: FeedbackColumns) -> tuple[FeedbackColumns, list[SetAside]]:
    """Return the rows that say something about some brand in some voice, and why the others do not."""
    if _all_usable(rows):
        return rows, []
    reasons = [
        _refusal(*one) for one in zip(rows.text, rows.scores, rows.brand, rows.voice, rows.external_id, strict=True)
    ]
    return _parted(rows, reasons)


def bounded(rows: FeedbackColumns) -> tuple[FeedbackColumns, list[SetAside]]:
    """Return the rows whose names (of brands, media, touchpoints, ...) are names; figures are counted by them.

    A text in such a place is the wrong column, and no database could keep count by it.
    """
    long = {name: {one for one in set(getattr(rows, name)) if _is_long(one)} for name in _NAMES}
    kinds = {score.kind for one in {id(one): one for one in rows.scores}.values() for score in one}
    long["score kind"] = {one for one in kinds if _is_long(one)}
    if not any(long.values()):
        return rows, []
    reasons = [
        next((name for name in _NAMES if getattr(rows, name)[at] in long[name]), None)
        or ("score kind" if any(score.kind in long["score kind"] for score in rows.scores[at]) else None)
        for at in range(len(rows))
    ]
    return _parted(rows, [one and f"a {one} of more than {LONGEST_NAME} bytes" for one in reasons])


def _is_long(name: str | None) -> bool:
    return name is not None and len(name.encode("utf-8", "replace")) > LONGEST_NAME


def _parted(rows: FeedbackColumns, reasons: list[str | None]) -> tuple[FeedbackColumns, list[SetAside]]:
    """Return the rows without a reason, and the others with theirs."""
    keep = [at for at, reason in enumerate(reasons) if reason is None]
    kept = FeedbackColumns(*([getattr(rows, name)[at] for at in keep] for name in FeedbackColumns.__slots__))
    return kept, [SetAside(position=rows.position[at], reason=reason) for at, reason in enumerate(reasons) if reason]


def _all_usable(rows: FeedbackColumns) -> bool:
    """Return whether `_refusal` has nothing against any row, asked of whole columns."""
    said = all(map(str.strip, rows.text)) or all(
        text.strip() or scores for text, scores in zip(rows.text, rows.scores, strict=True)
    )
    own_ids = all(one is None or one.strip() for one in rows.external_id)
    return said and own_ids and all(rows.brand) and set(rows.voice) <= set(_VOICES)


def _refusal(
    text: str, scores: tuple[Score, ...], brand: str | None, voice: str | None, own_id: str | None
) -> str | None:
    if not text.strip() and not scores:
        return "no text and no score"
    if not brand:
        return "no brand"
    if voice not in _VOICES:
        return "a voice that is not customer, employee or company"
    if own_id is not None and not own_id.strip():
        return "an empty id"
    return None
