"""How fast the fast tier reads: texts per CPU second, one thread, beside a floor over the same texts in the same run.

Run it as `FLYWHEEL_DATA=../shared/data python tests/benchmarks/bench_understand.py`. The floor is one regular
expression that finds the words and marks of each text. Ratios are worth more than figures: machines are noisy. No
package of the same trade is among the dependencies; VADER was measured at 18,000 to 21,000 texts, sentiment only.
"""

from __future__ import annotations

import csv
import os
import platform
import re
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from crowd_project import write_project

from flywheel.domain.reading import Texts, TopicRule
from flywheel.understand.fast import FastAnalyzer

BATCH = 5_000
ROUNDS = 5
CROWD = 20_000
DATA = Path(os.environ.get("FLYWHEEL_DATA", Path(__file__).parents[3] / "shared" / "data"))
TWEETS = DATA / "01_multibrand_feedback" / "us_airline_tweets.csv"
TAXONOMY = (
    TopicRule(topic="delay", words={"en": ("delay*", "late", "on time", "waiting")}),
    TopicRule(topic="baggage", words={"en": ("bag", "bags", "baggage", "luggage", "suitcase*")}),
    TopicRule(topic="help", words={"en": ("customer service", "agent*", "on hold", "phone", "call*", "help desk")}),
    TopicRule(topic="cancellation", words={"en": ("cancel*", "rebook*", "refund*", "voucher*")}),
    TopicRule(topic="booking", words={"en": ("book*", "reservation*", "website", "app", "site", "online")}),
    TopicRule(topic="comfort", words={"en": ("seat*", "heating", "crowded", "freezing", "dirty", "toilet*", "clean*")}),
    TopicRule(topic="crew", words={"en": ("crew", "staff", "conductor*", "attendant*")}),
)
_HELLO = (
    "Dziękuję bardzo, wszystko było w porządku!", "Vielen Dank, das Personal war sehr freundlich!",
    "Merci beaucoup, tout était parfait !", "¡Muchas gracias, todo perfecto!", "Grazie mille, tutto perfetto davvero!",
    "Muito obrigado, chegou tudo certinho!", "Hartelijk dank, het personeel was erg vriendelijk!",
)  # fmt: skip
_TOKEN = re.compile(r"\w+|[^\w\s]")


def main() -> None:
    """Print the machine, the load time, and of each kind of text the best of a few rounds, the floor and the ratio."""
    print(f"{_machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, NumPy {np.__version__}")
    analyzer = FastAnalyzer()
    began = time.process_time()
    analyzer.read(_batch(["Hello, thank you!"], None), TAXONOMY)
    print(f"first reading (loads the data): {time.process_time() - began:.2f} CPU s")
    began = time.process_time()
    analyzer.read(_batch(list(_HELLO), None), TAXONOMY)
    print(f"first reading in each of seven other languages: {time.process_time() - began:.2f} CPU s")
    _compare("crowd, English declared", analyzer, _crowd(), "en")
    if TWEETS.is_file():
        with TWEETS.open(encoding="utf-8", newline="") as file:
            _compare("airline tweets, language unknown", analyzer, [row["text"] for row in csv.DictReader(file)], None)
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


def _compare(name: str, analyzer: FastAnalyzer, texts: list[str], language: str | None) -> None:
    rounds = [(_timed(analyzer, texts, language), _floor(texts)) for _ in range(ROUNDS)]
    seconds, floor = min(read for read, _ in rounds), min(bare for _, bare in rounds)
    size = sum(map(len, texts)) / len(texts)
    print(f"{name}: {len(texts):,} texts of {size:.0f} characters")
    print(f"  {len(texts) / seconds:,.0f} texts per CPU second, {1e6 * seconds / len(texts):.1f} microseconds each")
    print(f"  floor {1e6 * floor / len(texts):.1f} microseconds: {seconds / floor:.1f} times the floor")


def _timed(analyzer: FastAnalyzer, texts: list[str], language: str | None) -> float:
    began = time.process_time()
    for start in range(0, len(texts), BATCH):
        analyzer.read(_batch(texts[start : start + BATCH], language), TAXONOMY)
    return time.process_time() - began


def _floor(texts: list[str]) -> float:
    began = time.process_time()
    for text in texts:
        _TOKEN.findall(text)
    return time.process_time() - began


def _batch(texts: list[str], language: str | None) -> Texts:
    n = len(texts)
    return Texts(text=texts, language=[language] * n, touchpoint=[None] * n, brand=["bench"] * n)


def _crowd() -> list[str]:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        write_project(project, CROWD)
        with (project / "data" / "crowd.csv").open(encoding="utf-8", newline="") as file:
            return [row["text"] for row in csv.DictReader(file)]


def _machine() -> str:
    described = Path("/proc/cpuinfo")
    lines = described.read_text("utf-8").splitlines() if sys.platform == "linux" and described.is_file() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


if __name__ == "__main__":
    main()
