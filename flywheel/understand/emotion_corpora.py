"""Texts labelled with emotions, and how the labels of each corpus become Ekman's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from flywheel.understand.emotion_design import Labelled
from flywheel.understand.emotions import EMOTIONS

_GO = {
    "anger": "anger annoyance disapproval",
    "disgust": "disgust",
    "fear": "fear nervousness",
    "joy": "joy amusement approval excitement gratitude love optimism relief pride admiration desire caring",
    "sadness": "sadness disappointment embarrassment grief remorse",
    "surprise": "surprise realization confusion curiosity",
    "neutral": "neutral",
}
"""GoEmotions' own grouping of its 28 labels (Demszky et al. 2020, ekman_mapping.json)."""

_XED = {"1": "anger", "3": "disgust", "4": "fear", "5": "joy", "6": "sadness", "7": "surprise"}
"""Plutchik's eight as XED numbers them; anticipation (2) and trust (8) are none of Ekman's."""


def emotion_texts(data: Path, language: str) -> Labelled:
    """Return the texts to learn a language's emotions from: GoEmotions for English, XED for the others.

    XED's English lines beside GoEmotions were tried and made its held-out part worse: they are another kind of text.
    """
    return _labelled(_comments(data, "train") if language == "en" else _subtitles(data, language))


def held_back(data: Path) -> Labelled:
    """Return the part of GoEmotions that nothing is learnt from."""
    return _labelled(_comments(data, "dev"))


def _comments(data: Path, part: str) -> Iterator[tuple[str, set[str]]]:
    folder = data / "05_emotion_empathy"
    names = (folder / "goemotions_labels.txt").read_text("utf-8").split()
    group = {name: emotion for emotion, members in _GO.items() for name in members.split()}
    for line in (folder / f"goemotions_{part}.tsv").read_text("utf-8").split("\n"):
        text, _, rest = line.partition("\t")
        if rest:
            yield text, {group[names[int(number)]] for number in rest.split("\t")[0].split(",")}


def _subtitles(data: Path, language: str) -> Iterator[tuple[str, set[str]]]:
    for line in (data / "12_training" / f"xed_{language}-projections.tsv").read_text("utf-8").split("\n"):
        text, _, marks = line.partition("\t")
        felt = {_XED[mark.strip()] for mark in marks.split(",") if mark.strip() in _XED}
        if felt:  # lines of anticipation or trust alone are no lines without emotion
            yield text, felt


def _labelled(rows: Iterator[tuple[str, set[str]]]) -> Labelled:
    pairs = list(rows)
    felt = np.array([[float(name in names) for name in EMOTIONS] for _, names in pairs])
    return Labelled([text for text, _ in pairs], felt)
