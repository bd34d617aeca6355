"""Training: the same bytes however many threads add up, and emotions that are learned from few examples."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from flywheel.understand.emotion_design import Labelled, designed
from flywheel.understand.emotion_training import learnt, write
from flywheel.understand.emotions import EMOTIONS
from flywheel.understand.train import fitted

WORDS = {"anger": ("furious", "livid"), "fear": ("scared", "afraid"), "joy": ("delighted", "lovely")}


@pytest.fixture(scope="module")
def labelled() -> Labelled:
    """Make texts in which a word or two tell the emotion, and one in ten labels is wrong."""
    chance = np.random.default_rng(6)
    texts, felt = [], []
    for _ in range(240):
        emotion = list(WORDS)[int(chance.integers(3))]
        word = WORDS[emotion][int(chance.integers(2))]
        filler = " ".join(chance.choice(["the", "train", "was", "here", "today", "and", "we"], 6))
        texts.append(f"{filler} {word} {filler}")
        said = emotion if chance.random() < 0.9 else list(WORDS)[int(chance.integers(3))]
        felt.append([float(name == said) for name in EMOTIONS])
    return Labelled(texts, np.array(felt))


def test_weights_do_not_hang_on_the_number_of_threads() -> None:
    chance = np.random.default_rng(8)
    rows = chance.normal(0, 1, (12_000, 9))
    label = (rows @ chance.normal(0, 1, (9, 3)) + chance.gumbel(0, 1, (12_000, 3))).argmax(axis=1)
    weight = np.full(12_000, 1 / 12_000)
    with threadpool_limits(1):
        one = fitted(rows, label, weight)
    with threadpool_limits(2):
        two = fitted(rows, label, weight)

    assert one.tobytes() == two.tobytes()


def test_emotions_are_learned_and_their_tables_are_the_same_again(labelled: Labelled, tmp_path: Path) -> None:
    for name, threads in (("one", 1), ("two", 2)):
        with threadpool_limits(threads):
            model = learnt("en", labelled, 64, penalty=0.5)
        write(tmp_path / f"{name}.npz", model.tables)

    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert set(model.f1) == set(WORDS)
    assert min(model.f1.values()) > 0.85
    assert np.isinf(model.tables["bias"][EMOTIONS.index("disgust")])


def test_what_stands_everywhere_is_not_rare(labelled: Labelled) -> None:
    everywhere = Labelled([f"{text} everywhere" for text in labelled.text], labelled.felt)
    design = designed("en", everywhere, 0)
    rarity = design.rarity.reshape(-1, len(EMOTIONS))[: len(design.keys), 0]

    assert rarity.min() == 0.0
    assert rarity.max() > 1.0
