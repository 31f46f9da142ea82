//! What holds in every database at every moment: looked at when an `App` is dropped.

use super::postgres::number;
use diesel::PgConnection;

/// What the audit looks through in portions is looked through here at once.
const ALL: [(&str, &str); 5] = [
    ("$ids", "ARRAY(SELECT id FROM feedback)"),
    ("$accounts", "ARRAY(SELECT id FROM points_account)"),
    ("$owners", "ARRAY(SELECT id FROM customer)"),
    ("$zone", "(SELECT time_zone FROM settings)"),
    ("$settled", "(SELECT building IS NULL FROM activity_rollup)"),
];

/// Each names a rule and counts the rows that break it.
const RULES: &[(&str, &str)] = &[
    (
        "an answered idempotency record is whole",
        "SELECT count(*) FROM idempotency_record WHERE (status IS NULL) <> (body IS NULL)",
    ),
    (
        "an active department has an active head",
        "SELECT count(*) FROM department d LEFT JOIN staff s ON s.id = d.head_id
         WHERE d.active AND NOT coalesce(s.active, false)",
    ),
    (
        "the tree of departments is what the parents say",
        "SELECT count(*) FROM department d WHERE NOT EXISTS (
             SELECT FROM department_tree t WHERE t.ancestor_id = coalesce(d.parent_id, d.id)
             AND t.descendant_id = d.id AND t.depth = (d.parent_id IS NOT NULL)::int)",
    ),
    (
        "the history of staff has no gaps",
        "SELECT count(*) FROM (SELECT staff_id FROM staff_event GROUP BY staff_id
         HAVING count(*) <> max(seq) OR min(seq) <> 1) gap",
    ),
    (
        "a feedback stands where its last event leads",
        "SELECT count(*) FROM feedback f WHERE NOT EXISTS (
             SELECT FROM feedback_event e WHERE e.feedback_id = f.id AND e.seq = f.last_seq
             AND e.to_status = f.status AND e.hash = f.last_hash)",
    ),
    (
        "the history of feedback is a path without gaps",
        "SELECT count(*) FROM (SELECT seq, from_status, prev_hash,
             row_number() OVER w AS place, lag(to_status) OVER w AS before, lag(hash) OVER w AS hash_before
             FROM feedback_event WINDOW w AS (PARTITION BY feedback_id ORDER BY seq)) e
         WHERE seq <> place OR from_status IS DISTINCT FROM before OR prev_hash <> hash_before",
    ),
    (
        "no clock is open after the end",
        "SELECT count(*) FROM sla_clock c JOIN feedback f ON f.id = c.feedback_id
         WHERE c.open AND f.status IN ('closed', 'merged', 'cancelled')",
    ),
    (
        "what is closed was replied to",
        "SELECT count(*) FROM feedback f WHERE status = 'closed'
         AND NOT EXISTS (SELECT FROM reply r WHERE r.feedback_id = f.id AND r.delivery_state <> 'failed')",
    ),
    (
        "an open reply or approval clock belongs to its status",
        "SELECT count(*) FROM sla_clock c JOIN feedback f ON f.id = c.feedback_id WHERE c.open
         AND (c.kind, f.status) NOT IN (('reply', 'approved'), ('approval', 'pending_approval'), ('confirmation', 'replied'))
         AND c.kind IN ('reply', 'approval', 'confirmation')",
    ),
    (
        "a pending plan belongs to pending_approval",
        "SELECT count(*) FROM feedback f WHERE (status = 'pending_approval')
         <> EXISTS (SELECT FROM handling_plan p WHERE p.feedback_id = f.id AND p.state = 'pending')",
    ),
    (
        "the audit of the closed loop finds nothing",
        concat!(
            "SELECT count(*) FROM (",
            include_str!("../../../src/audits/closed_loop.sql"),
            ") found"
        ),
    ),
    (
        "the audit of the points ledger finds nothing",
        concat!(
            "SELECT count(*) FROM (",
            include_str!("../../../src/loyalty/points/store/audit.sql"),
            ") found"
        ),
    ),
    (
        "the audit of orders finds nothing",
        concat!(
            "WITH counted AS (",
            include_str!("../../../src/orders/store/purchase_days.sql"),
            "), used AS (",
            include_str!("../../../src/orders/store/usage_days.sql"),
            ") SELECT count(*) FROM (",
            include_str!("../../../src/orders/store/audit.sql"),
            ") found"
        ),
    ),
    (
        "the entries of a points account are one chain",
        "SELECT count(*) FROM (SELECT account_id, prev_hash, hash, lag(hash) OVER w AS before,
             lead(hash) OVER w AS after FROM ledger_entry WINDOW w AS (PARTITION BY account_id ORDER BY seq)) e
         JOIN points_account a ON a.id = e.account_id
         WHERE e.prev_hash <> e.before OR (e.after IS NULL AND e.hash <> a.head)",
    ),
    (
        "a hold holds its amount, and was captured by what redeemed it",
        "SELECT count(*) FROM points_hold h
         WHERE h.amount <> (SELECT sum(amount) FROM hold_allocation WHERE hold_id = h.id)
         OR h.captured <> coalesce((SELECT -sum(amount) FROM ledger_entry
             WHERE hold_id = h.id AND kind = 'redeem'), 0)",
    ),
    (
        "a reversal is of one original, and all of them of no more than it",
        "SELECT count(*) FROM (SELECT o.kind, o.amount, array_agg(DISTINCT r.kind) AS kinds,
             sum(r.amount - r.waived) AS reversed
             FROM ledger_entry r JOIN ledger_entry o ON o.id = r.reverses_id GROUP BY o.id) r
         WHERE kinds <> CASE WHEN kind IN ('redeem', 'adjust_debit') THEN ARRAY['reverse_redeem']
             WHEN kind IN ('earn', 'migrate_in', 'adjust_credit') THEN ARRAY['reverse_earn']
             ELSE ARRAY[]::text[] END
         OR abs(reversed) > abs(amount)",
    ),
    (
        "a lifetime is what was earned and brought in, less what of that was reversed",
        "SELECT count(*) FROM points_account a WHERE a.lifetime_earned <>
             coalesce((SELECT sum(e.amount + coalesce((SELECT sum(amount) FROM ledger_entry
                 WHERE reverses_id = e.id), 0)) FROM ledger_entry e
             WHERE e.account_id = a.id AND e.kind IN ('earn', 'migrate_in')), 0)",
    ),
];

/// Stops the test when a rule is broken.
pub fn check(connection: &mut PgConnection) {
    let broken: Vec<String> = RULES
        .iter()
        .map(|(rule, sql)| {
            let sql = ALL.iter().fold((*sql).to_owned(), |sql, (name, all)| sql.replace(name, all));
            (rule, number(connection, &sql))
        })
        .filter(|(_, rows)| *rows != 0)
        .map(|(rule, rows)| format!("{rule} ({rows} rows do not)"))
        .collect();
    assert!(broken.is_empty(), "broken invariants: {broken:#?}");
}
