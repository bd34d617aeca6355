"""What learning keeps from cycle to cycle: sums of what came of decisions, and how the wheel itself is judged."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from flywheel.store.migrations.making import FLOAT, WHOLE, WORDS, make_table
from flywheel.store.views import drop_statements

revision = "0004"
down_revision = "0003"

_SUM_KEYS = "week metric play variant arm tier topic segment among"
_BY_PERSON = ("person_id", "decided_at", "play", "status", "arm")
_BY_METRIC = ("person_id", "metric", "happened_at", "value")
_GONE = (
    ("decision", "person_id"),
    ("decision", "play_variant_arm_person_id_decided_at_status"),
    ("outcome", "person_id"),
)


def upgrade() -> None:
    """Add to what is there; the newest migration makes the views."""
    for statement in drop_statements():
        op.execute(statement)
    op.add_column("decision", sa.Column("arm_chance", FLOAT, nullable=False, server_default="1"))
    for name, empty in (("topic", ""), ("segment", ""), ("among", "[]")):
        op.add_column("decision", sa.Column(name, WORDS, nullable=False, server_default=empty))
    op.add_column("lift", sa.Column("kind", WORDS, nullable=False, server_default="happened"))
    op.add_column("outcome", sa.Column("seq", WHOLE, nullable=False, server_default="0"))
    op.execute(
        "UPDATE outcome SET seq = (SELECT n FROM (SELECT id, row_number() OVER (ORDER BY heard_at, id) AS n "
        "FROM outcome) numbered WHERE numbered.id = outcome.id)"
    )
    for table, columns in _GONE:
        op.drop_index(f"ix_{table}_{columns}", table_name=table)
    for table, names in (("decision", _BY_PERSON), ("outcome", _BY_METRIC), ("outcome", ("seq",))):
        op.create_index(f"ix_{table}_{'_'.join(names)}", table, list(names))
    _make_tables()


def _make_tables() -> None:
    make_table(
        "effect_sum", (*_SUM_KEYS.split()[:2], "days", *_SUM_KEYS.split()[2:], "plan"), words=_SUM_KEYS,
        whole="n happened zeros", floats="days plan total squares cubes fourths before before_squares product",
    )  # fmt: skip
    make_table(
        "counted", ("cycle_id", "metric", "days"), words="cycle_id metric week opens decided_at closes",
        whole="outcome_seq", floats="days",
    )  # fmt: skip
    make_table("appraisal", ("id",), words="id cycle_id subject measure verdict statement", whole="n", floats="value")
    for name in ("low", "high"):
        op.add_column("appraisal", sa.Column(name, FLOAT, nullable=True))
    op.create_index("ix_appraisal_cycle_id", "appraisal", ["cycle_id"])
