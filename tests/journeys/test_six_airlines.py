"""Six airlines, 14,640 tweets, read by nobody before: our brand is Delta."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from said_sums import texts

from flywheel.domain.experience import Labelled, ReaderRules
from flywheel.orient.measures import NEGATIVE_SHARE, heard_measures
from flywheel.orient.standings import StandingRules, compare
from flywheel.turn import TurnRequest, turn_local

HERE = Path(__file__).parent
BRANDS = {"United": 3822, "US Airways": 2913, "American": 2604, "Southwest": 2420, "Delta": 2222, "Virgin America": 504}
SAID = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def project(tmp_path, data_dir, monkeypatch, ready):
    monkeypatch.setenv("FLYWHEEL_DATA", str(data_dir))
    shutil.copytree(HERE / "airline" / "config", tmp_path / "config")
    ready(tmp_path)
    return tmp_path


@pytest.fixture
def human_shares(data_dir) -> dict[str, float]:
    """Return each brand's share of negative tweets by the labels of people, each tweet id once."""
    with (data_dir / "01_multibrand_feedback" / "us_airline_tweets.csv").open(encoding="utf-8", newline="") as file:
        labels = {row["tweet_id"]: (row["airline"], row["airline_sentiment"]) for row in csv.DictReader(file)}
    totals = Counter(brand for brand, _ in labels.values())
    negative = Counter(brand for brand, label in labels.values() if label == "negative")
    return {brand: negative[brand] / totals[brand] for brand in totals}


def test_every_tweet_is_heard_once_and_nobody_is_written_to(project, rows, human_shares):
    result = turn_local(TurnRequest(config=project / "config", until=NOW))

    listened = next(step for step in result.steps if step.step == "listen")
    assert (listened.done, listened.skipped, listened.reasons) == (14_485, 155, {"duplicate": 155})
    assert result.status == "completed"
    assert Counter(row["brand"] for row in rows(project, "v_feedback")) == BRANDS
    assert rows(project, "v_decision") == []
    assert rows(project, "v_delivery") == []

    read = rows(project, "v_reading")
    brand_of = {row["id"]: row["brand"] for row in rows(project, "v_feedback")}
    assert len(read) == 14_485
    assert all(row["sentiment_label"] is None for row in read if row["status"] != "read")
    scored = Counter(brand_of[row["feedback_id"]] for row in read if row["sentiment_label"])
    negative = Counter(brand_of[row["feedback_id"]] for row in read if row["sentiment_label"] == "negative")
    shares = {brand: negative[brand] / scored[brand] for brand in BRANDS}
    by_reading = sorted(BRANDS, key=shares.get)
    by_people = sorted(BRANDS, key=human_shares.get)
    print("\nshare of negative feedback, by our reading | by people")
    for brand in by_reading:
        print(f"  {brand:15} {shares[brand]:.3f} | {human_shares[brand]:.3f}")
    assert set(by_reading[:3]) == set(by_people[:3])  # the three that people complain of least


def test_no_standing_contradicts_the_people_who_labelled_the_tweets(project, rows, human_shares, data_dir):
    turn_local(TurnRequest(config=project / "config", until=NOW))
    standings = [row for row in rows(project, "v_standing") if row["measure"] == NEGATIVE_SHARE]
    assert {row["peer"] for row in standings} == set(BRANDS) - {"Delta"}
    for row in standings:
        truly_behind = human_shares["Delta"] > human_shares[row["peer"]]
        assert row["verdict"] in ("cannot tell", "level", "behind" if truly_behind else "ahead")
        assert row["low"] <= row["gap"] <= row["high"]
        assert min(row["n_own"], row["n_peer"]) > 400
    _no_pair_contradicts(rows(project, "v_feedback"), rows(project, "v_reading"), data_dir)


def _no_pair_contradicts(feedback, read, data_dir):
    """Hold each of the six against the other five: by our reading, by people, and by both on a part of the texts."""
    label = {row["feedback_id"]: row["sentiment_label"] for row in read}
    people = people_said(data_dir)
    tweets = [
        (row["brand"], label[row["id"]] == "negative", people[row["external_id"]] == "negative")
        for row in feedback
        if label[row["id"]] is not None
    ]
    by_people = verdicts([(brand, human) for brand, _, human in tweets], ReaderRules(spread_negative=0, dilution=1))
    ours = [(brand, reading) for brand, reading, _ in tweets]
    for words, rules in (("alone", ReaderRules()), ("with a fifth read by people", labelled(tweets, 5))):
        found = verdicts(ours, rules)
        wrong = [key for key, one in found.items() if {one, by_people[key]} == {"ahead", "behind"}]
        agree = sum(one == by_people[key] for key, one in found.items())
        print(f"\nour reading {words}: {agree} of {len(found)} ordered pairs agree, {len(wrong)} contradicted")
        assert (len(found), wrong) == (30, [])
        assert agree >= 18


def verdicts(tweets, rules):
    """Return the verdict of each ordered pair of brands on the share of negative tweets."""
    sums = [
        texts(brand, sum(bad for name, bad in tweets if name == brand), sum(name == brand for name, _ in tweets))
        for brand in BRANDS
    ]
    measures = {one.brand: one for one in heard_measures(sums, SAID, rules) if one.measure == NEGATIVE_SHARE}
    standing_rules = StandingRules(floor=100, margin=0.03, max_age=timedelta(days=400))
    return {
        (own, one.peer): one.verdict
        for own in BRANDS
        for one in compare(
            [measures[own]], [measures[name] for name in BRANDS if name != own], standing_rules, "", SAID
        )
    }


def labelled(tweets, each):
    """Return the reader's rules where people read every `each`th text of each brand too."""
    counts = Counter((brand, human, reading) for at, (brand, reading, human) in enumerate(tweets) if at % each == 0)
    return ReaderRules(labelled=tuple(
        Labelled(brand=brand, both=counts[brand, True, True], missed=counts[brand, True, False],
                 wrongly=counts[brand, False, True], neither=counts[brand, False, False])
        for brand in BRANDS
    ))  # fmt: skip


def people_said(data_dir):
    """Return the label that people gave each tweet."""
    with (data_dir / "01_multibrand_feedback" / "us_airline_tweets.csv").open(encoding="utf-8", newline="") as file:
        return {row["tweet_id"]: row["airline_sentiment"] for row in csv.DictReader(file)}


def test_the_same_command_again_finds_nothing_new(project, rows):
    turn_local(TurnRequest(config=project / "config", until=NOW))
    before = rows(project, "v_feedback")
    again = turn_local(TurnRequest(config=project / "config", until=NOW.replace(hour=13)))
    done = {step.step: step.done for step in again.steps}
    assert (done["listen"], done["understand"], done["decide"], done["act"]) == (0, 0, 0, 0)
    assert rows(project, "v_feedback") == before
    assert rows(project, "v_delivery") == []
