//! The closed loop over HTTP, rule by rule.

mod approvals;
mod clocks;
mod compensation;
mod crowds;
mod database;
mod endings;
mod intake;
mod ladder;
mod lists;
mod machine;
mod pauses;
mod races;
mod recalculation;
mod sight;
mod timers;
mod verdicts;

use crate::support::{App, Client, DEPARTMENT};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Adds the policy that everything else takes a year, and this clock as long as said.
async fn days_policy(app: &App, clock: &str, amount: u32, unit: &str) -> Value {
    days_policy_at(app, 1, clock, amount, unit).await
}

/// Adds such a policy that is asked in this order.
async fn days_policy_at(app: &App, order: i32, clock: &str, amount: u32, unit: &str) -> Value {
    let mut targets = vec![json!({ "clock": clock, "amount": amount, "unit": unit })];
    for other in ["first_response", "dispatch", "solution", "approval", "reply", "visit"] {
        if other != clock {
            targets.push(json!({ "clock": other, "amount": 365, "unit": "days" }));
        }
    }
    let policy = json!({ "name": format!("tests {order}"), "order": order, "targets": targets });
    app.as_admin().post("/sla/policies", policy).await.expect(201)
}

/// Puts somebody out of office for the year.
async fn away(app: &App, who: &Client, substitute: Option<String>) {
    let body =
        json!({ "from": "2026-01-01T00:00:00Z", "to": "2027-01-01T00:00:00Z", "substitute_id": substitute });
    let path = format!("/staff/{}/absences", who.id().await);
    let answer = app.as_admin().if_match("*").post(&path, body).await;
    assert!(answer.status.is_success(), "{answer:?}");
}

/// Changes who leads the department.
async fn lead(app: &App, with: Value) {
    app.given().organisation().await;
    let path = format!("/departments/{}", app.given().department(DEPARTMENT).await);
    app.as_admin().if_match("*").patch(&path, with).await.expect::<Value>(200);
}
