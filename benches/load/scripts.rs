//! What pgbench runs: the very statements of a request, or plain inserts of the same rows.

use super::{
    cluster::Running,
    data,
    http::{self, Request},
    measures::Ask,
    points,
    server::Server,
};

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
        ("id", data::new_id()),
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

/// Returns a script that inserts and updates the same rows as an earning does, each time of one of the first accounts of
/// pgbench.
pub fn earning(cluster: &Running, server: &Server, accounts: i64) -> String {
    let post = Post::make(server, points::earning(&server.at(""), points::THEIRS), points::EARNED);
    let (id, entry) = (("id", data::new_id()), ("source_entry_id", ":eid"));
    let lot = [id, entry, ("account_id", ":aid"), ("credit_id", ":eid")];
    let day = [("account_id", ":aid"), ("earned", "100")];
    let of_account = "account_id = (SELECT account_id FROM ledger_entry ";
    post.script(cluster, accounts)
        + &insert(cluster, "points_lot", &format!("source_entry_id = '{}'", post.entry), &lot)
        + ";\n"
        + &insert(
            cluster,
            "points_earned_day",
            &format!("{of_account} WHERE id = '{}') LIMIT 1", post.entry),
            &day,
        )
        + " ON CONFLICT (account_id, day) DO UPDATE SET earned = points_earned_day.earned + excluded.earned;\nCOMMIT;\n"
}

/// Returns a script that inserts and updates the same rows as a redemption does.
pub fn redeeming(cluster: &Running, server: &Server, accounts: i64) -> String {
    let post = Post::make(server, points::redeeming(&server.at(""), points::THEIRS), -points::REDEEMED);
    let taken = [("entry_id", ":eid"), ("lot_id", ":lid")];
    let take = format!(
        "UPDATE points_lot SET remaining = remaining - {} WHERE id = (SELECT id FROM points_lot
         WHERE account_id = :aid AND remaining > 0 AND remaining > held AND activated
         AND (expires_at > now() OR expires_at IS NULL) ORDER BY expires_at, available_at, id LIMIT 1)
         RETURNING id AS lid \\gset\n",
        points::REDEEMED
    );
    post.script(cluster, accounts)
        + &take
        + &insert(cluster, "allocation", &format!("entry_id = '{}'", post.entry), &taken)
        + ";\nCOMMIT;\n"
}

/// An entry that was posted over HTTP, whose like pgbench posts.
struct Post {
    entry: String,
    key: String,
    amount: i64,
}

impl Post {
    fn make(server: &Server, request: Request, amount: i64) -> Self {
        let made = http::once(&server.authorization(), &request);
        Self { entry: made["id"].as_str().unwrap().to_owned(), key: request.key.unwrap(), amount }
    }

    /// Returns what a script begins with: the key, the account, the entry and its words.
    fn script(&self, cluster: &Running, accounts: i64) -> String {
        let Self { entry, key, amount } = self;
        let (hash, customer) =
            ("sha256(gen_random_uuid()::text::bytea)", data::customer_id(&points::theirs(":i::bigint")));
        let own = [
            ("id", data::new_id()),
            ("account_id", ":aid"),
            ("seq", ":seq"),
            ("source_id", "gen_random_uuid()"),
            ("prev_hash", hash),
            ("hash", hash),
        ];
        let claim = [("key", "gen_random_uuid()")];
        format!("\\set i random(1, {accounts})\nBEGIN;\n")
            + &insert(cluster, "idempotency_record", &format!("key = '{key}'"), &claim)
            + &format!(
                ";\nUPDATE points_account SET seq = seq + 1, head = {hash}, recorded_at = now(),
                 balance = balance + {amount}, free = free + {amount},
                 lifetime_earned = lifetime_earned + greatest({amount}, 0) WHERE customer_id = {customer}
                 RETURNING id AS aid, seq AS seq \\gset\n"
            )
            + &insert(cluster, "ledger_entry", &format!("id = '{entry}'"), &own)
            + " RETURNING id AS eid \\gset\n"
            + &insert(cluster, "ledger_entry_text", &format!("entry_id = '{entry}'"), &[("entry_id", ":eid")])
            + ";\n"
    }
}

/// Returns one insert of the rows that `seed` names, with values of their own.
fn insert(cluster: &Running, table: &str, seed: &str, own: &[(&str, &str)]) -> String {
    let columns = data::columns(cluster, table);
    let value = |column: &String| {
        let mut own = own.iter().filter(|(name, _)| name == column);
        own.next().map_or_else(
            // pgbench takes `:name` for a variable, also in a literal
            || format!("regexp_replace(quote_nullable({column}::text), ':([a-z])', ': \\1', 'g')"),
            |(_, value)| {
                format!("CASE WHEN {column} IS NULL THEN 'NULL' ELSE '{}' END", value.replace('\'', "''"))
            },
        )
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    let rows = cluster.texts(&format!(
        "SELECT '(' || concat_ws(', ', {}) || ')' FROM {table} WHERE {seed}",
        values.join(", ")
    ));
    format!("INSERT INTO {table} ({}) VALUES {}", columns.join(", "), rows.join(", "))
}
