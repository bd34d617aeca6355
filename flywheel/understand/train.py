"""Train what the package ships from the clean corpora: `python -m flywheel.understand.train --data DIR --out DIR`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from flywheel.understand.charge import charged
from flywheel.understand.columns import Index
from flywheel.understand.corpora import NEGATIVE, NEUTRAL, POSITIVE, SUBTITLED, Corpus, clean_corpora, subtitles
from flywheel.understand.emotion_corpora import emotion_texts
from flywheel.understand.emotion_training import learnt, write
from flywheel.understand.features import FEATURES
from flywheel.understand.long_texts import LongWeights, balances, fitted_long
from flywheel.understand.sentiment import LABELS, text_features
from flywheel.understand.softmax import dot, minimise, softmax, times
from flywheel.understand.sureness import Sureness, fitted_sureness
from flywheel.understand.tokens import own_words
from flywheel.understand.vocabulary import Array, vocabulary

PRIOR = (0.45, 0.30, 0.25)
"""Shares of negative, neutral and positive that the model expects: unasked-for feedback is mostly complaint.

An assumption, not fitted; the corpora's own shares (Reddit, subtitles, surveys) say nothing about it. MODEL_CARD.md
tells what it is worth.
"""

PENALTY = 1e-4
"""Ridge penalty per squared weight; with 27 features and 70,000 texts it only breaks ties."""


BORROWED = 0.85
"""How far a language is believed that has no subtitles to measure by: the mean of the others that borrow weights."""

RUN_BUCKETS = {"en": 1 << 16, "other": 1 << 13}
"""Buckets for the runs of letters of words: as many as the texts can fill."""

EMOTION_PENALTY = {"en": 1.4, "other": 0.25}
"""Ridge penalties of emotions, by cross-validation on the training texts: of GoEmotions, and of XED's Italian lines."""

_TWO_SENTENCES = 25
"""Words from which a text helps to fit how long texts are read; there are too few of more than LONG."""


def main(arguments: list[str]) -> None:
    """Write sentiment.json and the emotion tables; equal data give equal bytes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of public data (shared/data)")
    parser.add_argument("--out", type=Path, required=True, help="the folder that receives the files")
    parser.add_argument("--only", choices=("sentiment", "emotions"), help="one of the two; emotions take minutes")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    if options.only != "emotions":
        write_sentiment(options.data, options.out)
    if options.only != "sentiment":
        write_emotions(options.data, options.out, ("en", *SUBTITLED))


def write_emotions(data: Path, out: Path, languages: Sequence[str]) -> None:
    """Write the emotion tables of languages, and say how well each does by cross-validation."""
    for language in languages:
        kind = "en" if language == "en" else "other"
        model = learnt(language, emotion_texts(data, language), RUN_BUCKETS[kind], penalty=EMOTION_PENALTY[kind])
        write(out / f"emotions_{language}.npz", model.tables)
        f1 = ", ".join(f"{name} {value:.3f}" for name, value in model.f1.items())
        sys.stdout.write(f"{language}: macro-F1 by cross-validation {model.macro_f1:.3f} ({f1})\n")


def write_sentiment(data: Path, out: Path) -> None:
    """Write the weights of the sentiment model."""
    corpora = clean_corpora(data)
    learnt_rows, weight = learnt_from(corpora), weights(corpora)
    table = fitted(*learnt_rows, weight)
    sureness = _sureness(*learnt_rows, weight)
    write_json(
        out / "sentiment.json",
        {
            "trained_on": [{"name": c.name, "licence": c.licence, "texts": len(c.text)} for c in corpora],
            "labels": LABELS,
            "prior": PRIOR,
            # four decimals: enough for the labels, few enough that another BLAS gives the same bytes
            "weights": {name: [round(w, 4) for w in row] for name, row in zip(FEATURES, table.tolist(), strict=True)},
            "long": {name: round(value, 4) for name, value in asdict(_long(corpora[0])).items()},
            "sureness": dict(zip(LABELS, sureness.slope, strict=True)),
            "belief": {code: round(share, 2) for code, share in sorted(_belief(data, corpora[-1], table))},
        },
    )


def write_json(path: Path, value: object) -> None:
    """Write a data file as the package ships them."""
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")


def learnt_from(corpora: list[Corpus]) -> tuple[Array, Index]:
    """Return the features and the labels of all texts."""
    rows = np.concatenate([text_features("en", [own_words(text) for text in corpus.text]) for corpus in corpora])
    return rows, np.concatenate([np.array(corpus.label, np.int64) for corpus in corpora])


def weights(corpora: list[Corpus]) -> Array:
    """Return one weight per text, sum 1: corpora equal, then labels as in PRIOR."""
    label = np.concatenate([np.array(corpus.label, np.int64) for corpus in corpora])
    weight = np.concatenate([np.full(len(corpus.text), 1.0 / len(corpus.text)) for corpus in corpora])
    weight *= np.array(PRIOR)[label] / np.bincount(label, weight)[label]
    return np.asarray(weight / weight.sum())


def fitted(rows: Array, label: Index, weight: Array) -> Array:
    """Return the weights of least weighted log loss with a ridge penalty, shape (features, labels)."""
    shape = (rows.shape[1], len(LABELS))
    truth = np.eye(len(LABELS))[label]

    def loss(flat: Array) -> tuple[float, Array]:
        share = softmax(times(rows, flat.reshape(shape)))
        value = -dot(weight, np.log(np.maximum((share * truth).sum(axis=1), 1e-12)))
        slope = times(rows.T, weight[:, None] * (share - truth))
        return value + PENALTY / 2 * dot(flat, flat), slope.ravel() + PENALTY * flat

    return minimise(loss, np.zeros(shape[0] * shape[1]), steps=500, tolerance=1e-9).reshape(shape)


def _sureness(rows: Array, label: Index, weight: Array) -> Sureness:
    """Fit how sure sure readings may be: each half of the texts is judged by the weights of the other."""
    half, share = np.arange(len(label)) % 2, np.zeros((len(label), len(LABELS)))
    for k in (0, 1):
        other = half != k
        share[~other] = softmax(
            times(rows[~other], fitted(rows[other], label[other], weight[other] / weight[other].sum()))
        )
    return fitted_sureness(share, label, weight)


def _long(corpus: Corpus) -> LongWeights:
    """Fit how long texts are read from the comments of patients, the only ones of some length with a polarity."""
    pairs = [p for p in zip(corpus.text, corpus.label, strict=True) if len(p[0].split()) > _TWO_SENTENCES]
    tokens = charged("en", vocabulary("en").chunked([own_words(text) for text, _ in pairs]))
    balance, sentences = balances(tokens, np.arange(len(pairs)))
    return fitted_long(balance, sentences, np.array([int(label == POSITIVE) for _, label in pairs]))


def _belief(data: Path, english: Corpus, table: Array) -> list[tuple[str, float]]:
    """Return how far each language is believed beside English, 0..1: its scores are multiplied by it.

    Subtitles tell how much less a score says there; the root of it, since their labels came over from English, and
    some of the loss is theirs.
    """
    spoken = {"en": [pair for pair in zip(english.text, english.label, strict=True) if pair[1] != NEUTRAL]}
    spoken |= {code: list(subtitles(data, code)) for code in SUBTITLED}
    slopes = {code: _slope(code, pairs, table) for code, pairs in spoken.items()}
    believed = {code: min(1.0, float(np.sqrt(slope / slopes["en"]))) for code, slope in slopes.items()}
    return [*believed.items(), ("pl", BORROWED)]


def _slope(language: str, pairs: list[tuple[str, int]], table: Array) -> float:
    """Return the slope of a logistic regression of polarity on positive score less negative score, both as frequent."""
    scores = times(text_features(language, [own_words(text) for text, _ in pairs]), table)
    lean = scores[:, POSITIVE] - scores[:, NEGATIVE]
    positive = np.array([label == POSITIVE for _, label in pairs], np.float64)
    weight = positive / positive.sum() + (1 - positive) / (1 - positive).sum()

    def loss(line: Array) -> tuple[float, Array]:
        share = 1 / (1 + np.exp(-(line[0] * lean + line[1])))
        hit = np.where(positive > 0, share, 1 - share)
        wrong = weight * (share - positive)
        return -dot(weight, np.log(np.maximum(hit, 1e-12))), np.array([dot(wrong, lean), wrong.sum()])

    return float(minimise(loss, np.zeros(2), steps=200, tolerance=1e-10)[0])


if __name__ == "__main__":
    main(sys.argv[1:])
