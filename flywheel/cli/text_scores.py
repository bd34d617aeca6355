"""Labels of a file beside those that a model gives, and beside those of a head learned from a part of the file."""

from __future__ import annotations

import time
from typing import Literal, NamedTuple

import numpy as np

from flywheel.cli.labelled_texts import LabelledTexts
from flywheel.cli.screen import say
from flywheel.domain.labelling import Flags, Floats, Labelling, LabelScore, Sureness, judged
from flywheel.domain.reading import Readings, Texts, TopicRule
from flywheel.domain.record import Record
from flywheel.domain.scoring import Figure
from flywheel.errors import ConfigError
from flywheel.ports import Analyzer
from flywheel.understand import encoded_head
from flywheel.understand.columns import Index
from flywheel.understand.deep import DeepAnalyzer
from flywheel.understand.head import FEWEST, apart, chances, trained
from flywheel.understand.sentiment import LABELS
from flywheel.understand.usual import usual_language

Kind = Literal["sentiment", "emotion", "topic", "intent"]
_FOLDS = 10


class TextPlan(NamedTuple):
    """What is judged, and from how much of the file is learned."""

    kind: Kind
    language: str | None
    share: float
    each: int | None
    seed: int


class TextScore(Record):
    """What was found of one model, as it is printed with --json. Figures are over the texts that it read."""

    n: int
    scored: int
    unsupported: int
    not_read: dict[str, int]
    accuracy: float
    macro_f1: float
    per_class: dict[str, LabelScore]
    rows_per_second: float
    model: str
    learned_from: int = 0
    accuracy_of_all: float
    accuracy_interval: Figure
    macro_f1_interval: Figure
    ece: Figure | None
    brier: Figure | None
    surest_half: float | None
    thresholds: tuple[Sureness, ...]


class _Answers(NamedTuple):
    """What a model says of texts: labels, probabilities where it gives any, which texts it read, and how fast."""

    guess: Flags
    chances: Floats | None
    read: Flags
    status: list[str]
    rows_per_second: float


def read(data: LabelledTexts, analyzer: Analyzer, topics: tuple[TopicRule, ...], plan: TextPlan) -> list[TextScore]:
    """Judge what an analyzer reads."""
    said = _asked(data, analyzer, topics, plan)
    return [_score(data, said, analyzer.model_name, plan.seed)]


def fitted(data: LabelledTexts, analyzer: Analyzer, topics: tuple[TopicRule, ...], plan: TextPlan) -> list[TextScore]:
    """Judge a head that is learned from a part of the file on the rest; the analyzer beside it where it can answer.

    Sentiment is fused with the analyzer's. Of a text with several labels the first is learned.
    """
    labels = data.first()
    part, rest = _parts(data.texts, labels, plan)
    said = _asked(data, analyzer, topics, plan) if plan.kind == "sentiment" else None
    beside = None if said is None else said.chances
    say(f"Learning from {len(part):,} texts ...")
    learn = encoded_head.trained if isinstance(analyzer, DeepAnalyzer) else trained
    head = learn([data.texts[row] for row in part], [labels[row] for row in part], _rows(beside, part), plan.seed)
    start = time.process_time()
    shares = head.probabilities([data.texts[row] for row in rest], _rows(beside, rest))
    speed = len(rest) / max(time.process_time() - start, 1e-6)
    here = data.some(rest.tolist())
    wide = np.zeros((len(rest), len(data.names)))
    wide[:, [data.names.index(name) for name in head.labels]] = shares
    guess = np.eye(len(data.names), dtype=np.bool_)[wide.argmax(axis=1)]
    own = _judged(here, guess, wide, head.name(), speed, plan.seed).model_copy(update={"learned_from": len(part)})
    if said is None:
        return [own]
    return [own, _score(here, _some(said, rest), analyzer.model_name, plan.seed)]


def _parts(texts: list[str], labels: list[str], plan: TextPlan) -> tuple[Index, Index]:
    """Return the rows to learn from and the rest; equal texts are on one side, each label is shared out evenly."""
    if plan.each is None:
        learn = apart(texts, labels, _FOLDS, plan.seed) < round(plan.share * _FOLDS)
    else:
        order = np.random.default_rng(plan.seed).permutation(len(texts))
        chosen: dict[str, set[str]] = {}
        for row in order.tolist():
            some = chosen.setdefault(labels[row], set())
            if len(some) < plan.each:
                some.add(texts[row])
        learn = np.array([text in chosen[label] for text, label in zip(texts, labels, strict=True)])
    counts = dict.fromkeys(sorted(set(labels)), 0)
    for row in np.flatnonzero(learn).tolist():
        counts[labels[row]] += 1
    few = [label for label, n in counts.items() if n < FEWEST]
    if few or learn.all() or not learn.any():
        raise ConfigError(
            f"Too few texts to learn from: {few[0] if few else 'every label'!r} has fewer than {FEWEST} in the part "
            "that is learned, or nothing is left to score. Leave rare labels out with --map, or change --share."
        )
    return np.flatnonzero(learn), np.flatnonzero(~learn)


def _asked(data: LabelledTexts, analyzer: Analyzer, topics: tuple[TopicRule, ...], plan: TextPlan) -> _Answers:
    n = len(data.texts)
    say(f"{n:,} texts are read by {analyzer.model_name} ...")
    start = time.process_time()
    usual = [usual_language(data.texts)] * n
    readings = analyzer.read(Texts(data.texts, [plan.language] * n, [None] * n, [""] * n, usual=usual), topics)
    speed = n / max(time.process_time() - start, 1e-6)
    said = _said(readings, plan.kind)
    place = {name: at for at, name in enumerate(data.names)}
    guess = np.zeros((n, len(data.names)), np.bool_)
    for row, names in enumerate(said):
        for name in names or ():
            if name in place:
                guess[row, place[name]] = True
    shares = None
    if plan.kind == "sentiment":
        shares = chances(readings)[:, [at for at, name in enumerate(LABELS) if name in data.names]]
    return _Answers(guess, shares, np.array([one is not None for one in said]), list(readings.status), speed)


def _said(readings: Readings, kind: Kind) -> list[tuple[str, ...] | None]:
    """Return the labels of each text, None where it was not read."""
    if kind == "emotion":
        return list(readings.emotions)
    if kind == "topic":
        found: list[list[str]] = [[] for _ in readings.status]
        for row, topic in zip(readings.mentions.row, readings.mentions.topic, strict=True):
            found[row].append(topic)
        return [tuple(names) if state == "read" else None for names, state in zip(found, readings.status, strict=True)]
    column = readings.label if kind == "sentiment" else readings.intent
    return [None if one is None else (one,) for one in column]


def _score(data: LabelledTexts, said: _Answers, model: str, seed: int) -> TextScore:
    rows = np.flatnonzero(said.read)
    if not len(rows):
        raise ConfigError(f"{model} read none of the texts in this respect. Learn from the file itself: --fit.")
    if not said.guess.any():
        raise ConfigError(
            f"{model} never gives a label of this file ({', '.join(data.names[:6])}): map the file's labels to its "
            "names with --map, or learn from the file itself: --fit."
        )
    found = _judged(data.some(rows.tolist()), said.guess[rows], _rows(said.chances, rows), model, said.rows_per_second,
                    seed)  # fmt: skip
    states = [state for state, there in zip(said.status, said.read, strict=True) if not there]
    right = (said.guess[rows] == data.truth[rows]).all(axis=1).sum()
    return found.model_copy(
        update={
            "n": len(data.texts), "unsupported": states.count("unsupported"),
            "accuracy_of_all": float(right / len(data.texts)),
            "not_read": {state: states.count(state) for state in sorted(set(states))},
        }
    )  # fmt: skip


def _judged(data: LabelledTexts, guess: Flags, shares: Floats | None, model: str, speed: float, seed: int) -> TextScore:
    found: Labelling = judged(data.names, data.truth, guess, shares, seed)
    return TextScore(
        n=found.n, scored=found.n, unsupported=0, not_read={}, accuracy=found.accuracy.value,
        macro_f1=found.macro_f1.value, per_class=found.per_class, rows_per_second=speed, model=model,
        accuracy_of_all=found.accuracy.value, accuracy_interval=found.accuracy, macro_f1_interval=found.macro_f1,
        ece=found.ece, brier=found.brier, surest_half=found.surest_half, thresholds=found.thresholds,
    )  # fmt: skip


def _some(said: _Answers, rows: Index) -> _Answers:
    status = [said.status[row] for row in rows.tolist()]
    return _Answers(said.guess[rows], _rows(said.chances, rows), said.read[rows], status, said.rows_per_second)


def _rows(shares: Floats | None, rows: Index) -> Floats | None:
    return None if shares is None else shares[rows]
