"""From what people corrected to a head: what it learns from, what it is asked, how it does beside what reads now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from flywheel.domain.correction import SEVERAL, Field, values_of
from flywheel.domain.reading import Texts, TopicRule
from flywheel.ports import Analyzer
from flywheel.understand import head as one_each
from flywheel.understand import several
from flywheel.understand.answers import answers, flags
from flywheel.understand.challenge import HELD_OUT, Compared, compared, part_of
from flywheel.understand.head import Head, chances
from flywheel.understand.headed import Headed, with_head
from flywheel.understand.several import SeveralHead

FEWEST_LABELS = 60
FEWEST_OF_EACH = several.FEWEST
FEWEST_HELD_OUT = 20


class Material(NamedTuple):
    """Texts with what people say of them in one field."""

    field: Field
    texts: Texts
    truth: list[tuple[str, ...]]

    def some(self, rows: Sequence[int]) -> Material:
        """Return some of the texts."""
        texts = self.texts
        here = _texts([texts.text[row] for row in rows], [texts.language[row] for row in rows])
        return Material(self.field, here, [self.truth[row] for row in rows])


class Plan(NamedTuple):
    """What is learned from and what is asked about; `values` can be learned, of the `seldom` there are too few."""

    learn: Material
    asked: Material
    values: tuple[str, ...]
    seldom: tuple[str, ...]

    def too_few(self) -> str | None:
        """Return in words why nothing can be learned, None where it can."""
        learn, asked = len(self.learn.truth), len(self.asked.truth)
        fewest = 1 if self.learn.field in SEVERAL else 2
        if len(self.values) >= fewest and learn >= FEWEST_LABELS and asked >= FEWEST_HELD_OUT:
            return None
        return (
            f"too few labels to learn from: {learn} of {len(self.values)} values ({FEWEST_OF_EACH} or more of each), "
            f"{asked} held out; {FEWEST_LABELS} and {FEWEST_HELD_OUT} are needed"
        )


def material(
    field: Field, text: list[str], language: list[str | None], label: Sequence[str], taxonomy: tuple[TopicRule, ...]
) -> Material:
    """Return what people said, without topics that the taxonomy does not list any more."""
    listed = {rule.topic for rule in taxonomy}
    truth = [tuple(one for one in values_of(said) if field != "topic" or one in listed) for said in label]
    return Material(field, _texts(text, language), truth)


def planned(of: Material, feedback_id: Sequence[str], held: int) -> Plan:
    """Return what is learned from and which held-out part is asked about; a text is on one side for ever.

    Of a field with one value a text, texts with a value that is too seldom are left out; else they tell of the others.
    """
    parts = [part_of(one) for one in feedback_id]
    rows = [row for row, part in enumerate(parts) if part >= HELD_OUT]
    often = Counter(value for row in rows for value in of.truth[row])
    names = sorted(often)
    truth = flags([of.truth[row] for row in rows], names)
    enough = several.learnable(truth) if of.field in SEVERAL else truth.sum(axis=0) >= FEWEST_OF_EACH
    values = tuple(name for name, there in zip(names, enough, strict=True) if there)
    if of.field not in SEVERAL:
        rows = [row for row in rows if of.truth[row][0] in values]
    asked = [row for row, part in enumerate(parts) if part == held]
    return Plan(of.some(rows), of.some(asked), values, tuple(sorted(set(often) - set(values))))


def challenged(
    plan: Plan, reads: Analyzer, taxonomy: tuple[TopicRule, ...], seed: int
) -> tuple[Head | SeveralHead, Compared]:
    """Train a head, and ask it and what reads now, both as they would read, about texts that neither has seen."""
    beneath = reads.beneath if isinstance(reads, Headed) else reads
    head = _taught(plan, beneath, taxonomy, seed)
    field, texts = plan.asked.field, plan.asked.texts
    challenger = with_head(reads, field, head.packed())
    own, other = (answers(one.read(texts, taxonomy), field) for one in (challenger, reads))
    return head, compared(plan.asked.truth, own, other, seed)


def _taught(plan: Plan, beneath: Analyzer, taxonomy: tuple[TopicRule, ...], seed: int) -> Head | SeveralHead:
    """Learn; what is read beneath stands beside, but for intents, of which it has no probabilities."""
    field, texts, truth = plan.learn
    if field in SEVERAL:
        beside = flags(answers(beneath.read(texts, taxonomy), field), plan.values)
        return several.trained(texts.text, plan.values, flags(truth, plan.values), beside, seed)
    shares = chances(beneath.read(texts, ())) if field == "sentiment" else None
    return one_each.trained(texts.text, [value for (value,) in truth], shares, seed)


def _texts(text: list[str], language: list[str | None]) -> Texts:
    n = len(text)
    return Texts(text, language, [None] * n, [""] * n)
