"""What a store was created with cannot be changed under it: its key, its zone."""

from __future__ import annotations

from pathlib import Path

import pytest

from flywheel.config import load
from flywheel.errors import ConfigError
from flywheel.store import migrate
from flywheel.vault import KEY_FILE, Vault, open_vault, write_key
from flywheel.wheel import DATABASE_VARIABLE, Flywheel, database_url, store_facts

CONFIG = """\
brand: {name: Own}
sources: [{id: talk, kind: csv, path: talk.csv, brand: Own, columns: {text: said}}]
analyzer: {kind: fast}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(DATABASE_VARIABLE, raising=False)
    monkeypatch.delenv("FLYWHEEL_KEY", raising=False)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "all.yaml").write_text(CONFIG, encoding="utf-8")
    assert write_key(tmp_path)
    assert not write_key(tmp_path)
    settings = load(tmp_path / "config")
    migrate(database_url(tmp_path), store_facts(settings, open_vault(tmp_path)))
    return tmp_path


def test_a_project_opens_with_the_key_and_the_zone_of_its_store(project: Path) -> None:
    wheel = Flywheel.open(project / "config")
    wheel.store.close()


def test_another_key_is_refused(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLYWHEEL_KEY", "ab" * 32)
    with pytest.raises(ConfigError, match="another key fingerprint"):
        Flywheel.open(project / "config")


def test_another_zone_is_refused(project: Path) -> None:
    (project / "config" / "all.yaml").write_text(
        CONFIG.replace("{name: Own}", "{name: Own, zone: Asia/Tokyo}"), "utf-8"
    )
    with pytest.raises(ConfigError, match="another brand zone"):
        Flywheel.open(project / "config")


def test_without_a_key_nothing_starts(project: Path) -> None:
    (project / KEY_FILE).unlink()
    with pytest.raises(ConfigError, match="no key for pseudonyms"):
        Flywheel.open(project / "config")


def test_a_key_that_others_can_read_is_refused(project: Path) -> None:
    (project / KEY_FILE).chmod(0o644)
    with pytest.raises(ConfigError, match="chmod 600"):
        Flywheel.open(project / "config")


@pytest.mark.parametrize(("key", "told"), [("xyz", "hex digits"), ("ab" * 8, "too short")])
def test_a_key_that_is_none_is_told_without_repeating_it(project: Path, key: str, told: str) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        open_vault(project, {"FLYWHEEL_KEY": key})
    assert key not in str(caught.value).replace("FLYWHEEL_KEY", "")


def test_an_environment_without_a_key_is_not_mixed_with_the_real_one(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLYWHEEL_KEY", "ab" * 32)
    assert open_vault(project, {}).fingerprint == open_vault(project, {"OTHER": "1"}).fingerprint


def test_an_address_opens_for_its_own_person_and_key_only() -> None:
    vault = Vault(b"k" * 32)
    locked = vault.lock("a@b.example", "p1")
    assert vault.unlock(locked, "p1") == "a@b.example"
    assert vault.lock("a@b.example", "p1") != locked
    for other, person, sealed in ((vault, "p2", locked), (Vault(b"l" * 32), "p1", locked), (vault, "p1", "?" + locked)):
        with pytest.raises(Exception, match="cannot be opened"):
            other.unlock(sealed, person)
