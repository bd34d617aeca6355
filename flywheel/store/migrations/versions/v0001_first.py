"""The first schema."""

import sqlalchemy as sa
from alembic import op

from flywheel.store.views import create_statements, drop_statements

revision = "0001"
down_revision = None


def upgrade() -> None:
    for statement in drop_statements():
        op.execute(statement)
    op.create_table('approval',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('decision_id', sa.String(), nullable=False),
    sa.Column('payload_hash', sa.String(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('at', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_approval'))
    )
    op.create_index(op.f('ix_approval_decision_id'), 'approval', ['decision_id'], unique=False)
    op.create_table('audit',
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('at', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('action', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('detail', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_audit'))
    )
    op.create_table('consent',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('person_id', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('granted', sa.Integer(), nullable=False),
    sa.Column('at', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('recorded_at', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent'))
    )
    op.create_index(op.f('ix_consent_person_id'), 'consent', ['person_id'], unique=False)
    op.create_table('contact',
    sa.Column('person_id', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('address', sa.String(), nullable=False),
    sa.Column('updated_at', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('person_id', 'channel', name=op.f('pk_contact'))
    )
    op.create_table('cycle',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('flow', sa.String(), nullable=False),
    sa.Column('since', sa.String(), nullable=False),
    sa.Column('until', sa.String(), nullable=False),
    sa.Column('as_of', sa.String(), nullable=False),
    sa.Column('mode', sa.String(), nullable=False),
    sa.Column('period', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('config_hash', sa.String(), nullable=False),
    sa.Column('code_version', sa.String(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('planned', sa.String(), nullable=False),
    sa.Column('seq_after', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.String(), nullable=False),
    sa.Column('ended_at', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_cycle'))
    )
    op.create_index(op.f('ix_cycle_period'), 'cycle', ['period'], unique=False)
    op.create_table('decision',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.Column('person_id', sa.String(), nullable=False),
    sa.Column('occasion', sa.String(), nullable=False),
    sa.Column('occasion_at', sa.String(), nullable=False),
    sa.Column('play', sa.String(), nullable=False),
    sa.Column('variant', sa.String(), nullable=False),
    sa.Column('tier', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('score', sa.Float(), nullable=False),
    sa.Column('propensity', sa.Float(), nullable=False),
    sa.Column('arm', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('ruling', sa.String(), nullable=False),
    sa.Column('reasons', sa.String(), nullable=False),
    sa.Column('learnings', sa.String(), nullable=False),
    sa.Column('settings', sa.String(), nullable=False),
    sa.Column('changed_by', sa.String(), nullable=False),
    sa.Column('decided_at', sa.String(), nullable=False),
    sa.Column('not_before', sa.String(), nullable=True),
    sa.Column('not_after', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_decision'))
    )
    op.create_index(op.f('ix_decision_cycle_id'), 'decision', ['cycle_id'], unique=False)
    op.create_index(op.f('ix_decision_decided_at'), 'decision', ['decided_at'], unique=False)
    op.create_index(op.f('ix_decision_person_id'), 'decision', ['person_id'], unique=False)
    op.create_table('delivery',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('decision_id', sa.String(), nullable=False),
    sa.Column('person_id', sa.String(), nullable=False),
    sa.Column('play', sa.String(), nullable=False),
    sa.Column('channel', sa.String(), nullable=False),
    sa.Column('purpose', sa.String(), nullable=False),
    sa.Column('key', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('body', sa.String(), nullable=False),
    sa.Column('payload_hash', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('lease_until', sa.String(), nullable=True),
    sa.Column('next_at', sa.String(), nullable=False),
    sa.Column('not_after', sa.String(), nullable=False),
    sa.Column('sent_at', sa.String(), nullable=True),
    sa.Column('error', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('decision_id', name=op.f('uq_delivery_decision_id')),
    sa.UniqueConstraint('key', name=op.f('uq_delivery_key'))
    )
    op.create_index(op.f('ix_delivery_person_id'), 'delivery', ['person_id'], unique=False)
    op.create_index(op.f('ix_delivery_status'), 'delivery', ['status'], unique=False)
    op.create_table('delivery_attempt',
    sa.Column('delivery_id', sa.String(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.String(), nullable=False),
    sa.Column('finished_at', sa.String(), nullable=True),
    sa.Column('answer', sa.String(), nullable=True),
    sa.Column('provider_id', sa.String(), nullable=True),
    sa.Column('detail', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('delivery_id', 'number', name=op.f('pk_delivery_attempt'))
    )
    op.create_table('feedback',
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('external_id', sa.String(), nullable=False),
    sa.Column('brand', sa.String(), nullable=False),
    sa.Column('voice', sa.String(), nullable=False),
    sa.Column('person_id', sa.String(), nullable=True),
    sa.Column('medium', sa.String(), nullable=False),
    sa.Column('touchpoint', sa.String(), nullable=False),
    sa.Column('said_at', sa.String(), nullable=True),
    sa.Column('day', sa.String(), nullable=False),
    sa.Column('heard_at', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('content_hash', sa.String(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('attributes', sa.String(), nullable=False),
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_feedback')),
    sa.UniqueConstraint('id', name=op.f('uq_feedback_id'))
    )
    op.create_index(op.f('ix_feedback_person_id'), 'feedback', ['person_id'], unique=False)
    op.create_index('ix_feedback_source_external_id', 'feedback', ['source', 'external_id'], unique=False)
    op.create_table('feedback_attribute',
    sa.Column('feedback_seq', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('feedback_seq', 'name', name=op.f('pk_feedback_attribute'))
    )
    op.create_table('identity',
    sa.Column('alias', sa.String(), nullable=False),
    sa.Column('person_id', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('alias', name=op.f('pk_identity'))
    )
    op.create_index(op.f('ix_identity_person_id'), 'identity', ['person_id'], unique=False)
    op.create_table('inbox',
    sa.Column('stage', sa.String(), nullable=False),
    sa.Column('feedback_seq', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('stage', 'feedback_seq', name=op.f('pk_inbox'))
    )
    op.create_table('initiative',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.Column('cause', sa.String(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('evidence_count', sa.Integer(), nullable=False),
    sa.Column('evidence', sa.String(), nullable=False),
    sa.Column('opened_at', sa.String(), nullable=False),
    sa.Column('due', sa.String(), nullable=False),
    sa.Column('effect', sa.Float(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_initiative'))
    )
    op.create_table('learning',
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.Column('subject', sa.String(), nullable=False),
    sa.Column('statement', sa.String(), nullable=False),
    sa.Column('effect', sa.Float(), nullable=False),
    sa.Column('low', sa.Float(), nullable=False),
    sa.Column('high', sa.Float(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('change', sa.String(), nullable=False),
    sa.Column('before', sa.Float(), nullable=False),
    sa.Column('after', sa.Float(), nullable=False),
    sa.Column('sd', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_learning')),
    sa.UniqueConstraint('id', name=op.f('uq_learning_id'))
    )
    op.create_index(op.f('ix_learning_cycle_id'), 'learning', ['cycle_id'], unique=False)
    op.create_table('learning_use',
    sa.Column('learning_id', sa.String(), nullable=False),
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.Column('decisions', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('learning_id', 'cycle_id', name=op.f('pk_learning_use'))
    )
    op.create_table('lease',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('fence', sa.Integer(), nullable=False),
    sa.Column('owner', sa.String(), nullable=False),
    sa.Column('host', sa.String(), nullable=False),
    sa.Column('pid', sa.Integer(), nullable=False),
    sa.Column('pid_started', sa.String(), nullable=False),
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.Column('until', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_lease'))
    )
    op.create_table('lift',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.Column('play', sa.String(), nullable=False),
    sa.Column('variant', sa.String(), nullable=False),
    sa.Column('segment', sa.String(), nullable=False),
    sa.Column('metric', sa.String(), nullable=False),
    sa.Column('n_treated', sa.Integer(), nullable=False),
    sa.Column('n_control', sa.Integer(), nullable=False),
    sa.Column('treated', sa.Float(), nullable=False),
    sa.Column('control', sa.Float(), nullable=False),
    sa.Column('effect', sa.Float(), nullable=False),
    sa.Column('low', sa.Float(), nullable=False),
    sa.Column('high', sa.Float(), nullable=False),
    sa.Column('anytime_low', sa.Float(), nullable=False),
    sa.Column('anytime_high', sa.Float(), nullable=False),
    sa.Column('verdict', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lift'))
    )
    op.create_index(op.f('ix_lift_cycle_id'), 'lift', ['cycle_id'], unique=False)
    op.create_table('measure',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('brand', sa.String(), nullable=False),
    sa.Column('voice', sa.String(), nullable=False),
    sa.Column('measure', sa.String(), nullable=False),
    sa.Column('value', sa.Float(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=True),
    sa.Column('sd', sa.Float(), nullable=True),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('higher_is_better', sa.Integer(), nullable=False),
    sa.Column('as_of', sa.String(), nullable=False),
    sa.Column('provenance', sa.String(), nullable=False),
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measure'))
    )
    op.create_table('mention',
    sa.Column('feedback_seq', sa.Integer(), nullable=False),
    sa.Column('model', sa.String(), nullable=False),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('touchpoint', sa.String(), nullable=False),
    sa.Column('sentiment', sa.Float(), nullable=True),
    sa.Column('evidence', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('feedback_seq', 'model', 'topic', name=op.f('pk_mention'))
    )
    op.create_table('outcome',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('person_id', sa.String(), nullable=False),
    sa.Column('metric', sa.String(), nullable=False),
    sa.Column('value', sa.Float(), nullable=False),
    sa.Column('happened_at', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('heard_at', sa.String(), nullable=False),
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outcome'))
    )
    op.create_index(op.f('ix_outcome_person_id'), 'outcome', ['person_id'], unique=False)
    op.create_table('person',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('voice', sa.String(), nullable=False),
    sa.Column('brand', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=True),
    sa.Column('time_zone', sa.String(), nullable=True),
    sa.Column('groups', sa.String(), nullable=False),
    sa.Column('value', sa.Float(), nullable=True),
    sa.Column('tenure_days', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('updated_at', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person'))
    )
    op.create_table('prediction',
    sa.Column('person_id', sa.String(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.Column('value', sa.Float(), nullable=False),
    sa.Column('low', sa.Float(), nullable=False),
    sa.Column('high', sa.Float(), nullable=False),
    sa.Column('as_of', sa.String(), nullable=False),
    sa.Column('model', sa.String(), nullable=False),
    sa.Column('drivers', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('person_id', 'kind', 'cycle_id', name=op.f('pk_prediction'))
    )
    op.create_table('reading',
    sa.Column('feedback_seq', sa.Integer(), nullable=False),
    sa.Column('model', sa.String(), nullable=False),
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.Column('period', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('sentiment', sa.Float(), nullable=True),
    sa.Column('sentiment_label', sa.String(), nullable=True),
    sa.Column('confidence', sa.Float(), nullable=True),
    sa.Column('emotions', sa.String(), nullable=True),
    sa.Column('effort', sa.String(), nullable=True),
    sa.Column('intent', sa.String(), nullable=True),
    sa.Column('urgency', sa.String(), nullable=True),
    sa.Column('urgency_reason', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('feedback_seq', 'model', name=op.f('pk_reading'))
    )
    op.create_index(op.f('ix_reading_cycle_id'), 'reading', ['cycle_id'], unique=False)
    op.create_table('report',
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.Column('data', sa.String(), nullable=False),
    sa.Column('folder', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('cycle_id', name=op.f('pk_report'))
    )
    op.create_table('rollup',
    sa.Column('period', sa.Integer(), nullable=False),
    sa.Column('day', sa.String(), nullable=False),
    sa.Column('brand', sa.String(), nullable=False),
    sa.Column('voice', sa.String(), nullable=False),
    sa.Column('medium', sa.String(), nullable=False),
    sa.Column('touchpoint', sa.String(), nullable=False),
    sa.Column('topic', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('model', sa.String(), nullable=False),
    sa.Column('n', sa.Integer(), nullable=False),
    sa.Column('n_read', sa.Integer(), nullable=False),
    sa.Column('n_negative', sa.Integer(), nullable=False),
    sa.Column('n_neutral', sa.Integer(), nullable=False),
    sa.Column('n_positive', sa.Integer(), nullable=False),
    sa.Column('n_urgent', sa.Integer(), nullable=False),
    sa.Column('sum_sentiment', sa.Float(), nullable=False),
    sa.Column('sum_squares', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('period', 'day', 'brand', 'voice', 'medium', 'touchpoint', 'topic', 'language', 'model', name=op.f('pk_rollup'))
    )
    op.create_table('score',
    sa.Column('feedback_seq', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(), nullable=False),
    sa.Column('value', sa.Float(), nullable=False),
    sa.Column('scale_low', sa.Float(), nullable=False),
    sa.Column('scale_high', sa.Float(), nullable=False),
    sa.PrimaryKeyConstraint('feedback_seq', 'kind', name=op.f('pk_score'))
    )
    op.create_table('set_aside',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('position', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('seen_at', sa.String(), nullable=False),
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_set_aside'))
    )
    op.create_table('setting',
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('evidence', sa.String(), nullable=False),
    sa.Column('decided_at', sa.String(), nullable=False),
    sa.Column('expires', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_setting')),
    sa.UniqueConstraint('id', name=op.f('uq_setting_id'))
    )
    op.create_table('source_cursor',
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('cursor', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('last_rows', sa.Integer(), nullable=False),
    sa.Column('seen_at', sa.String(), nullable=False),
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('source', name=op.f('pk_source_cursor'))
    )
    op.create_table('standing',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.Column('voice', sa.String(), nullable=False),
    sa.Column('measure', sa.String(), nullable=False),
    sa.Column('basis', sa.String(), nullable=False),
    sa.Column('brand', sa.String(), nullable=False),
    sa.Column('peer', sa.String(), nullable=False),
    sa.Column('own', sa.Float(), nullable=False),
    sa.Column('theirs', sa.Float(), nullable=False),
    sa.Column('gap', sa.Float(), nullable=False),
    sa.Column('low', sa.Float(), nullable=True),
    sa.Column('high', sa.Float(), nullable=True),
    sa.Column('n_own', sa.Integer(), nullable=True),
    sa.Column('n_peer', sa.Integer(), nullable=True),
    sa.Column('as_of', sa.String(), nullable=False),
    sa.Column('verdict', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_standing'))
    )
    op.create_index(op.f('ix_standing_cycle_id'), 'standing', ['cycle_id'], unique=False)
    op.create_table('step',
    sa.Column('cycle_id', sa.String(), nullable=False),
    sa.Column('step', sa.String(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('skipped', sa.Integer(), nullable=False),
    sa.Column('failed', sa.Integer(), nullable=False),
    sa.Column('seconds', sa.Float(), nullable=False),
    sa.Column('reasons', sa.String(), nullable=False),
    sa.Column('warnings', sa.String(), nullable=False),
    sa.Column('error', sa.String(), nullable=True),
    sa.Column('ended_at', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('cycle_id', 'step', name=op.f('pk_step'))
    )
    op.create_table('store_fact',
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('value', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_store_fact'))
    )
    op.create_table('switch',
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(), nullable=False),
    sa.Column('actor', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('at', sa.String(), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_switch'))
    )
    op.create_table('verdict',
    sa.Column('decision_id', sa.String(), nullable=False),
    sa.Column('policy', sa.String(), nullable=False),
    sa.Column('ruling', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('not_before', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('decision_id', 'policy', name=op.f('pk_verdict'))
    )
    for statement in create_statements():
        op.execute(statement)
