"""Labels of a file beside those that a model gives, and beside those of a head learned from a part of the file."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from flywheel.cli.label_names import named
from flywheel.cli.labelled_texts import LabelledTexts
from flywheel.cli.screen import say
from flywheel.cli.text_parts import TextPlan, parts
from flywheel.domain.correction import SEVERAL
from flywheel.domain.labelling import Flags, Floats, Labelling, LabelScore, Sureness, judged
from flywheel.domain.reading import Texts, TopicRule
from flywheel.domain.record import Record
from flywheel.domain.scoring import Figure
from flywheel.errors import ConfigError
from flywheel.ports import Analyzer
from flywheel.understand import encoded_head, several
from flywheel.understand.answers import answers
from flywheel.understand.columns import Index
from flywheel.understand.deep import DeepAnalyzer
from flywheel.understand.head import chances, trained
from flywheel.understand.sentiment import LABELS
from flywheel.understand.usual import usual_language

_FEW = 20
"""A label of so many texts that a model never gives is told."""


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
    notices: tuple[str, ...] = ()


class _Answers(NamedTuple):
    """What a model says of texts: labels, probabilities where it gives any, which texts it read, and how fast."""

    guess: Flags
    chances: Floats | None
    read: Flags
    status: list[str]
    rows_per_second: float
    strange: dict[str, int]
    """Labels that the model gave and the file does not have."""


def read(data: LabelledTexts, analyzer: Analyzer, topics: tuple[TopicRule, ...], plan: TextPlan) -> list[TextScore]:
    """Judge what an analyzer reads."""
    said = _asked(data, analyzer, topics, plan)
    return [_score(data, said, analyzer.model_name, plan.seed)]


def fitted(data: LabelledTexts, analyzer: Analyzer, topics: tuple[TopicRule, ...], plan: TextPlan) -> list[TextScore]:
    """Judge a head that is learned from a part of the file on the rest; the analyzer beside it where it can answer.

    Sentiment is fused with the analyzer's, and so are topics and emotions where a text has several. Of several intents
    the first is learned.
    """
    data, part, rest = parts(data, plan)
    if plan.kind in SEVERAL and (data.truth.sum(axis=1) > 1).any():
        return _fitted_several(data, part, rest, _asked(data, analyzer, topics, plan), analyzer.model_name, plan.seed)
    labels = data.first()
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


def _fitted_several(
    data: LabelledTexts, part: Index, rest: Index, said: _Answers, model: str, seed: int
) -> list[TextScore]:
    """Judge a head for texts with several labels; labels that are too rare to be learned are as the analyzer says."""
    often = several.learnable(data.truth[part])
    if not often.any():
        raise ConfigError(
            f"Too few texts to learn from: no label stands at {several.FEWEST} and is missing at as many."
        )
    names, cells = [name for name, there in zip(data.names, often, strict=True) if there], np.ix_(part, often)
    say(f"Learning from {len(part):,} texts ...")
    head = several.trained([data.texts[row] for row in part], names, data.truth[cells], said.guess[cells], seed)
    here, guess, start = data.some(rest.tolist()), said.guess[rest].copy(), time.process_time()
    guess[:, often] = head.said(several.seen(here.texts), guess[:, often])
    speed = len(rest) / max(time.process_time() - start, 1e-6)
    own = _judged(here, guess, None, head.name(), speed, seed).model_copy(update={"learned_from": len(part)})
    return [own, _score(here, _some(said, rest), model, seed)] if said.guess[rest].any() else [own]


def _asked(data: LabelledTexts, analyzer: Analyzer, topics: tuple[TopicRule, ...], plan: TextPlan) -> _Answers:
    n = len(data.texts)
    say(f"{n:,} texts are read by {analyzer.model_name} ...")
    start = time.process_time()
    usual = [usual_language(data.texts)] * n
    readings = analyzer.read(Texts(data.texts, [plan.language] * n, [None] * n, [""] * n, usual=usual), topics)
    speed = n / max(time.process_time() - start, 1e-6)
    said = answers(readings, plan.kind)
    place = {name.casefold(): at for at, name in enumerate(data.names)}
    guess, strange = np.zeros((n, len(data.names)), np.bool_), Counter[str]()
    for row, names in enumerate(said):
        for name in names or ():
            if name.casefold() in place:
                guess[row, place[name.casefold()]] = True
            else:
                strange[name] += 1
    shares = None
    if plan.kind == "sentiment":
        shares = chances(readings)[:, [at for at, name in enumerate(LABELS) if name in data.names]]
    return _Answers(guess, shares, np.array([one is not None for one in said]), list(readings.status), speed, strange)


def _score(data: LabelledTexts, said: _Answers, model: str, seed: int) -> TextScore:
    rows = np.flatnonzero(said.read)
    if not len(rows):
        raise ConfigError(f"{model} read none of the texts in this respect. Learn from the file itself: --fit.")
    if not said.guess.any():
        raise ConfigError(
            f"{model} never gives a label of this file ({named(dict.fromkeys(data.names, 1))}): map the file's labels "
            "to its names with --map, or learn from the file itself: --fit."
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
            "notices": (*data.notices, *_notices(data, said, model)),
        }
    )  # fmt: skip


def _notices(data: LabelledTexts, said: _Answers, model: str) -> Iterator[str]:
    """Yield what keeps a model from being right here: names of its own, and names it does not know."""
    if said.chances is not None and said.strange:
        yield (
            f"{model} calls {sum(said.strange.values()):,} texts {named(said.strange)}, which this file does not know: "
            "they count as wrong."
        )
    counts = data.truth.sum(axis=0)
    never = {
        name: int(counts[at])
        for at, name in enumerate(data.names)
        if counts[at] >= _FEW and not said.guess[:, at].any()
    }
    if never:
        yield (
            f"{model} never says {named(never)} ({sum(never.values()):,} labels of the file): they count as missed. "
            "Map them to its names (--map), or learn them from the file (--fit)."
        )


def _judged(data: LabelledTexts, guess: Flags, shares: Floats | None, model: str, speed: float, seed: int) -> TextScore:
    found: Labelling = judged(data.names, data.truth, guess, shares, seed)
    return TextScore(
        n=found.n, scored=found.n, unsupported=0, not_read={}, accuracy=found.accuracy.value,
        macro_f1=found.macro_f1.value, per_class=found.per_class, rows_per_second=speed, model=model,
        accuracy_of_all=found.accuracy.value, accuracy_interval=found.accuracy, macro_f1_interval=found.macro_f1,
        ece=found.ece, brier=found.brier, surest_half=found.surest_half, thresholds=found.thresholds,
        notices=data.notices,
    )  # fmt: skip


def _some(said: _Answers, rows: Index) -> _Answers:
    status = [said.status[row] for row in rows.tolist()]
    return _Answers(
        said.guess[rows], _rows(said.chances, rows), said.read[rows], status, said.rows_per_second, said.strange
    )


def _rows(shares: Floats | None, rows: Index) -> Floats | None:
    return None if shares is None else shares[rows]
