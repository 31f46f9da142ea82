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
mod timers;
mod verdicts;

use crate::support::App;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Adds the policy that everything else takes a year, and this clock as long as said.
async fn days_policy(app: &App, clock: &str, amount: u32, unit: &str) {
    let mut targets = vec![json!({ "clock": clock, "amount": amount, "unit": unit })];
    for other in ["first_response", "dispatch", "solution", "approval", "reply", "visit"] {
        if other != clock {
            targets.push(json!({ "clock": other, "amount": 365, "unit": "days" }));
        }
    }
    let policy = json!({ "name": "tests", "order": 1, "targets": targets });
    app.as_admin().post("/sla/policies", policy).await.expect::<Value>(201);
}
