"""How well the fast tier reads: sentiment by set and language beside VADER, emotions, languages, and hostile texts.

Run it as `FLYWHEEL_DATA=../shared/data python tests/benchmarks/bench_reading.py`. Intervals are 95 % by bootstrap.
VADER is no dependency: where `vaderSentiment` (MIT) can be imported, it reads the same texts.
"""

from __future__ import annotations

import importlib
import os
import time
from collections import Counter
from pathlib import Path

import numpy as np
from labelled_texts import Judge, Labelled, english, other_languages, tweets_of_five_languages
from numpy.typing import NDArray

from flywheel.domain.reading import Readings, Texts
from flywheel.domain.scoring import accuracy, calibration_error, f1_by_class, macro_f1_interval
from flywheel.understand.emotion_corpora import held_back
from flywheel.understand.emotions import EMOTIONS
from flywheel.understand.fast import FastAnalyzer
from flywheel.understand.tokens import has_letters, own_words
from flywheel.understand.usual import usual_language

DATA = Path(os.environ.get("FLYWHEEL_DATA", Path(__file__).parents[3] / "shared" / "data"))
SURE = 0.9


def main() -> None:
    """Print all tables."""
    if not DATA.is_dir():
        print(f"no labelled texts at {DATA}: set FLYWHEEL_DATA")
        return
    print(
        "Sentiment, never trained on but NHS; a text that is not read counts as neutral for F1, as wrong for accuracy"
    )
    judges = {"fast": _fast, "VADER": _vader()}
    for labelled in english(DATA):
        for name, judge in judges.items():
            if judge:
                _tell(f"{labelled.name}, {name}", labelled, judge)
    five = [_tell(labelled.name, labelled, _fast) for labelled in tweets_of_five_languages(DATA)]
    print(f"  mean of the five {np.mean(five):.3f}")
    for labelled in other_languages(DATA):
        _tell(labelled.name, labelled, _fast)
    _tell_emotions()
    _tell_languages()
    _tell_hostile()


def _tell(name: str, labelled: Labelled, judge: Judge) -> float:
    guess, confidence = judge(labelled)
    score = macro_f1_interval(labelled.truth, np.where(guess == "none", "neutral", guess))
    right, read = guess == labelled.truth, confidence > 0
    sure = confidence > SURE
    sureness = f"ECE {calibration_error(right[read], confidence[read]):.3f}, " if read.any() else ""
    sureness += f"sure {sure.sum()}, of these right {np.mean(right[sure]):.3f}" if sure.any() else "none sure"
    classes = " ".join(f"{label[:3]} {f1_by_class(labelled.truth, guess).get(label, 0):.2f}" for label in
                       ("negative", "neutral", "positive"))  # fmt: skip
    print(
        f"  {name:30} n {len(guess):6,} macro-F1 {score.value:.3f} [{score.low:.3f}, {score.high:.3f}] "
        f"accuracy {accuracy(labelled.truth, guess):.3f} ({classes}) {sureness}"
    )
    return score.value


def _fast(labelled: Labelled) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
    readings = _read(labelled.text, labelled.language)
    return np.array([label or "none" for label in readings.label]), np.nan_to_num(readings.confidence)


def _vader() -> Judge | None:
    try:
        vader = importlib.import_module("vaderSentiment.vaderSentiment").SentimentIntensityAnalyzer()
    except ImportError:
        print("  (vaderSentiment is not installed: nothing stands beside)")
        return None

    def judge(labelled: Labelled) -> tuple[NDArray[np.str_], NDArray[np.float64]]:
        score = np.array([vader.polarity_scores(text)["compound"] for text in labelled.text])
        label = np.where(score >= 0.05, "positive", np.where(score <= -0.05, "negative", "neutral"))
        return label, np.zeros(len(label))

    return judge


def _tell_emotions() -> None:
    labelled = held_back(DATA)
    readings = _read(labelled.text, "en")
    called = np.array([[name in (felt or ()) for name in EMOTIONS] for felt in readings.emotions])
    hits = (called & (labelled.felt > 0)).sum(axis=0)
    f1 = 2 * hits / np.maximum(called.sum(axis=0) + labelled.felt.sum(axis=0), 1)
    print(f"Emotions, GoEmotions dev (n {len(labelled.text):,}): macro-F1 of Ekman's six and neutral {f1.mean():.3f}")
    print("  " + ", ".join(f"{name} {value:.3f}" for name, value in zip(EMOTIONS, f1, strict=True)))
    print(
        f"  none found in {sum(felt == () for felt in readings.emotions):,}, not read {readings.emotions.count(None)}"
    )


def _tell_languages() -> None:
    print("Language, of texts under 50 characters (those of three words and more), by the text alone; as in a source")
    for labelled in [*other_languages(DATA), *tweets_of_five_languages(DATA), *english(DATA)]:
        short = [text for text in dict.fromkeys(labelled.text) if len(text.strip()) < 50]
        alone, within = _read(short, None), _read(short, None, usual_language(labelled.text))
        truth = labelled.language or "en"
        right, as_usual = (np.array([found == truth for found in one.language]) for one in (alone, within))
        words = np.array([len(text.split()) >= 3 for text in short])
        told = np.array([has_letters(own_words(text)) for text in short])
        if told.any():
            print(
                f"  {labelled.name:30} {right[told].mean():.3f} ({right[told & words].mean():.3f}); "
                f"{as_usual[told].mean():.3f} ({as_usual[told & words].mean():.3f}), n {told.sum():,}"
            )


def _tell_hostile() -> None:
    hostile = {
        "64 KiB of one letter": ["a" * 65_536] * 100, "10,000 combining marks": ["a" + "\u0301" * 10_000] * 100,
        "NUL and lone surrogates": ["\0\ud800 bad \udfff\0"] * 10_000,
        "marks of direction": ["\u202ebad\u202d"] * 10_000,
        "one text of 64 KiB of stops": ["." * 65_536] * 20, "64 KiB of half sentences": ["no. but " * 8_000] * 20,
        "a million empty texts": [""] * 1_000_000,
    }  # fmt: skip
    print("Hostile texts")
    for name, texts in hostile.items():
        began = time.process_time()
        readings = _read(texts, None)
        seconds = time.process_time() - began
        print(f"  {name:30} {len(texts):9,} texts {seconds:6.2f} CPU s, {dict(Counter(readings.status))}")


def _read(texts: list[str], language: str | None, usual: str | None = None) -> Readings:
    n = len(texts)
    return FastAnalyzer().read(Texts(texts, [language] * n, [None] * n, ["bench"] * n, usual=[usual] * n), ())


if __name__ == "__main__":
    main()
