"""The labelled public texts that sentiment is measured on; none of them is trained on but the first part of NHS."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LABELS = np.array(["negative", "neutral", "positive"])
TWEETS = {"de": "german", "es": "spanish", "fr": "french", "it": "italian", "pt": "portuguese"}


class Labelled(NamedTuple):
    """Texts of one file with what people, or stars, say of them; `language` is what the file declares."""

    name: str
    language: str | None
    text: list[str]
    truth: NDArray[np.str_]


def english(data: Path) -> list[Labelled]:
    """Return the English sets; three stars of five, and five or six points of ten, are neutral."""
    tweets = _rows(data / "01_multibrand_feedback" / "us_airline_tweets.csv")
    netflix = _rows(data / "02_app_reviews" / "play_netflix_2024_feb_jun.csv")
    banks = _rows(data / "02_app_reviews" / "play_3_ethiopian_banks.csv")
    patients = _rows(data / "01_multibrand_feedback" / "nhs_fft_3trusts_text.csv")
    return [
        Labelled("airline tweets", None, *_columns((row["text"], row["airline_sentiment"]) for row in tweets)),
        Labelled("app reviews, Netflix", "en", *_columns(_graded(netflix, "content", "score", 5))),
        Labelled("app reviews, banks", "en", *_columns(_graded(banks, "review", "rating", 5))),
        *long_reviews(data),
        Labelled("NHS comments", "en", *_columns(_signed(patients, zeros=False))),
        Labelled("NHS, 0 as neutral", "en", *_columns(_signed(patients, zeros=True))),
    ]


def long_reviews(data: Path) -> list[Labelled]:
    """Return reviews of airlines and of their seats, 90 to 120 words long."""
    folder = data / "01_multibrand_feedback"
    files = {"airline reviews (long)": "skytrax_airline_sample.csv", "seat reviews (long)": "skytrax_seat.csv"}
    return [
        Labelled(name, "en", *_columns(_graded(_rows(folder / file), "content", "overall_rating", 10)))
        for name, file in files.items()
    ]


def tweets_of_five_languages(data: Path) -> list[Labelled]:
    """Return UMSAB's balanced tweets (1,839 a language)."""
    return [_umsab(data / "06_multilingual", code) for code in TWEETS]


def other_languages(data: Path) -> list[Labelled]:
    """Return what customers wrote in other languages than English: rail, banks, a marketplace, hotels."""
    folder = data / "06_multilingual"
    rail = [
        line.split("\t") for line in (folder / "de_germeval2017_deutsche_bahn_dev.tsv").read_text("utf-8").split("\n")
    ]
    banks = {
        row["review_text"]: row
        for row in _rows(folder / "fr_moroccan_banks_maps_reviews.csv")
        if row["language"] == "fr"
    }
    orders = _rows(folder / "pt_olist_order_reviews_8k.csv")
    hotels = (folder / "pl_hotels_train.txt").read_text("utf-8").splitlines()
    names = {"0": "neutral", "2": "positive", "3": "negative"}  # 1 is "ambiguous"
    return [
        Labelled("German rail", "de", *_columns((row[1], row[3]) for row in rail if row[2:3] == ["true"])),
        Labelled("French banks", "fr", *_columns(_graded(banks.values(), "review_text", "rating", 5))),
        Labelled("Portuguese orders", "pt", *_columns(_graded(orders, "review_comment_message", "review_score", 5))),
        Labelled("Polish hotels", "pl", *_columns((line[2:], names[line[0]]) for line in hotels if line[0] in names)),
    ]


def _umsab(folder: Path, code: str) -> Labelled:
    texts = (folder / f"umsab_{TWEETS[code]}_train_text.txt").read_text("utf-8").split("\n")
    labels = (folder / f"umsab_{TWEETS[code]}_train_labels.txt").read_text("utf-8").split()
    return Labelled(f"tweets, {TWEETS[code].title()}", code, texts[: len(labels)], LABELS[np.array(labels, np.int64)])


def _graded(rows: Iterable[dict[str, str]], text: str, score: str, best: int) -> Iterable[tuple[str, str]]:
    low, high = (2, 4) if best == 5 else (4, 7)
    for row in rows:
        if row[text].strip() and row[score].strip() not in ("", "NA"):
            grade = float(row[score])
            yield row[text], "negative" if grade <= low else "positive" if grade >= high else "neutral"


def _signed(rows: list[dict[str, str]], *, zeros: bool) -> Iterable[tuple[str, str]]:
    """Yield comments with the sign of their criticality.

    A zero is no neutral: all but 3 of 2,566 stand at one question of one trust, which coded no praise there.
    """
    for row in rows:
        if row["criticality"].lstrip("-").isdigit() and row["feedback"].strip():
            sign = int(row["criticality"])
            if sign or zeros:
                yield row["feedback"], "negative" if sign < 0 else "positive" if sign > 0 else "neutral"


def _columns(pairs: Iterable[tuple[str, str]]) -> tuple[list[str], NDArray[np.str_]]:
    kept = list(pairs)
    return [text for text, _ in kept], np.array([label for _, label in kept])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


Judge = Callable[[Labelled], tuple[NDArray[np.str_], NDArray[np.float64]]]
"""What labels texts, with its confidence."""
