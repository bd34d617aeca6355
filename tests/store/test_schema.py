"""The schema: migrations give what the models say, views give what the contract says, nobody else can read it."""

from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from databases import on_postgresql, on_sqlite
from sqlalchemy import create_engine, text

from flywheel.errors import ConfigError, StoreError
from flywheel.store import Store, migrate
from flywheel.store.schema import HEAD, MIGRATIONS
from flywheel.store.tables import METADATA

CONTRACT = {
    "v_feedback": "id, source, external_id, brand, voice, person_id, medium, touchpoint, said_at, heard_at, language, "
                  "text, cycle_id",
    "v_score": "feedback_id, kind, value, scale_low, scale_high",
    "v_reading": "feedback_id, language, sentiment, sentiment_label, confidence, emotions, effort, intent, urgency, "
                 "model",
    "v_mention": "feedback_id, topic, touchpoint, sentiment, evidence",
    "v_theme": "cycle_id, id, brand, voice, language, name, state, came_from, n, share, words, examples, listed",
    "v_correction": "id, feedback_id, field, value, was, corrected_by, at",
    "v_head": "field, head_id, event, at, n, own, other, low, won, labels, analyzer, trained_at",
    "v_risk_model": "kind, analyzer, learned_at, n, positives, says, in_use",
    "v_set_aside": "source, position, reason, seen_at",
    "v_revision": "feedback_id, revision, text, said_at, replaced_at",
    "v_measure": "source, brand, voice, measure, value, n, sd, basis, higher_is_better, as_of, provenance",
    "v_signal": "person_id, signal, value, happened_at, source",
    "v_prediction": "person_id, kind, value, low, high, as_of, model, drivers",
    "v_standing": "cycle_id, voice, measure, basis, brand, peer, own, theirs, gap, low, high, n_own, n_peer, as_of, "
                  "verdict",
    "v_finding": "id, cycle_id, kind, voice, brand, subject, part, basis, unit, value, low, high, n, before, verdict, "
                 "statement, evidence",
    "v_decision": "id, cycle_id, person_id, occasion, play, tier, score, propensity, arm, status, ruling, reasons",
    "v_case": "id, person_id, occasion, cycle_id, need, touchpoint, owner, reason, status, opened_at, due, "
              "answered_at, closed_at, again, reopened, escalations, recovered",
    "v_case_event": "id, case_id, cycle_id, kind, actor, reason, cause, at, due",
    "v_thanks": "id, cycle_id, feedback_id, touchpoint, team, earned_by, said_at",
    "v_objection": "id, cycle_id, plan, question, subject, finding, value, low, high, n, state, actor, reason, harmed",
    "v_delivery": "id, decision_id, channel, key, status, attempts, sent_at, error",
    "v_outcome": "id, person_id, metric, value, happened_at, source",
    "v_lift": "cycle_id, play, variant, segment, metric, n_treated, n_control, effect, low, high, anytime_low, "
              "anytime_high, verdict",
    "v_person": "id, voice, brand, language, time_zone, groups, value, team, manager_id",
    "v_setting": "cycle_id, name, value, reason, expires",
    "v_learning": "id, cycle_id, subject, statement, effect, low, high, change, before, after, used_by_cycle",
    "v_appraisal": "cycle_id, subject, measure, value, low, high, n, verdict, statement",
    "v_initiative": "id, cycle_id, cause, owner, status, evidence_count, due, effect",
    "v_milestone": "id, initiative_id, cycle_id, kind, actor, reason, at, began, effect, low, high, evidence",
    "v_observation": "cycle_id, seen, period, since, until, said, said_by_staff, predicted, decided, sent, undone",
    "v_maturity": "cycle_id, part, name, words, value, needed, met",
    "v_cycle": "id, flow, since, until, as_of, status, config_hash, code_version, started_at, ended_at",
    "v_account": "name, role, created_at, created_by, removed_at",
    "v_approval": "delivery_id, decision_id, account, word, reason, at, expires",
    "v_launch": "play, state, actor, reason, at",
    "v_breaker": "channel, failures, opened, opened_at, until",
    "v_audit": "at, actor, action, subject, detail",
}  # fmt: skip


def test_the_migrations_together_give_the_schema_of_the_models(store: Store, url: str) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_the_version_that_is_asked_for_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


@pytest.mark.parametrize("view", CONTRACT)
def test_a_view_has_the_columns_of_the_contract_and_can_be_read(store: Store, view: str) -> None:
    with store.read() as shelves:
        columns, rows = shelves.views.rows(view)
        assert list(rows) == []
        assert shelves.views.count(view) == 0
        assert set(shelves.views.names()) == set(CONTRACT)
    assert set(CONTRACT[view].split(", ")) <= set(columns)


def test_a_name_that_is_no_view_is_refused(store: Store) -> None:
    with store.read() as shelves, pytest.raises(KeyError):
        shelves.views.rows("feedback; DROP TABLE feedback")


def test_to_migrate_twice_is_to_migrate_once(url: str) -> None:
    assert migrate(url, {"brand_zone": "UTC"}) == (None, HEAD)
    assert migrate(url, {"brand_zone": "Europe/Warsaw"}) == (HEAD, HEAD)
    store = Store(url)
    assert store.fact("brand_zone") == "UTC"
    assert store.fact("nothing") is None
    store.close()


@on_sqlite
def test_a_file_that_is_not_there_is_not_made_by_looking(url: str, tmp_path: Path) -> None:
    store = Store(url)
    with pytest.raises(StoreError, match=r"no store at .*run `flywheel store migrate`"):
        store.require_migrated()
    assert not (tmp_path / "here").exists()


def test_a_store_that_stands_elsewhere_names_the_command(url: str) -> None:
    migrate(url, {})
    store = Store(url)
    store.require_migrated()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    engine.dispose()
    with pytest.raises(StoreError, match=r"stands at schema 0000, this version needs .*run `flywheel store migrate`"):
        store.require_migrated()
    store.close()


def test_an_empty_database_is_no_store(url: str, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "flywheel.db").touch()
    store = Store(url)
    with pytest.raises(StoreError, match="schema none"):
        store.require_migrated()
    with pytest.raises(StoreError, match="flywheel store migrate"), store.read() as shelves:
        shelves.feedback.counts()
    store.close()


@on_sqlite
def test_a_file_that_is_no_database_is_told_as_such(url: str, tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "flywheel.db").write_bytes(b"not a database, but long enough to look at" * 99)
    store = Store(url)
    with pytest.raises(StoreError, match="no SQLite database, or it is damaged"):
        store.require_migrated()
    store.close()


@on_sqlite
def test_nobody_else_can_read_the_store(store: Store, tmp_path: Path, noon: datetime) -> None:
    with store.write(None) as shelves:
        shelves.audit.note(noon, "test", "look", "modes")
    folder = tmp_path / "here"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = {file.name: oct(stat.S_IMODE(file.stat().st_mode)) for file in folder.iterdir()}
    assert set(files.values()) == {"0o600"}
    assert "flywheel.db-wal" in files


@on_postgresql
def test_text_sorts_by_its_code_points_and_numbers_have_64_bits_whatever_the_database_prefers(
    store: Store, url: str
) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        columns = connection.execute(
            text(
                "SELECT c.table_name, c.column_name, c.data_type, c.collation_name FROM information_schema.columns c "
                "JOIN information_schema.tables t USING (table_schema, table_name) "
                "WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> 'alembic_version'"
            )
        ).all()
    engine.dispose()
    assert {kind for _, _, kind, _ in columns} == {"bigint", "character varying", "double precision"}
    assert [one for one in columns if one.data_type == "character varying" and one.collation_name != "C"] == []


@pytest.mark.parametrize("bad", ["", "nonsense", "mysql://me:hunter2@host/db", "sqlite//x"])
def test_a_url_of_another_database_is_refused_without_its_password(bad: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Store(bad)
    assert "hunter2" not in str(caught.value)


def test_a_password_is_never_shown() -> None:
    try:
        told = Store("postgresql+psycopg://me:hunter2@localhost/db").name
    except ConfigError as error:  # where the driver is not installed, its error must keep quiet too
        told = str(error)
    assert "hunter2" not in told
