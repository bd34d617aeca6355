"""Themes that nobody listed: found by their words, the same from cycle to cycle; split, merged and gone are told."""

from __future__ import annotations

import csv
import sys
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from flywheel.domain.cycle import Cycle, Window, cycle_id
from flywheel.domain.reading import TopicRule
from flywheel.domain.theme import Theme
from flywheel.understand.themes import NOWHERE, Discovery, Found, discover
from flywheel.understand.themes_kept import Where, kept
from flywheel.understand.themes_words import words_of

ABOUT = {
    "bag": "bag luggage carousel suitcase claim lost belt scratched",
    "seat": "seat legroom row recline window aisle narrow cramped",
    "wifi": "wifi network login password signal router streaming buffering",
    "food": "meal breakfast coffee sandwich vegetarian tray cold portion",
    "queue": "queue counter passport boarding agent gate line desk",
}


def said(about: dict[str, int], seed: int) -> list[str]:
    """Return so many texts about each subject: five of its words among words that mean nothing."""
    chance = np.random.default_rng(seed)
    texts = []
    for subject, n in about.items():
        words = ABOUT[subject].split()
        for _ in range(n):
            chosen = chance.choice(words, 5, replace=False).tolist()
            texts.append("@AcmeAir the " + " and it was ".join(chosen) + " with Acme Air today")
    return [texts[k] for k in chance.permutation(len(texts))]


def where(noon: datetime, period: int, texts: int) -> Where:
    window = Window(since=noon + timedelta(days=7 * period), until=noon + timedelta(days=7 * period + 7))
    cycle = Cycle(
        id=cycle_id("cycle", window), flow="cycle", window=window, as_of=window.until, mode="live", period=period,
        config_hash="", fence=1,
    )  # fmt: skip
    return Where(cycle, "Acme Air", "customer", "en", texts)


def turned(noon: datetime, period: int, texts: list[str], before: list[Theme]) -> list[Theme]:
    found = discover(texts, "en", ["Acme Air"], known=[one.words for one in before], seed=1)
    return kept(where(noon, period, len(texts)), found.themes, [f"f{k}" for k in range(len(texts))], before, ())


def subject(theme: Theme) -> set[str]:
    """Return the subjects that a theme's three heaviest words belong to."""
    return {name for name, words in ABOUT.items() if set(list(theme.words)[:3]) & set(words.split())}


def by_subject(themes: list[Theme]) -> dict[str, Theme]:
    """Return the largest theme of each subject."""
    return {subject(one).pop(): one for one in reversed(themes) if len(subject(one)) == 1}


def nmi(one: np.ndarray, other: np.ndarray) -> float:
    """Return normalised mutual information, by the mean of the entropies (Strehl & Ghosh 2002; arithmetic)."""
    table = np.zeros((len(np.unique(one)), len(np.unique(other))))
    np.add.at(table, (np.unique(one, return_inverse=True)[1], np.unique(other, return_inverse=True)[1]), 1)
    share = table / table.sum()
    a, b = share.sum(axis=1), share.sum(axis=0)
    there = share > 0
    mutual = (share[there] * np.log(share[there] / np.outer(a, b)[there])).sum()
    return float(mutual / (-(a * np.log(a)).sum() / 2 - (b * np.log(b)).sum() / 2))


def test_each_subject_is_a_theme_with_its_own_words() -> None:
    found = discover(said(dict.fromkeys(ABOUT, 60), 1), "en", ["Acme Air"], seed=1)

    heaviest = [set(list(one.words)[:5]) for one in found.themes]
    for words in ABOUT.values():
        assert any(len(top & set(words.split())) == 5 for top in heaviest)


def test_brand_and_handle_words_name_nothing() -> None:
    texts = [*said({"bag": 30, "seat": 30}, 1), *["@planehelp bag lost, planehelp where is it"] * 6]

    names = words_of(texts, "en", ["Acme Air"]).names

    assert {"acme", "air", "acmeair", "planehelp", "and", "today"}.isdisjoint(names)
    assert {"carousel", "legroom"} <= set(names)


def test_what_fewer_than_five_texts_say_names_nothing() -> None:
    texts = [*said({"bag": 30, "seat": 30}, 1), *["my name is Grzegorz and the bag is lost"] * 4]

    assert "grzegorz" not in words_of(texts, "en", []).names


def test_the_same_texts_and_seed_give_the_same_themes() -> None:
    texts = said(dict.fromkeys(ABOUT, 40), 1)

    first, second = (discover(texts, "en", ["Acme Air"], seed=3) for _ in range(2))

    assert first.themes == second.themes
    assert np.array_equal(first.theme, second.theme)


def test_texts_without_words_belong_nowhere_and_nothing_is_found_in_nothing() -> None:
    texts = ["", "!!!", "the and of", *said({"bag": 30, "seat": 30}, 1), "\ud800 \0"]

    theme = discover(texts, "en", [], seed=1).theme

    assert theme[[0, 1, 2, -1]].tolist() == [NOWHERE] * 4
    assert discover([], "en", [], seed=1).themes == []
    assert discover(["nothing to see"] * 3, "xx", [], seed=1).themes == []


def test_a_theme_keeps_its_id_in_the_next_period(noon: datetime) -> None:
    first = turned(noon, 1, said(dict.fromkeys(ABOUT, 60), 1), [])
    second = turned(noon, 2, said(dict.fromkeys(ABOUT, 50), 2), first)

    assert {one.state for one in first} == {"new"}
    meant = {one.id: subject(one) for one in first}
    again = [one for one in second if one.state == "same"]
    assert all(subject(one) == meant[one.id] for one in again)
    assert set.union(*map(subject, again)) == set(ABOUT)


def test_what_comes_is_new_and_what_is_no_longer_said_is_gone(noon: datetime) -> None:
    first = turned(noon, 1, said({"bag": 60, "seat": 60, "wifi": 60, "queue": 60}, 1), [])
    second = turned(noon, 2, said({"bag": 60, "seat": 60, "food": 60, "queue": 60}, 2), first)

    told = {name: one.state for name, one in by_subject(second).items()}
    assert told["food"] == "new"
    assert told["wifi"] == "gone"
    assert told["bag"] == told["seat"] == told["queue"] == "same"


def test_what_is_gone_is_told_once_and_is_known_again_when_it_comes_back(noon: datetime) -> None:
    both, one_only = {"bag": 60, "wifi": 60, "queue": 60}, {"bag": 60, "queue": 60}
    first = turned(noon, 1, said(both, 1), [])
    gone = turned(noon, 2, said(one_only, 2), first)
    back = turned(noon, 3, said(both, 3), gone)
    still = turned(noon, 3, said(one_only, 3), gone)

    assert by_subject(back)["wifi"].id == by_subject(first)["wifi"].id
    assert [one.state for one in gone if one.id == by_subject(first)["wifi"].id] == ["gone"]
    assert by_subject(first)["wifi"].id not in {one.id for one in still}


def _theme(noon: datetime, id_: str, words: dict[str, float]) -> Theme:
    return Theme(
        id=id_, cycle_id="c", period=1, brand="Acme Air", voice="customer", language="en", name=", ".join(words),
        state="same", n=50, share=0.5, words=words,
    )  # fmt: skip


def _found(*weights: dict[str, float]) -> list[Found]:
    return [Found(words, 20 - k, [0]) for k, words in enumerate(weights)]


def test_two_new_themes_with_the_same_first_words_are_told_apart(noon: datetime) -> None:
    alike = {"worn": 0.6, "seat": 0.5, "hard": 0.4}
    found = _found({**alike, "night": 0.3}, {**alike, "family": 0.3})
    one, other = kept(where(noon, 1, 40), found, [f"f{at}" for at in range(40)], [], [])
    assert one.name == other.name
    assert one.id != other.id


def test_a_theme_that_splits_is_told_with_where_it_came_from(noon: datetime) -> None:
    whole = _theme(noon, "delay", {"late": 0.6, "hours": 0.5, "weather": 0.45, "crew": 0.43})
    parts = _found({"late": 0.8, "hours": 0.6}, {"weather": 0.72, "crew": 0.69})

    told = kept(where(noon, 2, 40), parts, ["f"], [whole], ())

    assert [(one.state, one.came_from) for one in told] == [("same", ()), ("split", ("delay",))]
    assert told[0].id == "delay" != told[1].id


def test_themes_that_merge_are_told_with_what_went_in(noon: datetime) -> None:
    before = [
        _theme(noon, "late", {"late": 0.8, "hours": 0.6}),
        _theme(noon, "weather", {"weather": 0.72, "crew": 0.69}),
    ]
    (told,) = kept(
        where(noon, 2, 40), _found({"late": 0.6, "hours": 0.5, "weather": 0.45, "crew": 0.43}), ["f"], before, ()
    )

    assert (told.state, told.id, told.came_from) == ("merged", "late", ("late", "weather"))


def test_a_theme_that_the_taxonomy_lists_says_so(noon: datetime) -> None:
    taxonomy = (TopicRule(topic="baggage", words={"en": ("lugg*",)}), TopicRule(topic="empty", words={"en": ("*",)}))

    told = kept(where(noon, 1, 40), _found({"luggage": 1.0}, {"wifi": 1.0}), ["f"], [], taxonomy)

    assert [one.listed for one in told] == ["baggage", None]


@pytest.fixture(scope="module")
def airline(data_dir: Path) -> tuple[list[dict[str, str]], Discovery]:
    with (data_dir / "01_multibrand_feedback" / "us_airline_tweets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = discover([row["text"] for row in rows], "en", sorted({row["airline"] for row in rows}), seed=1)
    return rows, found


def test_themes_of_the_airline_tweets_agree_with_the_human_reasons_and_not_with_the_airlines(
    airline: tuple[list[dict[str, str]], Discovery],
) -> None:
    rows, found = airline
    reason, brand = (np.array([row[name] for row in rows]) for name in ("negativereason", "airline"))
    negative = reason != ""

    with_reason, with_brand = nmi(found.theme[negative], reason[negative]), nmi(found.theme, brand)
    sys.stdout.write(f"\n{len(found.themes)} themes: NMI with reasons {with_reason:.3f}, brand {with_brand:.3f}\n")

    assert with_reason >= 0.15
    assert with_brand <= 0.10


def test_half_of_the_tweets_have_the_themes_of_the_other_half(airline: tuple[list[dict[str, str]], Discovery]) -> None:
    rows, _ = airline
    brands = sorted({row["airline"] for row in rows})
    first = discover([row["text"] for row in rows[::2]], "en", brands, seed=1)
    second = discover([row["text"] for row in rows[1::2]], "en", brands, known=[t.words for t in first.themes], seed=1)

    alike = [
        max(sum(w * old.words.get(word, 0.0) for word, w in new.words.items()) for old in first.themes)
        for new in second.themes
    ]
    sys.stdout.write(f"\nthemes found again: {sum(one >= 0.4 for one in alike)} of {len(alike)}\n")

    assert np.mean(np.array(alike) >= 0.4) >= 0.8
