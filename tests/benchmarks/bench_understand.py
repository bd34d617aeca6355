"""How fast the fast tier reads: texts per CPU second, one thread, beside `str.split` over the same texts.

Run it as `FLYWHEEL_DATA=../shared/data python tests/benchmarks/bench_understand.py`.
"""

from __future__ import annotations

import csv
import os
import time
from pathlib import Path

from flywheel.domain.reading import Texts, TopicRule
from flywheel.understand.fast import FastAnalyzer

BATCH = 5_000
ROUNDS = 3
TAXONOMY = (
    TopicRule(topic="delay", words={"en": ("delay*", "late", "on time", "waiting")}),
    TopicRule(topic="baggage", words={"en": ("bag", "bags", "baggage", "luggage", "suitcase*")}),
    TopicRule(topic="help", words={"en": ("customer service", "agent*", "on hold", "phone", "call*", "help desk")}),
    TopicRule(topic="cancellation", words={"en": ("cancel*", "rebook*", "refund*", "voucher*")}),
    TopicRule(topic="booking", words={"en": ("book*", "reservation*", "website", "app", "site", "online")}),
)


def main() -> None:
    """Print the best of a few rounds, the load time, and the ratio to the floor of the same run."""
    path = Path(os.environ.get("FLYWHEEL_DATA", "../shared/data")) / "01_multibrand_feedback" / "us_airline_tweets.csv"
    with path.open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    analyzer = FastAnalyzer()
    began = time.process_time()
    analyzer.read(_batch(["Hello, thank you!"]), TAXONOMY)
    print(f"first reading (loads the data): {time.process_time() - began:.2f} CPU s")
    seconds = min(_timed(analyzer, texts) for _ in range(ROUNDS))
    floor = min(_floor(texts) for _ in range(ROUNDS))
    print(f"{len(texts)} texts in {seconds:.2f} CPU s: {len(texts) / seconds:,.0f} texts per CPU second")
    print(f"{seconds / floor:.0f} times the floor (str.lower().split() and a set of the words)")


def _timed(analyzer: FastAnalyzer, texts: list[str]) -> float:
    began = time.process_time()
    for start in range(0, len(texts), BATCH):
        analyzer.read(_batch(texts[start : start + BATCH]), TAXONOMY)
    return time.process_time() - began


def _floor(texts: list[str]) -> float:
    began = time.process_time()
    for text in texts:
        set(text.lower().split())
    return time.process_time() - began


def _batch(texts: list[str]) -> Texts:
    n = len(texts)
    return Texts(text=texts, language=[None] * n, touchpoint=[None] * n, brand=["bench"] * n)


if __name__ == "__main__":
    main()
