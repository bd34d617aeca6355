"""Which rows lie behind a thing: per kind, a heading and the statement whose rows stand under it.

The parameters of a statement are the columns of the view that its kind stands in.
"""

from __future__ import annotations

BEHIND: dict[str, dict[str, str]] = {
    "decision": {
        "What the policies said": """
            SELECT policy, ruling, reason
            FROM verdict
            WHERE decision_id = :id""",
        "What was read from the occasion": """
            SELECT r.sentiment_label, r.confidence, r.intent, r.urgency, r.effort, r.model
            FROM v_reading r
            WHERE r.feedback_id = :occasion""",
        "Its topics, and the words they rest on": """
            SELECT topic, touchpoint, evidence, model
            FROM v_mention
            WHERE feedback_id = :occasion""",
        "What this person said to us until then": """
            SELECT f.said_at, f.id, f.medium, f.touchpoint, r.intent, r.sentiment_label
            FROM v_feedback f
            JOIN v_reading r ON r.feedback_id = f.id
            WHERE f.person_id = :person_id AND f.heard_at <= :decided_at""",
        "What reached this person before": """
            SELECT sent_at, decision_id, play, channel, status
            FROM delivery
            WHERE person_id = :person_id AND decision_id <> :id AND sent_at <= :decided_at""",
        "Whether they wait for an answer": """
            SELECT opened_at, id, status, need, owner, due
            FROM v_case
            WHERE person_id = :person_id""",
        "The message": """
            SELECT id, channel, status, attempts, sent_at
            FROM v_delivery
            WHERE decision_id = :id""",
    },
    "case": {
        "What happened to it": """
            SELECT at, kind, actor, reason, cause
            FROM v_case_event
            WHERE case_id = :id""",
        "What this person said": """
            SELECT said_at, id, medium, touchpoint
            FROM v_feedback
            WHERE person_id = :person_id""",
    },
    "objection": {
        "What was said of it": """
            SELECT at, kind, actor, reason
            FROM objection_event
            WHERE objection_id = :id""",
    },
    "learning": {
        "The experiment behind it": """
            SELECT id, variant, segment, metric, n_treated, n_control, effect, low, high, verdict
            FROM v_lift
            WHERE cycle_id = :cycle_id AND 'play:' || play = :subject""",
        "The cycles that used it": """
            SELECT cycle_id, decisions, changed
            FROM learning_use
            WHERE learning_id = :id""",
        "Decisions that came out differently because of it": """
            SELECT d.id, d.cycle_id, d.play, d.decided_at
            FROM decision d
            JOIN learning_use u ON u.cycle_id = d.cycle_id AND u.learning_id = :id
            WHERE d.changed_by LIKE '%' || :id || '%'""",
    },
    "outcome": {
        "What was decided for this person before": """
            SELECT id, play, variant, arm, status, decided_at
            FROM v_decision
            WHERE person_id = :person_id AND decided_at <= :happened_at""",
    },
    "setting": {
        "Decisions that read it": """
            SELECT id, cycle_id, play, decided_at
            FROM v_decision
            WHERE decided_at >= :decided_at AND decided_at < :expires AND settings LIKE '%' || :id || '%'""",
        "Decisions that came out differently because of it": """
            SELECT id, cycle_id, play, decided_at
            FROM v_decision
            WHERE decided_at >= :decided_at
              AND decided_at < :expires
              AND changed_by LIKE '%' || :id || '%'""",
    },
    "initiative": {
        "What happened to it": """
            SELECT id, kind, actor, at, effect, low, high
            FROM v_milestone
            WHERE initiative_id = :id""",
        "Settings that rest on it": """
            SELECT id, name, value, expires
            FROM v_setting
            WHERE evidence LIKE '%' || :id || '%'""",
    },
    "standing": {
        "Initiatives that rest on it": """
            SELECT id, topic, owner, status
            FROM v_initiative
            WHERE evidence LIKE '%' || :id || '%'""",
        "Figures of others that were read in": """
            SELECT id, brand, value, n, as_of, provenance
            FROM v_measure
            WHERE voice = :voice AND measure = :measure AND brand IN (:brand, :peer)""",
    },
    "feedback": {
        "How it was read": """
            SELECT model, language, sentiment_label, sentiment, confidence, intent, urgency, effort
            FROM v_reading
            WHERE feedback_id = :id""",
        "Its topics": """
            SELECT topic, touchpoint, evidence, model
            FROM v_mention
            WHERE feedback_id = :id""",
        "What was decided because of it": """
            SELECT id, play, arm, status
            FROM v_decision
            WHERE person_id = :person_id AND occasion = :id""",
    },
    "person": {
        "What this person said": """
            SELECT id, said_at, medium, touchpoint
            FROM v_feedback
            WHERE person_id = :id""",
        "What is foreseen of them": """
            SELECT kind, value, low, high, as_of, drivers, model
            FROM v_prediction
            WHERE person_id = :id""",
        "What was decided for them": """
            SELECT id, play, arm, status, decided_at
            FROM v_decision
            WHERE person_id = :id""",
        "What happened afterwards": """
            SELECT id, metric, value, happened_at
            FROM v_outcome
            WHERE person_id = :id""",
    },
    "cycle": {
        "Its steps": """
            SELECT "position", step, status, done, skipped, failed
            FROM step
            WHERE cycle_id = :id""",
        "What it learned": """
            SELECT id, statement
            FROM v_learning
            WHERE cycle_id = :id""",
    },
}

HAPPENED = """
    SELECT o.id AS outcome_id, d.id AS decision_id, d.person_id, d.arm, d.decided_at, o.happened_at, o.value
    FROM decision d
    JOIN (
        SELECT person_id, arm, min(decided_at) AS at FROM decision
        WHERE play = :play AND variant = :variant AND decided_at <= :closed
          AND (arm = 'default' AND status = 'decided' OR arm = 'holdout' AND status = 'held out')
        GROUP BY person_id, arm
    ) first ON first.person_id = d.person_id AND first.arm = d.arm AND first.at = d.decided_at
    JOIN outcome o ON o.person_id = d.person_id
    WHERE d.play = :play AND d.variant = :variant
      AND o.metric = :metric AND o.value > 0 AND o.happened_at >= d.decided_at
    ORDER BY d.decided_at, d.id, o.happened_at, o.id"""
"""To whom of both arms of a play the metric happened, however late, after it was first decided for them."""
