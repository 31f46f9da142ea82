//! What holds in every database at every moment: looked at when an `App` is dropped.

use super::postgres::number;
use diesel::PgConnection;

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
];

/// Stops the test when a rule is broken.
pub fn check(connection: &mut PgConnection) {
    let broken: Vec<String> = RULES
        .iter()
        .map(|(rule, sql)| (rule, number(connection, sql)))
        .filter(|(_, rows)| *rows != 0)
        .map(|(rule, rows)| format!("{rule} ({rows} rows do not)"))
        .collect();
    assert!(broken.is_empty(), "broken invariants: {broken:#?}");
}
