"""A small taxonomy, and the fast tier reading a few texts by it."""

from __future__ import annotations

from flywheel.domain.reading import Readings, Texts, TopicRule
from flywheel.understand.fast import FastAnalyzer

TAXONOMY = (
    TopicRule(topic="delay", touchpoint="journey", words={"en": ("delay*", "late"), "pl": ("opóźni*",)}),
    TopicRule(topic="staff", words={"en": ("crew", "staff", "help desk"), "pl": ("obsług*", "personel*")}),
    TopicRule(topic="baggage", words={"en": ("bag", "bags", "lost bag", "luggage"), "pl": ("bagaż*",)}),
)


def read(texts: list[str], language: str | None = None, **settings: float) -> Readings:
    n = len(texts)
    return FastAnalyzer.model_validate(settings).read(Texts(texts, [language] * n, ["app"] * n, ["b"] * n), TAXONOMY)
