"""The clean training texts: three public corpora whose licences allow shipping what is learnt from them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2

SUBTITLED = ("de", "es", "fr", "it", "nl", "pt")
"""Languages beside English in which XED has lines; their labels were carried over from aligned English ones."""

_GO_POSITIVE = "admiration amusement approval caring desire excitement gratitude joy love optimism pride relief"
_GO_NEGATIVE = "anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness remorse sadness"
_XED_POSITIVE = {"5", "8"}  # joy, trust
_XED_NEGATIVE = {"1", "3", "4", "6"}  # anger, disgust, fear, sadness


@dataclass(frozen=True, slots=True)
class Corpus:
    """Labelled texts; `label` is 0 negative, 1 neutral, 2 positive. Texts with signs of both are left out."""

    name: str
    licence: str
    text: list[str]
    label: list[int]


def clean_corpora(data: Path) -> list[Corpus]:
    """Read the three corpora from the folder of public data, in a fixed order."""
    return [
        _corpus("NHS Friends and Family (pxtextmining)", "MIT", _nhs(data)),
        _corpus("GoEmotions, train", "Apache-2.0", go_emotions(data, "train")),
        _corpus("XED, English", "CC BY 4.0", _xed(data)),
    ]


def go_emotions(data: Path, part: str) -> Iterator[tuple[str, int]]:
    """Yield texts of one part ("train", "dev") of GoEmotions with their polarity."""
    folder = data / "05_emotion_empathy"
    names = (folder / "goemotions_labels.txt").read_text("utf-8").split()
    positive = {str(names.index(name)) for name in _GO_POSITIVE.split()}
    negative = {str(names.index(name)) for name in _GO_NEGATIVE.split()}
    for line in (folder / f"goemotions_{part}.tsv").read_text("utf-8").split("\n"):
        text, _, rest = line.partition("\t")
        if rest:
            yield from _with_polarity(text, set(rest.split("\t")[0].split(",")), positive, negative)


def subtitles(data: Path, language: str) -> Iterator[tuple[str, int]]:
    """Yield XED's lines of another language than English that have a polarity; none of them is called neutral."""
    for line in (data / "12_training" / f"xed_{language}-projections.tsv").read_text("utf-8").split("\n"):
        text, _, marks = line.partition("\t")
        for _, polarity in _with_polarity(text, {m.strip() for m in marks.split(",")}, _XED_POSITIVE, _XED_NEGATIVE):
            if polarity != NEUTRAL:
                yield text, polarity


def _nhs(data: Path) -> Iterator[tuple[str, int]]:
    """Yield comments whose criticality has a sign; "xn" answers ("Nothing.") only make sense with their question."""
    path = data / "01_multibrand_feedback" / "nhs_fft_3trusts_text.csv"
    seen = set()
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            text, mark = row["feedback"].strip(), row["criticality"]
            signed = mark.lstrip("-").isdigit() and int(mark) != 0
            if signed and row["code"] != "xn" and len(text.split()) > 2 and text not in seen:
                seen.add(text)
                yield text, POSITIVE if int(mark) > 0 else NEGATIVE


def _xed(data: Path) -> Iterator[tuple[str, int]]:
    folder = data / "12_training"
    for line in (folder / "xed_en-annotated.tsv").read_text("utf-8").split("\n"):
        text, _, marks = line.partition("\t")
        if not {mark.strip() for mark in marks.split(",")} <= {"", "2", "7"}:  # only anticipation or surprise: unclear
            yield from _with_polarity(text, {mark.strip() for mark in marks.split(",")}, _XED_POSITIVE, _XED_NEGATIVE)
    for line in (folder / "xed_neu_en.txt").read_text("utf-8").split("\n"):
        if line:
            yield line.partition("\t")[2], NEUTRAL


def _with_polarity(text: str, marks: set[str], positive: set[str], negative: set[str]) -> Iterator[tuple[str, int]]:
    good, bad = bool(marks & positive), bool(marks & negative)
    if not (good and bad):
        yield text, POSITIVE if good else NEGATIVE if bad else NEUTRAL


def _corpus(name: str, licence: str, rows: Iterator[tuple[str, int]]) -> Corpus:
    pairs = list(rows)
    return Corpus(name, licence, [text for text, _ in pairs], [label for _, label in pairs])
