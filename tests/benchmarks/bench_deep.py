"""How fast and how well the deep tier reads, what its encoder costs to load, and how themes grow with the texts.

Run it as `FLYWHEEL_DATA=../shared/data python tests/benchmarks/bench_deep.py`. The floor of the deep tier is the fast
one on the same texts, the peer of its encoder is the package's own way through it; the floor of themes is ten times the
cost of a tenth of the texts. CPU seconds, one thread.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is there: threads that wait count as CPU

import csv
import platform
import resource
import time
from pathlib import Path

import numpy as np

from flywheel.domain.reading import Readings, Texts
from flywheel.domain.scoring import macro_f1_interval
from flywheel.ports import Analyzer
from flywheel.understand.deep import DeepAnalyzer
from flywheel.understand.encoder import encoded
from flywheel.understand.encoder_network import network
from flywheel.understand.fast import FastAnalyzer
from flywheel.understand.themes import discover

DATA = Path(os.environ.get("FLYWHEEL_DATA", Path(__file__).parents[3] / "shared" / "data"))
UMSAB = ("german", "spanish", "french", "italian", "portuguese")
LABELS = np.array(["negative", "neutral", "positive"])


def main() -> None:
    """Print load time and memory, then the tiers side by side, then themes at 1,500, 15,000 and 150,000 texts."""
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}")
    before, began = _memory(), time.process_time()
    encoded(["Hello"])
    print(f"encoder: {time.process_time() - began:.1f} CPU s to load, {_memory() - before:.0f} MiB more")
    with (DATA / "01_multibrand_feedback" / "us_airline_tweets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [row["text"] for row in rows]
    _beside_the_package(texts[:4_000])
    _compare("airline", texts, np.array([row["airline_sentiment"] for row in rows]), "en")
    for name in UMSAB:
        folder = DATA / "06_multilingual"
        said = (folder / f"umsab_{name}_train_text.txt").read_text("utf-8").split("\n")
        truth = (folder / f"umsab_{name}_train_labels.txt").read_text("utf-8").split()
        _compare(f"UMSAB {name}", said[: len(truth)], LABELS[np.array(truth, np.int64)], _CODES[name])
    _themes(texts, sorted({row["airline"] for row in rows}))
    print(f"peak memory: {_memory():.0f} MiB")


_CODES = {"german": "de", "spanish": "es", "french": "fr", "italian": "it", "portuguese": "pt"}


def _beside_the_package(texts: list[str]) -> None:
    began = time.process_time()
    encoded(texts)
    ours = time.process_time()
    network().parts.encode(texts)
    theirs = time.process_time()
    print(
        f"encoder: {len(texts) / (ours - began):,.0f} texts per CPU second, "
        f"{(theirs - ours) / (ours - began):.1f} times as many as by its package's own way"
    )


def _compare(name: str, texts: list[str], truth: np.ndarray, language: str) -> None:
    fast = FastAnalyzer(languages=("en", "pl", *_CODES.values()))
    deep, every = DeepAnalyzer(fast=fast), DeepAnalyzer(fast=fast, below=1.0)
    for tier, analyzer in (("fast", fast), ("deep, default", deep), ("deep, every text", every)):
        said, seconds = _read(analyzer, texts, language)
        score = macro_f1_interval(truth, np.array([label or "neutral" for label in said.label]))
        print(
            f"{name:17} {tier:17} macro-F1 {score.value:.3f} [{score.low:.3f}, {score.high:.3f}], "
            f"{len(texts) / seconds:,.0f} texts per CPU second"
        )


def _read(analyzer: Analyzer, texts: list[str], language: str) -> tuple[Readings, float]:
    n, began = len(texts), time.process_time()
    said = analyzer.read(Texts(texts, [language] * n, [None] * n, ["bench"] * n), ())
    return said, time.process_time() - began


def _themes(texts: list[str], brands: list[str]) -> None:
    last = None
    for n in (1_500, 15_000, 150_000):
        many = [texts[k % len(texts)] for k in range(n)]
        began = time.process_time()
        found = discover(many, "en", brands, seed=1)
        seconds = time.process_time() - began
        grown = "" if last is None else f", {seconds / last:.1f} times those of a tenth"
        print(f"themes of {n:,} texts: {len(found.themes)} in {seconds:.1f} CPU s{grown}")
        last = seconds


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
