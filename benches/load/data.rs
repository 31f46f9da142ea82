//! Data of any size: one customer and one feedback are made through the API, and their rows are multiplied; points are
//! all earned through it, for no entry can be copied into the chain of another account.

use super::{Arguments, cluster::Running, points, server::Server};
use diesel::{
    RunQueryDsl, sql_query,
    sql_types::{Array, Text},
};
use hearback::platform::search;

/// How many different texts there are; one of them holds [`RARE`].
const TEXTS: usize = 5000;
/// A word of two characters that one text in [`TEXTS`] holds.
pub const RARE: &str = "琉璃";

const PARTS: [&[&str]; 4] = [
    &["早上六点多", "昨天晚上", "上个星期", "入住当天", "退房的时候", "第二次来", "The delivery", "周末"],
    &[
        "房间隔音太差",
        "空调一直不制冷",
        "前台态度冷淡",
        "早餐品种很少",
        "热水等了很久",
        "发票开错了",
        "arrived late",
    ],
    &[
        "无法入睡",
        "等了四十分钟",
        "没有人处理",
        "打电话也没人接",
        "和图片完全不符",
        "非常失望",
        "and was damaged",
    ],
    &[
        "希望更换房间",
        "希望尽快退款",
        "请给一个说法",
        "希望改进服务",
        "希望补发",
        "请联系我",
        "please replace it",
    ],
];

/// Makes the data, unless they are there in these sizes.
pub fn fill(arguments: &Arguments, cluster: &Running, server: &Server) {
    let Arguments { customers, feedback, earnings, .. } = *arguments;
    let sizes = format!("{customers} customers, {feedback} feedback, {earnings} earnings");
    cluster.batch("CREATE TABLE IF NOT EXISTS bench_data (sizes text)");
    if cluster.texts("SELECT sizes FROM bench_data") == [sizes.as_str()] {
        println!("data: {sizes}, as they are");
        return;
    }
    assert!(
        cluster.texts("SELECT sizes FROM bench_data").is_empty(),
        "data of other sizes: remove the folder, or name another with --folder"
    );
    let started = std::time::Instant::now();
    texts(cluster);
    let customer = server.post(
        "/api/v1/customers",
        r#"{"kind":"person","name":"王芳","phones":["+86 138 0013 8000"],"emails":["wang@example.com"]}"#,
    );
    multiply_customers(cluster, customer["id"].as_str().unwrap(), customers);
    let body = body_of(customer["id"].as_str().unwrap(), "一句话", "一个要求");
    let seed = server.post("/api/v1/feedback", &body);
    multiply_feedback(cluster, seed["id"].as_str().unwrap(), customers, feedback);
    points::earn_history(server, customers, earnings);
    cluster.batch(&format!("INSERT INTO bench_data VALUES ('{sizes}')"));
    cluster.batch("VACUUM ANALYZE");
    cluster.batch("CHECKPOINT");
    println!("data: {sizes}, made in {:.0} s", started.elapsed().as_secs_f64());
}

/// Returns a body that registers feedback.
pub fn body_of(customer: &str, description: &str, demand: &str) -> String {
    serde_json::json!({ "customer_id": customer, "channel": "phone", "type": "complaint",
        "description": description, "demand": demand })
    .to_string()
}

/// Returns one of the texts.
pub fn text(number: usize) -> String {
    let mut rest = number;
    let mut text = String::new();
    for part in PARTS {
        text.push_str(part[rest % part.len()]);
        text.push('，');
        rest /= part.len();
    }
    let word = if number == 0 { RARE } else { "产品" };
    format!("{text}{word}编号{number}。")
}

/// Returns the SQL of a generated customer's id.
pub fn customer_id(number: &str) -> String {
    id('8', number)
}

fn id(kind: char, number: &str) -> String {
    format!("('00000000-0000-7000-{kind}000-' || lpad(to_hex({number}), 12, '0'))::uuid")
}

/// Returns the id of a generated customer.
pub fn id_of_customer(number: usize) -> String {
    format!("00000000-0000-7000-8000-{number:012x}")
}

/// Returns the id of a generated customer, another one each time.
pub fn any_customer(number: usize, count: i64) -> String {
    id_of_customer(1 + scattered(number, count))
}

/// Returns a number below `count`, another one each time.
pub fn scattered(number: usize, count: i64) -> usize {
    number.wrapping_mul(2_654_435_761) % usize::try_from(count).unwrap()
}

/// Returns the SQL of a new id that begins with the time, as ours do.
pub fn new_id() -> &'static str {
    "(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') \
     || substr(md5(random()::text), 1, 20))::uuid"
}

fn texts(cluster: &Running) {
    cluster.batch("CREATE TABLE bench_text (n integer PRIMARY KEY, description text, search tsvector)");
    let texts: Vec<String> = (0..TEXTS).map(text).collect();
    let tokens: Vec<String> = texts.iter().map(|text| search::tokens(text)).collect();
    sql_query(
        "INSERT INTO bench_text SELECT row_number() OVER () - 1, t, w::tsvector FROM unnest($1, $2) x (t, w)",
    )
    .bind::<Array<Text>, _>(texts)
    .bind::<Array<Text>, _>(tokens)
    .execute(&mut cluster.connect())
    .unwrap();
}

fn multiply_customers(cluster: &Running, seed: &str, count: i64) {
    let moved = "s.created_at - g * interval '1 second'";
    let own = customer_id("g");
    let row =
        [("id", own.as_str()), ("number", "'CU-B' || g"), ("name", "s.name || g"), ("created_at", moved)];
    multiply(cluster, "customer", &format!("s.id = '{seed}'"), &row, count);
    let points =
        [("id", "gen_random_uuid()"), ("customer_id", own.as_str()), ("normalised", "s.normalised || g")];
    let of_seed = format!("s.customer_id = '{seed}'");
    multiply(cluster, "customer_contact_point", &of_seed, &points, count);
}

fn multiply_feedback(cluster: &Running, seed: &str, customers: i64, count: i64) {
    let (own, customer) = (id('9', "g"), customer_id(&format!("1 + g % {customers}")));
    let earlier = |column: &str| format!("s.{column} - g * interval '1 second'");
    let (received, registered) = (earlier("received_at"), earlier("registered_at"));
    let row = [
        ("id", own.as_str()),
        ("number", "'FB-19990101-' || lpad(g::text, 8, '0')"),
        ("customer_id", customer.as_str()),
        ("received_at", received.as_str()),
        ("registered_at", registered.as_str()),
        ("track_token_hash", "NULL"),
        ("next_check_at", "NULL"),
    ];
    multiply(cluster, "feedback", &format!("s.id = '{seed}'"), &row, count);
    for table in dependents(cluster, seed) {
        let text = |column: &str| format!("(SELECT {column} FROM bench_text WHERE n = g % {TEXTS})");
        let (description, words) = (text("description"), text("search"));
        let rows = [
            ("id", "gen_random_uuid()"),
            ("feedback_id", own.as_str()),
            ("customer_id", customer.as_str()),
            ("description", description.as_str()),
            ("dedupe_key", "gen_random_uuid()::text"),
            ("search", words.as_str()),
        ];
        multiply(cluster, &table, &format!("s.feedback_id = '{seed}'"), &rows, count);
    }
}

/// Returns the tables that hold rows of a feedback, in an order that their references allow.
pub fn dependents(cluster: &Running, feedback: &str) -> Vec<String> {
    let tables = cluster.texts(
        "SELECT table_name FROM information_schema.columns
         WHERE column_name = 'feedback_id' AND table_schema = 'public'
         ORDER BY table_name",
    );
    let has_rows = |table: &String| {
        cluster.number(&format!("SELECT count(*) FROM {table} WHERE feedback_id = '{feedback}'")) > 0
    };
    tables.into_iter().filter(has_rows).collect()
}

/// Returns the columns of a table.
pub fn columns(cluster: &Running, table: &str) -> Vec<String> {
    cluster.texts(&format!(
        "SELECT column_name FROM information_schema.columns
         WHERE table_name = '{table}' AND table_schema = 'public' AND is_generated = 'NEVER'
         ORDER BY ordinal_position"
    ))
}

/// Copies the seed's rows `count` times, each copy with values of its own.
fn multiply(cluster: &Running, table: &str, seed: &str, own: &[(&str, &str)], count: i64) {
    let columns = columns(cluster, table);
    let value = |column: &String| {
        let mut own = own.iter().filter(|(name, _)| name == column);
        own.next().map_or_else(|| format!("s.{column}"), |(_, value)| (*value).to_owned())
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    cluster.batch(&format!(
        "SET session_replication_role = replica;
         INSERT INTO {table} ({}) SELECT {} FROM {table} s CROSS JOIN generate_series(1, {count}) g WHERE {seed}",
        columns.join(", "),
        values.join(", ")
    ));
}
