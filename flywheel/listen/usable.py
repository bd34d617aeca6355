"""Which rows of a table are feedback, and why the others are not."""

from __future__ import annotations

from flywheel.domain.feedback import FeedbackColumns, Score, SetAside

_VOICES = ("customer", "employee")


def usable(rows: FeedbackColumns) -> tuple[FeedbackColumns, list[SetAside]]:
    """Return the rows that say something about some brand in some voice, and why the others do not."""
    if _all_usable(rows):
        return rows, []
    reasons = [
        _refusal(*one) for one in zip(rows.text, rows.scores, rows.brand, rows.voice, rows.external_id, strict=True)
    ]
    keep = [at for at, reason in enumerate(reasons) if reason is None]
    kept = FeedbackColumns(*([getattr(rows, name)[at] for at in keep] for name in FeedbackColumns.__slots__))
    refused = [SetAside(position=rows.position[at], reason=reason) for at, reason in enumerate(reasons) if reason]
    return kept, refused


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
        return "a voice that is neither customer nor employee"
    if own_id is not None and not own_id.strip():
        return "an empty id"
    return None
