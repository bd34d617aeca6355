"""Sums that orienting and reporting read: counts by brand and group, and quotations with their evidence."""

from __future__ import annotations

from flywheel.domain.record import Record


class BrandCount(Record):
    """How many texts of a brand's voice there are, and how many of those read were of each label."""

    brand: str
    voice: str
    last_day: str
    n: int
    n_read: int
    n_negative: int
    n_neutral: int
    n_positive: int


class GroupCount(Record):
    """The same for one group: a topic, a touchpoint, a language, a medium, a day."""

    name: str
    n: int
    n_read: int
    n_negative: int
    n_positive: int


class Quotation(Record):
    """Somebody's own (redacted) words on a topic."""

    feedback_id: str
    text: str
    label: str
    language: str
    topic: str
    evidence: str
