//! Points that are earned and redeemed. Of two customers one is asked about over HTTP and the other by pgbench, whose
//! entries are in no chain.

use super::{
    cluster::Running,
    data,
    http::{self, Request},
    measures::Ask,
    server::Server,
};
use std::rc::Rc;
use uuid::Uuid;

/// How many points are earned at once.
pub const EARNED: i64 = 100;
/// How many points are redeemed at once.
pub const REDEEMED: i64 = 1;
/// The first customer that is asked about over HTTP.
pub const OURS: usize = 1;
/// The first customer that pgbench asks about.
pub const THEIRS: usize = 2;
/// How many connections earn what the data begin with.
const CONNECTIONS: usize = 64;

/// Returns a request that earns points.
pub fn earning(server: &str, customer: usize) -> Request {
    let source = serde_json::json!({ "system": "shop", "id": Uuid::new_v4() });
    let body = serde_json::json!({ "amount": EARNED, "reason": "订单奖励", "source": source });
    request(server, customer, "earn", &body)
}

/// Returns a request that redeems points.
pub fn redeeming(server: &str, customer: usize) -> Request {
    request(server, customer, "redeem", &serde_json::json!({ "amount": REDEEMED, "reason": "积分抵扣" }))
}

fn request(server: &str, customer: usize, what: &str, body: &serde_json::Value) -> Request {
    let customer = data::id_of_customer(customer);
    Request {
        url: format!("{server}/api/v1/customers/{customer}/points/{what}"),
        body: Some(body.to_string()),
        key: Some(Uuid::new_v4().to_string()),
    }
}

/// Returns the number of one of our customers, another one each time.
pub fn ours(number: usize, accounts: i64) -> usize {
    OURS + 2 * data::scattered(number, accounts)
}

/// Returns the SQL of the number of one of pgbench's customers, which are counted from 1.
pub fn theirs(number: &str) -> String {
    format!("2 * {number}")
}

/// Lets the customers earn, one after another, `times` in all.
pub fn earn_history(server: &Server, customers: i64, times: i64) {
    let (customers, times) = (usize::try_from(customers).unwrap(), usize::try_from(times).unwrap());
    let at = server.at("");
    let ask: Ask = Rc::new(move |number| earning(&at, 1 + number % customers));
    http::load_times(&server.authorization(), CONNECTIONS, times, &ask);
}

/// Verifies that the first of our accounts, which has earned all the time, adds up, and says so.
pub fn verify_first(cluster: &Running) {
    let customer = data::id_of_customer(OURS);
    let of_account = format!("(SELECT id FROM points_account WHERE customer_id = '{customer}')");
    let number = |sql: &str| cluster.number(&format!("SELECT {sql} = {of_account}"));
    let balance = number("balance FROM points_account WHERE id");
    let entries = number("sum(amount) FROM ledger_entry WHERE account_id");
    let lots = number("sum(remaining) FROM points_lot WHERE account_id");
    let days = number("sum(earned) FROM points_earned_day WHERE account_id");
    let (last, count) =
        (number("seq FROM points_account WHERE id"), number("count(*) FROM ledger_entry WHERE account_id"));
    println!("hot account: balance {balance}, {count} entries sum {entries}, lots {lots}, days {days}");
    assert!(balance == entries && balance == lots && last == count, "the ledger does not add up");
}
