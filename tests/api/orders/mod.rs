//! Orders, usage, and what of them lies on which day.

mod days;
mod earning;
mod lists;
mod merges;
mod races;
mod random;
mod records;
mod refunds;
mod usage;

use crate::support::{Answer, App};
use serde_json::{Value, json};

/// Returns a purchase of one line by this customer, changed as said.
fn purchase(customer: &str, with: Value) -> Value {
    let body = json!({
        "customer_id": customer, "kind": "purchase", "occurred_at": "2026-01-04T04:00:00Z", "currency": "CNY",
        "channel": "store",
        "lines": [{ "product": "洗衣机", "category": "家电", "quantity": 1, "revenue_minor": 1000 }],
    });
    changed(body, with)
}

/// Returns a refund of so much, changed as said; it names no customer.
fn refund(minor: i64, with: Value) -> Value {
    let body = json!({
        "kind": "refund", "occurred_at": "2026-01-05T01:00:00Z", "currency": "CNY", "channel": "store",
        "lines": [{ "product": "洗衣机", "category": "家电", "quantity": 1, "revenue_minor": minor }],
    });
    changed(body, with)
}

fn changed(mut body: Value, with: Value) -> Value {
    for (name, value) in with.as_object().unwrap() {
        match value {
            Value::Null => drop(body.as_object_mut().unwrap().remove(name)),
            value => body[name] = value.clone(),
        }
    }
    body
}

async fn customer(app: &App) -> String {
    app.given().customer().await["id"].as_str().unwrap().to_owned()
}

async fn record(app: &App, body: Value) -> Answer {
    app.as_agent().post("/orders", body).await
}

/// Records an order and returns it.
async fn recorded(app: &App, body: Value) -> Value {
    record(app, body).await.expect(201)
}

async fn order(app: &App, order: &Value) -> Value {
    app.as_agent().get(&format!("/orders/{}", order["id"].as_str().unwrap())).await.expect(200)
}

/// Returns the ids of a list, page by page.
async fn ids(app: &App, path: &str) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let joint = if path.contains('?') { '&' } else { '?' };
        let page: Value = app.as_agent().get(&format!("{path}{joint}limit=2{cursor}")).await.expect(200);
        let items = page["items"].as_array().unwrap().iter();
        found.extend(items.map(|item| item["id"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

/// Returns the columns of the days of a customer, by day, each as text.
fn days(app: &App, customer: &str, columns: &str) -> Vec<String> {
    app.texts(&format!(
        "SELECT concat_ws(' ', local_day, {columns}) FROM purchase_day WHERE customer_id = '{customer}'
         ORDER BY local_day, currency"
    ))
}

/// Counts what the audit of orders finds.
async fn violations(app: &App) -> Vec<String> {
    let found: Value = app.as_analyst().get("/orders/verify").await.expect(200);
    let rules = found["violations"].as_array().unwrap().iter();
    rules.map(|violation| violation["rule"].as_str().unwrap().to_owned()).collect()
}
