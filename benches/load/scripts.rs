//! What pgbench runs: the very statements of a request, or plain inserts of the same rows.

use super::{cluster::Running, data, http, measures::Ask, server::Server};

/// How many requests tell the statements of one.
const COUNTED: usize = 100;

/// Returns the statements of one request, as PostgreSQL has counted them.
pub fn statements(cluster: &Running, server: &Server, ask: &Ask) -> Vec<String> {
    let authorization = server.authorization();
    http::repeat(&authorization, COUNTED, &**ask);
    cluster.forget_statements();
    http::repeat(&authorization, COUNTED, &**ask);
    let counted = i64::try_from(COUNTED).unwrap();
    // what the server does by itself runs less often
    let own = cluster.statements(counted * 9 / 10).into_iter();
    own.flat_map(|statement| {
        let each = usize::try_from((statement.calls + counted / 2) / counted).unwrap();
        std::iter::repeat_n(statement.query, each)
    })
    .collect()
}

/// Returns a script of these statements, with values in the places of their parameters.
pub fn reading(statements: &[String], customers: i64, values: &[&str]) -> String {
    let mut script = format!("\\set i random(1, {customers})\n");
    for statement in statements {
        let mut text = statement.split_whitespace().collect::<Vec<_>>().join(" ");
        for (at, value) in values.iter().enumerate().rev() {
            let parameter = format!("${}", at + 1);
            assert!(text.contains(&parameter), "{parameter} is not in {text}");
            text = text.replace(&parameter, value);
        }
        assert!(!text.contains('$'), "there is no value for a parameter of {text}");
        script.push_str(&text);
        script.push_str(";\n");
    }
    script
}

/// Returns a script that inserts the same rows as a registration does: one statement a table, one transaction.
pub fn registering(cluster: &Running, server: &Server, customers: i64) -> String {
    let customer = cluster.texts("SELECT id FROM customer LIMIT 1").remove(0);
    let made = server.post("/api/v1/feedback", &data::body_of(&customer, &data::text(7), "希望更换房间。"));
    let seed = made["id"].as_str().unwrap();
    let customer = data::customer_id(":i::bigint");
    let own = [
        ("id", "gen_random_uuid()"),
        ("number", "next_feedback_number(current_date)"),
        ("customer_id", customer.as_str()),
        ("track_token_hash", "sha256(gen_random_uuid()::text::bytea)"),
        ("dedupe_key", "gen_random_uuid()::text"),
        ("feedback_id", ":fid"),
    ];
    let mut script = format!("\\set i random(1, {customers})\nBEGIN;\n");
    script.push_str(&insert(cluster, "feedback", &format!("id = '{seed}'"), &own));
    script.push_str(" RETURNING id AS fid \\gset\n");
    for table in data::dependents(cluster, seed) {
        script.push_str(&insert(cluster, &table, &format!("feedback_id = '{seed}'"), &own));
        script.push_str(";\n");
    }
    script.push_str("COMMIT;\n");
    script
}

/// Returns one insert of the rows that `seed` names, with values of their own.
fn insert(cluster: &Running, table: &str, seed: &str, own: &[(&str, &str)]) -> String {
    let columns = data::columns(cluster, table);
    let value = |column: &String| {
        let mut own = own.iter().filter(|(name, _)| name == column);
        own.next().map_or_else(
            || format!("quote_nullable({column}::text)"),
            |(_, value)| format!("'{}'", value.replace('\'', "''")),
        )
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    let rows = cluster.texts(&format!(
        "SELECT '(' || concat_ws(', ', {}) || ')' FROM {table} WHERE {seed}",
        values.join(", ")
    ));
    format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), rows.join(", "))
}
