"""The first schema."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from flywheel.store.views import drop_statements

revision = "0001"
down_revision = None

# A column is `name:type`: s text, i integer, f number; `?` may be empty, `*` part of the primary key, `!` unique.
_TABLES = {
    "audit": "seq:i* at:s actor:s action:s subject:s detail:s",
    "consent": "id:s* person_id:s channel:s purpose:s granted:i at:s source:s recorded_at:s",
    "contact": "person_id:s* channel:s* address:s updated_at:s",
    "cycle": (
        "id:s* flow:s since:s until:s as_of:s mode:s period:i status:s config_hash:s code_version:s fence:i "
        "planned:s seq_after:i started_at:s ended_at:s?"
    ),
    "decision": (
        "id:s* cycle_id:s person_id:s occasion:s occasion_at:s play:s variant:s tier:s channel:s purpose:s "
        "score:f propensity:f arm:s status:s ruling:s reasons:s learnings:s settings:s changed_by:s "
        "decided_at:s not_before:s? not_after:s"
    ),
    "delivery": (
        "id:s* decision_id:s! person_id:s play:s channel:s purpose:s key:s! language:s subject:s body:s "
        "payload_hash:s status:s attempts:i fence:i lease_until:s? next_at:s not_after:s sent_at:s? error:s?"
    ),
    "delivery_attempt": "delivery_id:s* number:i* started_at:s finished_at:s? answer:s? provider_id:s? detail:s?",
    "feedback": (
        "seq:i* id:s! source:s external_id:s brand:s voice:s person_id:s? medium:s touchpoint:s said_at:s? "
        "day:s heard_at:s language:s? text:s content_hash:s revision:i attributes:s cycle_id:s"
    ),
    "feedback_attribute": "feedback_seq:i* name:s* value:s",
    "inbox": "stage:s* feedback_seq:i*",
    "initiative": "id:s* cycle_id:s cause:s owner:s status:s evidence_count:i evidence:s opened_at:s due:s effect:f?",
    "learning": (
        "seq:i* id:s! cycle_id:s subject:s statement:s effect:f low:f high:f n:i change:s before:f after:f sd:f"
    ),
    "learning_use": "learning_id:s* cycle_id:s* decisions:i changed:i",
    "lease": "name:s* fence:i owner:s host:s pid:i pid_started:s cycle_id:s until:s",
    "lift": (
        "id:s* cycle_id:s play:s variant:s segment:s metric:s n_treated:i n_control:i treated:f control:f "
        "effect:f low:f high:f anytime_low:f anytime_high:f verdict:s reason:s"
    ),
    "mention": "feedback_seq:i* model:s* topic:s* touchpoint:s sentiment:f? evidence:s",
    "outcome": "id:s* person_id:s metric:s value:f happened_at:s source:s heard_at:s cycle_id:s",
    "person": ("id:s* voice:s brand:s language:s? time_zone:s? groups:s value:f? tenure_days:i? source:s updated_at:s"),
    "prediction": "person_id:s* kind:s* cycle_id:s* value:f low:f high:f as_of:s model:s drivers:s",
    "reading": (
        "feedback_seq:i* model:s* cycle_id:s period:i status:s language:s sentiment:f? sentiment_label:s? "
        "confidence:f? emotions:s? effort:s? intent:s? urgency:s? urgency_reason:s?"
    ),
    "report": "cycle_id:s* data:s folder:s",
    "rollup": (
        "period:i* day:s* brand:s* voice:s* medium:s* touchpoint:s* topic:s* language:s* model:s* n:i "
        "n_read:i n_negative:i n_neutral:i n_positive:i n_urgent:i sum_sentiment:f sum_squares:f"
    ),
    "score": "feedback_seq:i* kind:s* value:f scale_low:f scale_high:f",
    "set_aside": "id:s* source:s position:s reason:s seen_at:s cycle_id:s",
    "setting": "seq:i* id:s! cycle_id:s name:s value:s reason:s evidence:s decided_at:s expires:s",
    "source_cursor": "source:s* cursor:s version:i rows:i last_rows:i seen_at:s cycle_id:s",
    "standing": (
        "id:s* cycle_id:s voice:s measure:s basis:s brand:s peer:s own:f theirs:f gap:f low:f? high:f? "
        "n_own:i? n_peer:i? as_of:s verdict:s reason:s"
    ),
    "step": (
        "cycle_id:s* step:s* position:i status:s done:i skipped:i failed:i seconds:f reasons:s warnings:s "
        "error:s? ended_at:s"
    ),
    "store_fact": "name:s* value:s",
    "switch": "seq:i* state:s actor:s reason:s at:s",
    "verdict": "decision_id:s* policy:s* ruling:s reason:s not_before:s?",
}
_INDEXES = [
    ("ix_consent_person_id", "consent", ("person_id",)),
    ("ix_cycle_period", "cycle", ("period",)),
    ("ix_decision_cycle_id", "decision", ("cycle_id",)),
    ("ix_decision_decided_at", "decision", ("decided_at",)),
    ("ix_decision_person_id", "decision", ("person_id",)),
    ("ix_delivery_person_id", "delivery", ("person_id",)),
    ("ix_delivery_status", "delivery", ("status",)),
    ("ix_feedback_person_id", "feedback", ("person_id",)),
    ("ix_feedback_source", "feedback", ("source",)),
    ("ix_learning_cycle_id", "learning", ("cycle_id",)),
    ("ix_lift_cycle_id", "lift", ("cycle_id",)),
    ("ix_outcome_person_id", "outcome", ("person_id",)),
    ("ix_reading_cycle_id", "reading", ("cycle_id",)),
    ("ix_standing_cycle_id", "standing", ("cycle_id",)),
]


def upgrade() -> None:
    """Create every table; the newest migration makes the views."""
    for statement in drop_statements():
        op.execute(statement)
    for name, columns in _TABLES.items():
        _create(name, columns)
    for index, table, keys in _INDEXES:
        op.create_index(index, table, list(keys))


_TYPES: dict[str, sa.types.TypeEngine[Any]] = {
    "s": sa.String().with_variant(sa.String(collation="C"), "postgresql"),
    "i": sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
    "f": sa.Float(),
}


def _create(name: str, columns: str) -> None:
    made: list[Any] = []
    keys = []
    for column in columns.split():
        title, _, kind = column.partition(":")
        made.append(sa.Column(title, _TYPES[kind[0]], nullable="?" in kind))
        keys += [title] if "*" in kind else []
        made += [sa.UniqueConstraint(title, name=f"uq_{name}_{title}")] if "!" in kind else []
    op.create_table(name, *made, sa.PrimaryKeyConstraint(*keys, name=f"pk_{name}"))
