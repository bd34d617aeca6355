"""What corrections of topics and emotions teach a head: macro-F1 before and after, by their number, and its speed.

Run it as `FLYWHEEL_DATA=../shared/data python tests/benchmarks/bench_heads.py`; two CPU minutes. Every text is asked
once, of a head that learned from the other four fifths, or from some of these. Intervals: 95 %, bootstrap over texts.
"""

from __future__ import annotations

import csv
import os
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

from flywheel.domain.correction import Field
from flywheel.domain.labelling import Flags, judged
from flywheel.domain.reading import Texts, TopicRule
from flywheel.understand import several
from flywheel.understand.answers import answers, flags
from flywheel.understand.emotion_corpora import held_back
from flywheel.understand.emotions import EMOTIONS
from flywheel.understand.fast import FastAnalyzer
from flywheel.understand.head import apart
from flywheel.understand.headed import with_head

DATA = Path(os.environ.get("FLYWHEEL_DATA", Path(__file__).parents[3] / "shared" / "data"))
FOLDS, SIZES, SEED = 5, (300, 1_000, None), 1


class Corrected(NamedTuple):
    """Texts with what people say of them; a text may have several values, or none."""

    name: str
    field: Field
    text: list[str]
    values: list[tuple[str, ...]]
    taxonomy: tuple[TopicRule, ...]


def main() -> None:
    """Print all tables."""
    if not DATA.is_dir():
        print(f"no labelled texts at {DATA}: set FLYWHEEL_DATA")
        return
    for corrected in (_airlines(), _comments()):
        _tell(corrected)


def _tell(of: Corrected) -> None:
    names = sorted({value for values in of.values for value in values})
    truth, texts = flags(of.values, names), _texts(of.text)
    fast = FastAnalyzer()
    said = flags(answers(fast.read(texts, of.taxonomy), of.field), names)
    print(f"{of.name}, n {len(of.text):,}: the fast tier alone {_figure(names, truth, said)}")
    fold = apart(of.text, ["|".join(values) for values in of.values], FOLDS, SEED)
    for size in SIZES:
        after, train, read = said.copy(), 0.0, 0.0
        for one in range(FOLDS):
            rows = np.random.default_rng(SEED).permutation(np.flatnonzero(fold != one))[:size]
            often = several.learnable(truth[rows])
            taught, learn = [name for name, there in zip(names, often, strict=True) if there], np.ix_(rows, often)
            start = time.process_time()
            head = several.trained([of.text[row] for row in rows], taught, truth[learn], said[learn], SEED)
            train += time.process_time() - start
            asked = np.flatnonzero(fold == one)
            start = time.process_time()
            readings = with_head(fast, of.field, head.packed()).read(
                _texts([of.text[row] for row in asked]), of.taxonomy
            )
            read += time.process_time() - start
            after[asked] = flags(answers(readings, of.field), names)
        of_each = "four fifths" if size is None else f"{size:,}"
        print(f"  corrections: {of_each:12} {_figure(names, truth, after)}   train {train / FOLDS:.1f} CPU s, read "
              f"{len(of.text) / read:,.0f} a CPU s with the tier")  # fmt: skip


def _figure(names: list[str], truth: Flags, said: Flags) -> str:
    found = judged(names, truth, said)
    each = " ".join(f"{name[:9]} {score.f1:.2f}" for name, score in found.per_class.items())
    return f"macro-F1 {found.macro_f1.value:.3f} [{found.macro_f1.low:.3f}, {found.macro_f1.high:.3f}] ({each})"


def _airlines() -> Corrected:
    sys.path.insert(0, str(Path(__file__).parents[1] / "understand"))
    from test_topics_of_airlines import REASON, TAXONOMY

    with (DATA / "01_multibrand_feedback" / "us_airline_tweets.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["negativereason"]]
    words: dict[str, list[str]] = {}
    for topic, some in TAXONOMY.items():
        words.setdefault(REASON[topic], []).extend(some)
    rules = tuple(TopicRule(topic=topic, words={"en": tuple(some)}) for topic, some in words.items())
    values = [(row["negativereason"],) if row["negativereason"] in words else () for row in rows]  # "Can't Tell": none
    return Corrected("airline tweets, reasons as topics", "topic", [row["text"] for row in rows], values, rules)


def _comments() -> Corrected:
    labelled = held_back(DATA)
    values = [tuple(EMOTIONS[k] for k in np.flatnonzero(row).tolist()) for row in labelled.felt]
    return Corrected("GoEmotions dev, emotions", "emotion", labelled.text, values, ())


def _texts(text: list[str]) -> Texts:
    n = len(text)
    return Texts(text, ["en"] * n, [None] * n, [""] * n)


if __name__ == "__main__":
    main()
