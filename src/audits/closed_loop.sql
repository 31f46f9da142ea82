WITH f AS MATERIALIZED (
    SELECT id, number, status, outcome, last_seq, department_id, handler_id, escalation_level, round, received_at, registered_at
    FROM feedback WHERE id = ANY($ids)
), turns(feedback_id, kind, is_last_life) AS (
    SELECT feedback_id, kind, seq > coalesce(max(seq) FILTER (WHERE kind = 'reopened') OVER (PARTITION BY feedback_id), 0)
    FROM feedback_event WHERE feedback_id = ANY($ids) AND kind IN ('escalated', 'dissatisfied', 'level_raised', 'reopened')
), folds(feedback_id, rounds, raised) AS (
    SELECT feedback_id, count(*) FILTER (WHERE kind <> 'level_raised'), count(*) FILTER (WHERE is_last_life)
    FROM turns GROUP BY feedback_id
), broken(rule, subject, detail) AS (
    SELECT 'status_is_not_the_fold', f.number, 'status ' || f.status || ', but the last event leads to ' || e.to_status
    FROM f JOIN feedback_event e ON e.feedback_id = f.id AND e.seq = f.last_seq WHERE e.to_status <> f.status
  UNION ALL
    SELECT 'history_has_a_gap', f.number, 'last_seq ' || f.last_seq || ', events ' || count(e.seq)
    FROM f LEFT JOIN feedback_event e ON e.feedback_id = f.id
    GROUP BY f.id, f.number, f.last_seq HAVING count(e.seq) <> f.last_seq OR coalesce(max(e.seq), 0) <> f.last_seq
  UNION ALL
    SELECT 'history_is_no_path', f.number, 'event ' || e.seq || ' leaves ' || coalesce(e.from_status, 'nothing') || ' after ' || p.to_status
    FROM feedback_event e JOIN feedback_event p ON p.feedback_id = e.feedback_id AND p.seq = e.seq - 1
    JOIN f ON f.id = e.feedback_id WHERE e.from_status IS DISTINCT FROM p.to_status
  UNION ALL
    SELECT 'closed_without_reply', f.number, 'closed as ' || f.outcome || ', but no reply was sent'
    FROM f WHERE f.status = 'closed'
      AND NOT EXISTS (SELECT FROM reply r WHERE r.feedback_id = f.id AND r.delivery_state <> 'failed')
  UNION ALL
    SELECT 'reply_without_approval', f.number, 'reply ' || r.id || ' has no approval of its round'
    FROM reply r JOIN f ON f.id = r.feedback_id WHERE NOT EXISTS (
        SELECT FROM approval a WHERE a.id = r.approval_id AND a.feedback_id = r.feedback_id AND a.round = r.round AND a.decision = 'approved')
  UNION ALL
    SELECT 'ended_without_reason_or_notice', f.number, f.status || ' without a reason or a notice to the customer'
    FROM f JOIN feedback_detail d ON d.feedback_id = f.id WHERE f.status IN ('cancelled', 'merged') AND (
        NOT EXISTS (SELECT FROM feedback_event e WHERE e.feedback_id = f.id AND e.kind = f.status AND (e.payload ? 'reason'))
        OR NOT EXISTS (SELECT FROM customer_notice n WHERE n.feedback_id = f.id AND n.kind = f.status))
  UNION ALL
    SELECT 'approved_by_the_proposer', f.number, 'approval ' || a.id
    FROM approval a JOIN handling_plan p ON p.id = a.plan_id JOIN f ON f.id = a.feedback_id
    WHERE a.decision <> 'withdrawn' AND a.approver_id = p.proposed_by
  UNION ALL
    SELECT 'approver_outside_the_chain', f.number, 'approval ' || a.id || ' names no place in the chain'
    FROM approval a JOIN f ON f.id = a.feedback_id
    WHERE a.kind = 'person' AND a.decision IN ('approved', 'rejected') AND a.standing IS NULL
  UNION ALL
    SELECT 'without_owner', f.number, f.status || ' without department or handler'
    FROM f WHERE
        (f.status IN ('dispatched', 'in_progress', 'awaiting_customer', 'awaiting_third_party', 'pending_approval', 'approved', 'replied') AND f.department_id IS NULL)
        OR (f.status IN ('in_progress', 'awaiting_customer', 'awaiting_third_party', 'pending_approval', 'approved', 'replied') AND f.handler_id IS NULL)
        OR (f.status = 'registered' AND (f.department_id IS NOT NULL OR f.handler_id IS NOT NULL))
  UNION ALL
    SELECT 'handler_not_active', f.number, 'handler ' || s.id || ' is not active'
    FROM f JOIN staff s ON s.id = f.handler_id WHERE NOT s.active
      AND f.status IN ('in_progress', 'awaiting_customer', 'awaiting_third_party', 'pending_approval', 'approved', 'replied')
  UNION ALL
    SELECT 'two_open_clocks', f.number, c.kind || ' runs ' || count(*) || ' times'
    FROM sla_clock c JOIN f ON f.id = c.feedback_id WHERE c.open GROUP BY f.number, c.kind HAVING count(*) > 1
  UNION ALL
    SELECT 'clock_after_the_end', f.number, c.kind || ' is open though the case is ' || f.status
    FROM sla_clock c JOIN f ON f.id = c.feedback_id WHERE c.open AND f.status IN ('closed', 'merged', 'cancelled')
  UNION ALL
    SELECT 'level_out_of_range', f.number, 'level ' || f.escalation_level
    FROM f WHERE f.escalation_level NOT BETWEEN 0 AND 3 OR f.round < 1
  UNION ALL
    SELECT 'round_is_not_the_fold', f.number, 'round ' || f.round || ', but history begins ' || 1 + coalesce(t.rounds, 0)
    FROM f LEFT JOIN folds t ON t.feedback_id = f.id WHERE f.round <> 1 + coalesce(t.rounds, 0)
  UNION ALL
    SELECT 'level_is_not_the_fold', f.number, 'level ' || f.escalation_level || ', but history raises ' || coalesce(t.raised, 0)
    FROM f LEFT JOIN folds t ON t.feedback_id = f.id WHERE f.escalation_level <> least(coalesce(t.raised, 0), 3)
  UNION ALL
    SELECT 'given_but_not_shown', f.number, 'the department ' || d.department_id || ' does not see it'
    FROM dispatch d JOIN f ON f.id = d.feedback_id WHERE NOT EXISTS (
        SELECT FROM feedback_sight s WHERE s.feedback_id = d.feedback_id AND s.viewer_id = d.department_id AND s.why = 'department')
  UNION ALL
    SELECT 'handled_but_not_shown', f.number, 'the handler ' || f.handler_id || ' does not see it'
    FROM f WHERE f.handler_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM feedback_sight s WHERE s.feedback_id = f.id AND s.viewer_id = f.handler_id AND s.why = 'handler')
  UNION ALL
    SELECT 'registered_before_received', f.number, 'registered before it was received'
    FROM f WHERE f.registered_at < f.received_at
  UNION ALL
    SELECT 'two_reserved_compensations', f.number, count(*) || ' are reserved'
    FROM compensation c JOIN f ON f.id = c.feedback_id WHERE c.state = 'reserved' GROUP BY f.number HAVING count(*) > 1
)
SELECT rule, subject, detail FROM broken ORDER BY rule, subject
