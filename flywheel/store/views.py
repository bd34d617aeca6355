"""The stable views for analysts and BI tools; plain SQL that SQLite and PostgreSQL read alike.

A migration drops them all, and the newest one makes them again: this module is always the newest form.
"""

from __future__ import annotations

VIEWS: dict[str, str] = {
    "v_feedback": """
        SELECT id, source, external_id, brand, voice, person_id, medium, touchpoint, said_at, heard_at,
               language, text, cycle_id, revision, attributes, thread, reply
        FROM feedback""",
    "v_score": """
        SELECT f.id AS feedback_id, s.kind, s.value, s.scale_low, s.scale_high
        FROM score s JOIN feedback f ON f.seq = s.feedback_seq""",
    "v_reading": """
        SELECT f.id AS feedback_id, r.language, r.sentiment, r.sentiment_label, r.confidence, r.emotions, r.effort,
               r.intent, r.urgency, r.model, r.status, r.urgency_reason, r.cycle_id, r.expectation,
               r.expectation_words, r.promised_by, r.empathy, r.reply_shows
        FROM reading r JOIN feedback f ON f.seq = r.feedback_seq""",
    "v_mention": """
        SELECT f.id AS feedback_id, m.topic, m.touchpoint, m.sentiment, m.evidence, m.model
        FROM mention m JOIN feedback f ON f.seq = m.feedback_seq""",
    "v_correction": """
        SELECT c.id, f.id AS feedback_id, c.field, c.value, c.was, c.corrected_by, c.at, c.recorded_at, c.revision
        FROM correction c JOIN feedback f ON f.seq = c.feedback_seq""",
    "v_head": """
        SELECT e.seq, e.field, e.head_id, e.event, e.at, e.n, e.own, e.other, e.low, e.won, e.detail,
               h.labels, h.analyzer, h.trained_at
        FROM head_event e LEFT JOIN head h ON h.id = e.head_id""",
    "v_theme": """
        SELECT cycle_id, id, brand, voice, language, name, state, came_from, n, share, words, examples, listed, period
        FROM theme""",
    "v_risk_model": """
        SELECT seq, kind, analyzer, learned_at, n, positives, says,
               CASE WHEN content IS NULL THEN 0 ELSE 1 END AS in_use
        FROM risk_model""",
    "v_set_aside": "SELECT source, position, reason, seen_at, cycle_id, replayed_at FROM set_aside",
    "v_revision": """
        SELECT f.id AS feedback_id, r.revision, r.text, r.said_at, r.replaced_at, r.cycle_id
        FROM feedback_revision r JOIN feedback f ON f.seq = r.feedback_seq""",
    "v_measure": """
        SELECT id, source, brand, voice, measure, value, n, sd, basis, higher_is_better, as_of, provenance, unit, span
        FROM measure""",
    "v_signal": "SELECT id, person_id, signal, value, happened_at, source FROM signal",
    "v_prediction": "SELECT person_id, kind, value, low, high, as_of, model, drivers, cycle_id FROM prediction",
    "v_standing": """
        SELECT cycle_id, voice, measure, basis, brand, peer, own, theirs, gap, low, high, n_own, n_peer, as_of,
               verdict, reason, id, unit, provenance, age_days
        FROM standing""",
    "v_finding": """
        SELECT id, cycle_id, kind, voice, brand, subject, part, basis, unit, value, low, high, n, before, verdict,
               weight, statement, evidence
        FROM finding""",
    "v_decision": """
        SELECT id, cycle_id, person_id, occasion, play, tier, score, propensity, arm, status, ruling, reasons,
               variant, channel, purpose, learnings, settings, changed_by, decided_at, not_before, not_after, topic,
               segment, among, arm_chance, approvals
        FROM decision""",
    "v_case": """
        SELECT c.id, c.person_id, c.occasion, c.cycle_id, c.need, c.touchpoint, c.owner, c.reason,
               CASE WHEN s.kind IS NULL OR s.kind = 'reopened' THEN 'open' ELSE s.kind END AS status,
               c.opened_at, COALESCE(r.due, c.due) AS due, COALESCE(s.at, c.opened_at) AS since, c.due AS first_due,
               (SELECT min(e.at) FROM care_event e
                WHERE e.case_id = c.id AND e.kind IN ('answered', 'closed')) AS answered_at,
               (SELECT max(e.at) FROM care_event e WHERE e.case_id = c.id AND e.kind = 'closed') AS closed_at,
               (SELECT count(*) FROM care_event e WHERE e.case_id = c.id AND e.kind = 'again') AS again,
               (SELECT count(*) FROM care_event e WHERE e.case_id = c.id AND e.kind = 'reopened') AS reopened,
               (SELECT count(*) FROM care_event e WHERE e.case_id = c.id AND e.kind = 'escalated') AS escalations,
               (SELECT count(*) FROM care_event e WHERE e.case_id = c.id AND e.kind = 'recovered') AS recovered
        FROM care_case c
        LEFT JOIN care_event s ON s.seq = (
            SELECT max(n.seq) FROM care_event n
            WHERE n.case_id = c.id AND n.kind IN ('answered', 'closed', 'reopened', 'recovered'))
        LEFT JOIN care_event r ON r.seq = (
            SELECT max(n.seq) FROM care_event n WHERE n.case_id = c.id AND n.kind = 'reopened')""",
    "v_case_event": "SELECT id, case_id, cycle_id, kind, actor, reason, cause, at, due FROM care_event",
    "v_thanks": "SELECT id, cycle_id, feedback_id, touchpoint, team, earned_by, said_at FROM thanks",
    "v_objection": """
        SELECT o.id, o.cycle_id, o.plan, o.question, o.subject, o.finding, o.value, o.low, o.high, o.n, o.raised_at,
               o.expires, COALESCE(s.kind, 'open') AS state, s.actor, s.reason, s.at AS answered_at, o.evidence,
               CASE WHEN s.kind = 'overridden' AND EXISTS (
                   SELECT 1 FROM lift l JOIN cycle c ON c.id = l.cycle_id
                   WHERE 'play:' || l.play = o.plan AND l.verdict = 'harms' AND c.as_of > s.at)
                    THEN 1 ELSE 0 END AS harmed
        FROM objection o
        LEFT JOIN objection_event s ON s.seq = (
            SELECT max(n.seq) FROM objection_event n WHERE n.objection_id = o.id)""",
    "v_delivery": """
        SELECT id, decision_id, channel, key, status, attempts, sent_at, error, play, next_at, not_after, approvals
        FROM delivery""",
    "v_outcome": "SELECT id, person_id, metric, value, happened_at, source FROM outcome",
    "v_lift": """
        SELECT cycle_id, play, variant, segment, metric, n_treated, n_control, effect, low, high, anytime_low,
               anytime_high, verdict, treated, control, reason, id, kind
        FROM lift""",
    "v_person": """
        SELECT id, voice, brand, language, time_zone, groups, value, tenure_days, team, manager_id
        FROM person""",
    "v_setting": "SELECT cycle_id, name, value, reason, expires, id, evidence, decided_at FROM setting",
    "v_learning": """
        SELECT l.id, l.cycle_id, l.subject, l.statement, l.effect, l.low, l.high, l.change, l.before, l.after,
               (SELECT min(u.cycle_id) FROM learning_use u JOIN cycle c ON c.id = u.cycle_id
                WHERE u.learning_id = l.id AND c.started_at = (
                    SELECT min(c2.started_at) FROM learning_use u2 JOIN cycle c2 ON c2.id = u2.cycle_id
                    WHERE u2.learning_id = l.id)) AS used_by_cycle, l.n
        FROM learning l""",
    "v_appraisal": "SELECT cycle_id, subject, measure, value, low, high, n, verdict, statement, id FROM appraisal",
    "v_initiative": """
        SELECT i.id, i.cycle_id, i.cause, i.owner,
               COALESCE((SELECT m.kind FROM initiative_milestone m
                         WHERE m.initiative_id = i.id AND m.kind IN ('done', 'verified', 'refuted', 'abandoned')
                         ORDER BY m.seq DESC LIMIT 1), 'open') AS status,
               i.evidence_count, i.due, e.effect, i.opened_at, e.low, e.high, i.voice, i.topic, i.touchpoint, i.score,
               i.expected, i.cost, i.doubt, i.evidence,
               (SELECT count(*) FROM initiative_milestone m
                WHERE m.initiative_id = i.id AND m.kind = 'escalated') AS escalations,
               COALESCE((SELECT m.at FROM initiative_milestone m WHERE m.seq = (
                   SELECT max(n.seq) FROM initiative_milestone n WHERE n.initiative_id = i.id)),
                   i.opened_at) AS changed_at
        FROM initiative i LEFT JOIN initiative_milestone e ON e.seq = (
            SELECT max(m.seq) FROM initiative_milestone m WHERE m.initiative_id = i.id AND m.effect IS NOT NULL)""",
    "v_milestone": """
        SELECT id, initiative_id, cycle_id, kind, actor, reason, at, began, effect, low, high, evidence
        FROM initiative_milestone""",
    "v_observation": """
        SELECT cycle_id, seen, period, since, until, said, said_by_staff, said_of_peers, read, scores, media, predicted,
               decided, held_out, waiting, blocked, sent, unsent, offers_withheld, lifts, sure_lifts, learnings,
               changed, failed_steps, undone
        FROM observation""",
    "v_maturity": "SELECT cycle_id, part, name, words, value, needed, met FROM maturity",
    "v_cycle": """
        SELECT id, flow, since, until, as_of, status, config_hash, code_version, started_at, ended_at, mode, period
        FROM cycle""",
    "v_account": "SELECT name, role, created_at, created_by, removed_at, removed_by FROM account",
    "v_approval": """
        SELECT delivery_id, decision_id, account, word, reason, at, expires, payload_hash
        FROM approval""",
    "v_launch": "SELECT play, state, actor, reason, at FROM launch",
    "v_breaker": "SELECT channel, failures, opened, opened_at, until FROM breaker",
    "v_audit": """
        SELECT decided_at AS at, 'flywheel' AS actor, 'decide' AS action, id AS subject,
               play || ', ' || arm || ', ' || ruling AS detail
        FROM decision
        UNION ALL
        SELECT a.started_at, 'flywheel', 'send', d.decision_id,
               d.channel || ', attempt ' || a.number || ': ' || COALESCE(a.answer, 'no answer written')
        FROM delivery_attempt a JOIN delivery d ON d.id = a.delivery_id
        UNION ALL
        SELECT at, actor, action, subject, detail FROM audit""",
}


def create_statements() -> list[str]:
    """Return the statements that make every view, in an order in which none needs a later one."""
    return [f"CREATE VIEW {name} AS {body.strip()}" for name, body in VIEWS.items()]


def drop_statements() -> list[str]:
    """Return the statements that drop every view that may be there."""
    return [f"DROP VIEW IF EXISTS {name}" for name in reversed(VIEWS)]
