"""What Orient costs on a million readings of ourselves and 20 peers, beside one full scan of them.

Run it as `python tests/benchmarks/bench_orient.py [READINGS]` (default 1,000,000; some minutes and two gigabytes). The
rows are written straight into a store (readings, a mention each, effort of a tenth, promises of a thirtieth, scores of
a tenth, a hundredth in threads, their roll-ups over 90 days), so that only orienting is measured. The ratio is taken
within one run, since machines are noisy.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from flywheel.config import load
from flywheel.domain.cycle import Cycle, Window, cycle_id
from flywheel.steps import orient
from flywheel.store import migrate
from flywheel.store.bulk import insert_rows
from flywheel.store.tables import FeedbackRow, MentionRow, ReadingRow, ScoreRow
from flywheel.vault import open_vault
from flywheel.wheel import Flywheel, database_url, store_facts

PEERS, DAYS, SEED, PART = 20, 90, 20260302, 50_000
UNTIL = datetime(2026, 3, 2, tzinfo=UTC)
MEDIA = ("review", "survey", "social", "mail", "chat")
TOPICS = ("delay", "refund", "staff", "seat", "wifi", "luggage", "food", "app", "fares", "station", "cleaning", "noise")
LABELS = ("negative", "neutral", "positive")
BRANDS = ("Own", *(f"Peer {at}" for at in range(PEERS)))
CONFIG = f"""
brand: {{name: Own, zone: UTC, language: en}}
competitors: [{", ".join(BRANDS[1:])}]
sources: [{{id: none, kind: webhook, shape: {{fields: {{text: text}}}}}}]
analyzer: {{kind: fast, languages: [en]}}
benchmarks: [{{kind: heard}}]
"""


def main() -> None:
    """Print what a turn of Orient costs, first and later, and the ratio to a scan."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}: {n:,} readings")
    with tempfile.TemporaryDirectory() as name:
        wheel = filled(Path(name), n)
        oriented(wheel, 1)  # what is imported and compiled once
        for word, period in (("all in one first turn", 1), ("a later turn, all of it as its past", 2)):
            seconds, standings = oriented(wheel, period)
            print(f"orient, {word}: {seconds:.2f} CPU s, {standings} standings")
        with wheel.store.read() as shelves:
            start = time.process_time()
            rows = len(shelves.rollups.scan().sums)
        print(f"a full scan: {time.process_time() - start:.1f} CPU s ({rows:,} roll-up rows)")


def oriented(wheel: Flywheel, period: int) -> tuple[float, int]:
    """Return the CPU seconds of Orient in a turn, and how many standings it gave."""
    cycle = begun(wheel, period)
    start = time.process_time()
    tally = orient(wheel, cycle)
    seconds = time.process_time() - start
    ended(wheel, cycle)
    return seconds, tally.done


def begun(wheel: Flywheel, period: int) -> Cycle:
    """Return a turn of the main flow over a week, begun."""
    until = UNTIL + timedelta(days=7 * (period - 1))
    window = Window(since=until - timedelta(days=7), until=until)
    cycle = Cycle(
        id=cycle_id("cycle", window), flow="cycle", window=window, as_of=until, mode="live", period=period,
        config_hash="", fence=0,
    )  # fmt: skip
    with wheel.store.write(None) as shelves:
        return shelves.cycles.begin(cycle, ("orient",), until, "bench")


def ended(wheel: Flywheel, cycle: Cycle) -> None:
    """End a turn."""
    with wheel.store.write(cycle.fence) as shelves:
        shelves.cycles.end(cycle, "completed", cycle.as_of)


def filled(project: Path, n: int) -> Flywheel:
    """Return a wheel whose store holds `n` readings of 21 brands, with roll-ups rebuilt from them."""
    os.environ.setdefault("FLYWHEEL_KEY", "0" * 64)
    (project / "config").mkdir()
    (project / "config" / "all.yaml").write_text(CONFIG, encoding="utf-8")
    settings = load(project / "config")
    migrate(database_url(project), store_facts(settings, open_vault(project)))
    wheel = Flywheel.open(project / "config", lambda: UNTIL)
    first = begun(wheel, 1)
    dice = np.random.default_rng(SEED)
    for start in range(0, n, PART):
        _write(wheel, first, dice, range(start + 1, min(start + PART, n) + 1))
    with wheel.store.write(first.fence) as shelves:
        shelves.rollups.replace(shelves.rollups.scan().sums)
    ended(wheel, first)
    return wheel


def _write(wheel: Flywheel, cycle: Cycle, dice: np.random.Generator, seqs: range) -> None:
    rows = list(_drawn(dice, seqs))
    model = wheel.settings.analyzer.model_name
    feedback = [
        (seq, f"{seq:032x}", "none", str(seq), brand, "customer", medium, "travel", day, day, "en", "x", "h", 0, "{}",
         cycle.id, f"t{seq // 400}" if seq % 100 == 0 else None)
        for seq, brand, medium, day, *_ in rows
    ]  # fmt: skip
    readings = [
        (
            seq,
            model,
            cycle.id,
            1,
            "read",
            "en",
            sentiment,
            label,
            0.9,
            "none",
            "high" if seq % 10 == 3 else None,
            *(("broken", "staff") if seq % 40 == 7 else ("exceeded", None) if seq % 120 == 9 else (None, None)),
        )
        for seq, *_, sentiment, label in rows
    ]
    mentions = [(seq, model, topic, "travel", sentiment, "x") for seq, _, _, _, topic, sentiment, _ in rows]
    scores = [(seq, "nps", seq % 11, 0, 10) for seq in seqs if seq % 10 == 0]
    with wheel.store.write(cycle.fence) as shelves:
        link = shelves._connection
        insert_rows(link, FeedbackRow, _FEEDBACK, feedback)
        insert_rows(link, ReadingRow, _READING, readings)
        insert_rows(link, MentionRow, _MENTION, mentions)
        insert_rows(link, ScoreRow, ("feedback_seq", "kind", "value", "scale_low", "scale_high"), scores)


_FEEDBACK = (
    "seq", "id", "source", "external_id", "brand", "voice", "medium", "touchpoint", "day", "heard_at", "language",
    "text", "content_hash", "revision", "attributes", "cycle_id", "thread",
)  # fmt: skip
_MENTION = ("feedback_seq", "model", "topic", "touchpoint", "sentiment", "evidence")
_READING = (
    "feedback_seq", "model", "cycle_id", "period", "status", "language", "sentiment", "sentiment_label", "confidence",
    "urgency", "effort", "expectation", "promised_by",
)  # fmt: skip


def _drawn(dice: np.random.Generator, seqs: range) -> Iterator[tuple[int, str, str, str, str, float, str]]:
    n = len(seqs)
    pick = [dice.integers(0, k, n).tolist() for k in (len(BRANDS), len(MEDIA), DAYS, len(TOPICS))]
    sentiment = np.round(dice.uniform(-1, 1, n), 4).tolist()
    for seq, brand, medium, day, topic, value in zip(seqs, *pick, sentiment, strict=True):
        said = (UNTIL - timedelta(days=day + 1)).date().isoformat()
        label = LABELS[(value > -1 / 3) + (value > 1 / 3)]
        yield seq, BRANDS[brand], MEDIA[medium], said, TOPICS[topic], value, label


if __name__ == "__main__":
    main()
