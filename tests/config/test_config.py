"""The configuration: every problem with its file, line and a suggestion; secrets never in sight."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from flywheel.config import Settings, json_schema, load
from flywheel.config.settings import overlay
from flywheel.domain.initiative import Setting
from flywheel.errors import ConfigError

EXAMPLE = Path(__file__).resolve().parents[2] / "config"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

SMALL = """\
brand: {name: Own}
sources:
  - {id: talk, kind: csv, path: talk.csv, brand: Own, columns: {text: said}}
analyzer: {kind: fast}
channels:
  - {id: mail, kind: file, folder: outbox}
plays:
  - {name: help, tier: friction, when: sentiment < 0, channel: mail, template: help}
"""

Load = Callable[..., Settings]


@pytest.fixture
def loaded(tmp_path: Path) -> Load:
    """Load a configuration of one file, after some replacements in its text."""

    def load_it(*changes: tuple[str, str], environment: dict[str, str] | None = None, more: str = "") -> Settings:
        text = SMALL
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "config").mkdir(exist_ok=True)
        (tmp_path / "config" / "all.yaml").write_text(text + more, encoding="utf-8")
        return load(tmp_path / "config", environment or {})

    return load_it


def test_the_small_one_loads_and_paths_are_the_projects(loaded: Load, tmp_path: Path) -> None:
    settings = loaded()
    assert settings.project == tmp_path
    assert settings.sources[0].path == tmp_path / "talk.csv"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("brand: {name: Own}", "brand: {naem: Own}",
        "all.yaml, line 1: there is no setting 'brand.naem'. Did you mean 'name'?"),
        ("kind: fast", "kind: fsat", "all.yaml, line 4: No Analyzer of kind 'fsat' is installed. Did you mean 'fast'?"),
        ("path: talk.csv", "paht: talk.csv", "line 3: there is no setting 'sources.0.paht'. Did you mean 'path'?"),
        ("kind: csv, ", "", "line 3: an entry of sources needs its `kind`"),
        ("columns: {text: said}", "columns: {txt: said}", "line 3: sources.0.columns.txt"),
        ("columns: {text: said}", "columns: {}", "line 3: sources.0: a source needs columns.text, or scores, or both"),
        ("tier: friction", "teir: friction", "line 8: there is no setting 'plays.0.teir'. Did you mean 'tier'?"),
        ("tier: friction, ", "", "line 8: the setting 'plays.0.tier' is missing"),
        ("sentiment < 0", "sentimnet < 0", "Did you mean 'sentiment'?"),
        ("sentiment < 0", "open('x')", "A condition cannot hold"),
        ("channel: mail,", "channel: post,", "play 'help' wants channel 'post'; there is ['mail']"),
        ("brand: {name: Own}", "brand: {name: Own, zone: Warsaw}", "'Warsaw' is no time zone"),
        ("sources:", "suorces:", "line 2: there is no setting 'suorces'. Did you mean 'sources'?"),
        ("brand: {name: Own}", "brand: [Own", "line 2: this is not valid YAML"),
        ("id: talk", "id: Talk-1", "line 3: sources.0.id"),
        ("id: mail", "id: mail, id: post", "line 6: this is not valid YAML"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_file_its_line_and_a_suggestion(loaded: Load, old: str, new: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded((old, new))
    assert told in str(caught.value)


def test_all_mistakes_are_told_at_once(loaded: Load) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(
            ("name: Own", "naem: Own"),
            ("kind: fast", "kind: fsat"),
            ("tier: friction", "tier: vip"),
        )
    assert [line in str(caught.value) for line in ("line 1", "line 4", "line 8")] == [True] * 3


def test_a_missing_variable_is_named_with_its_line(loaded: Load) -> None:
    with pytest.raises(ConfigError, match=r"all.yaml, line 3: the environment has no TALK_FILE; set it"):
        loaded(("path: talk.csv", "path: '${TALK_FILE}'"))
    with pytest.raises(ConfigError, match=r"line 9: the environment has no SEED"):
        loaded(more="seed: '${SEED}'\n")
    settings = loaded(("path: talk.csv", "path: '${TALK_FILE}'"), environment={"TALK_FILE": "there.csv"})
    assert settings.sources[0].path.name == "there.csv"  # type: ignore[attr-defined]
    settings = loaded(("path: talk.csv", "path: '${TALK_FILE:-here.csv}'"))
    assert settings.sources[0].path.name == "here.csv"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "change",
    [
        ("batch_size: 7", "batch_size: '${SECRET}'"), ("seed: 1", "seed: '${SECRET}'"),
        ("tier: friction", "tier: '${SECRET}'"), ("id: talk", "id: '${SECRET}'"),
        ("voice: customer", "voice: '${SECRET}'"),
        ("name: Own", "name: Own, zone: '${SECRET}'"),
    ],
)  # fmt: skip
def test_a_secret_never_stands_in_an_error(loaded: Load, change: tuple[str, str]) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(
            ("brand: Own, columns", "voice: customer, brand: Own, columns"),
            ("channels:", "batch_size: 7\nseed: 1\nchannels:"),
            change, environment={"SECRET": "hunter2!"},
        )  # fmt: skip
    assert "hunter2!" not in str(caught.value)
    assert "line" in str(caught.value)


def test_a_section_that_stands_twice_is_refused(loaded: Load, tmp_path: Path) -> None:
    loaded()
    (tmp_path / "config" / "more.yaml").write_text("brand: {name: Other}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"more.yaml: section 'brand' stands in .*all.yaml too"):
        load(tmp_path / "config", {})


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("schedules: [{name: weekly, flow: cycle}]", "either `cron` or `every_minutes`"),
        ("topics: [{topic: a, words: {}}, {topic: a, words: {}}]", "topic 'a' stands there twice"),
        ("people: [{id: talk, kind: csv, path: p.csv, brand: Own, columns: {person: n}}]",
        "source 'talk' stands there twice"),
        ("policies: [{kind: quiet_hours, zone: Warsaw}]", "'Warsaw' is no time zone"),
        ("policies: [{kind: quiet_hours, start: '25:00'}]", "policies.0.start"),
        ("predictors: [{kind: churn_rule, prior: {low: 0.2, middle: 0.1, high: 0.3}}]", "low, middle, high"),
        ("predictors: [{kind: churn_rule, prior: {low: 0.2, middle: 0.5, high: 1}}]", "below 1"),
        ("sources2: 1", "Did you mean 'sources'?"),
        ("policies: 3", "policies holds a list"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused(loaded: Load, more: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        loaded(more=more + "\n")
    assert told in str(caught.value)


def test_a_folder_without_configuration_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="flywheel init"):
        load(tmp_path / "nowhere", {})
    with pytest.raises(ConfigError, match="flywheel init"):
        load(tmp_path, {})


def test_the_hash_hangs_on_the_files_and_not_on_secrets(loaded: Load) -> None:
    change = ("path: talk.csv", "path: '${TALK_FILE}'")
    one = loaded(change, environment={"TALK_FILE": "one.csv"}).config_hash
    two = loaded(change, environment={"TALK_FILE": "two.csv"}).config_hash
    assert one == two
    assert loaded(change, more="seed: 2\n", environment={"TALK_FILE": "one.csv"}).config_hash != one


def test_the_example_that_ships_loads_and_fits_its_own_schema(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "config")
    load(tmp_path / "config", {})
    whole: dict[str, Any] = {}
    for file in sorted(EXAMPLE.glob("*.yaml")):
        whole |= YAML(typ="safe").load(file.read_text(encoding="utf-8"))
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(whole, schema)
    whole["plays"][0]["teir"] = whole["plays"][0].pop("tier")
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(whole, schema)


def laid(name: str, value: Any, days: int = 0) -> Setting:
    return Setting(
        id=f"{name}@{days}", cycle_id="c", name=name, value=value, reason="r", evidence=(),
        decided_at=NOON + timedelta(days=days), expires=NOON + timedelta(days=60),
    )  # fmt: skip


def test_a_later_setting_wins() -> None:
    over = overlay([laid("focus.topics", ["a"]), laid("focus.topics", ["b"], 1)], ())
    assert over.focus_topics == ("b",)
    assert over.sources == {"focus.topics": "focus.topics@1"}


def test_what_is_locked_stays_as_it_is_written() -> None:
    rows = [laid("focus.topics", ["a"]), laid("plays.help.weight", 2.0), laid("plays.help.enabled", value=False)]
    assert overlay(rows, ()).weights == {"help": 2.0}
    assert overlay(rows, ()).disabled_plays == ("help",)
    over = overlay(rows, ("plays.help.weight", "focus.topics"))
    assert (over.weights, over.focus_topics, over.disabled_plays) == ({}, (), ("help",))


def test_a_value_of_the_wrong_kind_lays_nothing_over() -> None:
    rows = [laid("focus.topics", "delay"), laid("plays.help.weight", "heavy"), laid("plays.help.enabled", value=True)]
    over = overlay(rows, ())
    assert (over.focus_topics, over.weights, over.disabled_plays) == ((), {}, ())
