"""The shipped configuration loads, hears the whole town through its sockets, and has words for everybody."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from flywheel.config import Settings, load
from flywheel.domain.feedback import FeedbackColumns
from flywheel.domain.play import MERCY_TIERS, TIERS
from flywheel.town import build, live

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "config", folder / "config")
    build(folder, seed=1)
    live(folder, datetime(2026, 1, 12, tzinfo=UTC))
    return load(folder / "config", {})


def heard(settings: Settings, source: str) -> FeedbackColumns:
    plugin = next(one for one in settings.sources if one.id == source)
    pages = [page.rows for page in plugin.fetch(None)]
    columns = [page if isinstance(page, FeedbackColumns) else FeedbackColumns.of(page) for page in pages]
    joined = {name: [value for page in columns for value in getattr(page, name)] for name in FeedbackColumns.__slots__}
    return FeedbackColumns(**joined)


def test_every_source_is_heard_and_tells_of_the_brands_it_should(settings: Settings) -> None:
    rivals = set(settings.competitors)
    brands = {source.id: set(heard(settings, source.id).brand) for source in settings.sources}
    assert brands["contact_form"] == brands["survey"] == brands["pulse"] == {settings.brand.name}
    assert brands["reviews"] == brands["social"] == brands["employer_reviews"] == {settings.brand.name, *rivals}


def test_employees_of_the_pulse_survey_stay_unknown(settings: Settings) -> None:
    assert not any(heard(settings, "pulse").person)


def test_scores_keep_their_scales_and_blanks_are_no_scores(settings: Settings) -> None:
    scores = [score for row in heard(settings, "survey").scores for score in row]
    assert scores
    assert {(score.kind, score.scale_low, score.scale_high) for score in scores} == {("nps", 0, 10)}
    assert all(0 <= score.value <= 10 for score in scores)


def test_a_time_on_the_wall_in_warsaw_is_kept_in_utc(settings: Settings) -> None:
    hours = {at.hour for at in heard(settings, "contact_form").said_at if at is not None}
    assert min(hours) == 5
    assert max(hours) == 21


def test_all_people_come_with_consents_and_addresses_and_their_outcomes_are_heard(settings: Settings) -> None:
    people = [fact for source in settings.people for page in source.fetch(None) for fact in page.rows]
    outcomes = [one for source in settings.outcomes for page in source.fetch(None) for one in page.rows]
    assert len(people) == 1_500
    assert all(len(fact.consents) == 2 and len(fact.contacts) == 1 for fact in people)
    assert {one.metric for one in outcomes} == {"returned", "left"}


def test_plays_stand_on_every_tier_and_nobody_in_need_is_held_out(settings: Settings) -> None:
    assert {play.tier for play in settings.plays} == set(TIERS)
    assert all(play.holdout == 0 for play in settings.plays if play.tier in MERCY_TIERS)


@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_play_has_words_in_both_languages_for_every_topic(settings: Settings, language: str) -> None:
    environment = SandboxedEnvironment(undefined=StrictUndefined)  # letters are plain text
    facts = {"brand": settings.brand.name, "touchpoint": None, "said_on": "8 January 2026", "play": "p"}
    for play in settings.plays:
        file = ROOT / "templates" / "messages" / f"{play.template}.{language}.j2"
        template = environment.from_string(file.read_text("utf-8"))
        for topic in (None, *(rule.topic for rule in settings.topics)):
            subject, blank, body = template.render(facts, topic=topic, topic_words=topic).split("\n", 2)
            assert subject.startswith("Subject: ")
            assert blank == ""
            assert settings.brand.name in body


def test_every_topic_has_an_owner_and_words_in_both_languages(settings: Settings) -> None:
    assert all(settings.owner_of(rule.touchpoint) != "CX team" for rule in settings.topics)
    assert all(rule.words["en"] and rule.words["pl"] for rule in settings.topics)
