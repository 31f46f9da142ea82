//! Pauses, the clock of each day, and policies that say otherwise.

use super::{at, days_policy};
use crate::support::{App, DEPARTMENT, Item};
use serde_json::{Value, json};

async fn states(item: &Item<'_>, kind: &str) -> Vec<String> {
    let clocks = item.read("/clocks").await;
    let own = clocks["items"].as_array().unwrap().iter().filter(|c| c["kind"] == kind);
    own.map(|c| c["state"].as_str().unwrap().to_owned()).collect()
}

async fn hold(app: &App, item: Item<'_>, until: &str) -> Value {
    let body = json!({ "reason": "等配件", "expected_at": until });
    let handler = app.as_handler(DEPARTMENT);
    item.take(&handler, "hold", body).await.clock("solution").await
}

#[actix_web::test]
async fn waiting_for_a_third_party_counts_unless_the_policy_says_otherwise() {
    let app = App::start().await;
    let until = "2026-01-06T02:00:00Z";
    let counted = hold(&app, app.given().accepted().await, until).await;
    let policy =
        json!({ "name": "p", "order": 1, "pause_statuses": ["awaiting_third_party"], "targets": [] });
    app.as_admin().post("/sla/policies", policy).await.expect::<Value>(201);
    let item = app.given().accepted().await;
    let paused = hold(&app, item.clone(), until).await;
    let asked = app.given().accepted().await.ask().await;

    assert_eq!((&counted["state"], &paused["state"]), (&json!("running"), &json!("paused")));
    assert_eq!(asked.clock("solution").await["state"], "running", "the policy lists the other status alone");
    app.set_time("2026-01-06T08:00:00Z");
    let shown = item.shown().await;
    assert_eq!((&shown["status"], &shown["timed_out"]), (&json!("in_progress"), &json!(true)));
    assert_eq!(item.due("solution").await, at("2026-01-09T02:00:00Z"));
}

#[actix_web::test]
async fn pausing_heals_nothing() {
    let app = App::start().await;
    let item = app.given().accepted().await;
    app.set_time("2026-01-08T03:00:00Z");

    let item = item.ask().await;

    let clock = item.clock("solution").await;
    assert_eq!(
        (&clock["state"], &clock["breached_at"]),
        (&json!("breached"), &json!("2026-01-08T02:00:00.000Z"))
    );
    let item = item.answer().await;
    assert_eq!(item.clock("solution").await["state"], "breached");
}

#[actix_web::test]
async fn each_working_day_has_its_clock_and_a_note_meets_it() {
    let app = App::start().await;
    days_policy(&app, "solution", 365, "days").await;
    app.set_time("2026-01-08T10:00:00+08:00");
    let item = app.given().accepted().await;
    assert!(states(&item, "progress").await.is_empty(), "it begins with the next working day");

    app.set_time("2026-01-09T09:00:00+08:00");
    assert_eq!(states(&item, "progress").await, ["running"]);
    assert_eq!(item.due("progress").await, at("2026-01-09T18:00:00+08:00"));
    let item = item.take(&app.as_agent(), "progress-notes", json!({ "text": "已联系厂家" })).await;
    assert_eq!(states(&item, "progress").await, ["met"]);
    app.set_time("2026-01-11T12:00:00+08:00");
    assert_eq!(states(&item, "progress").await, ["met"], "a weekend has none");
    app.set_time("2026-01-13T08:00:00+08:00");
    assert_eq!(states(&item, "progress").await, ["met", "breached"]);
    app.set_time("2026-01-13T18:00:00+08:00");
    assert_eq!(states(&item, "progress").await, ["met", "breached", "running"]);
    let item = item.take(&app.as_agent(), "progress-notes", json!({ "text": "已到货" })).await;
    assert_eq!(states(&item, "progress").await, ["met", "breached", "met"], "at closing is in time");
}

#[actix_web::test]
async fn the_day_waits_for_the_customer_and_ends_with_the_work() {
    let app = App::start().await;
    days_policy(&app, "solution", 365, "days").await;
    let (asked, back, planned) =
        (app.given().accepted().await, app.given().accepted().await, app.given().accepted().await);
    app.set_time("2026-01-06T10:00:00+08:00");

    let (asked, back, planned) = (asked.ask().await, back.ask().await, planned.submit().await);

    assert_eq!(states(&asked, "progress").await, ["paused"]);
    assert_eq!(states(&planned, "progress").await, ["cancelled"]);
    app.set_time("2026-01-06T16:00:00+08:00");
    let back = back.answer().await;
    assert_eq!(states(&back, "progress").await, ["running"]);
    assert_eq!(back.due("progress").await, at("2026-01-06T18:00:00+08:00"), "the day grows no longer");
    app.set_time("2026-01-07T10:00:00+08:00");
    assert_eq!(states(&asked, "progress").await, ["cancelled"]);
    assert_eq!(states(&back, "progress").await, ["breached", "running"]);
}

#[actix_web::test]
async fn a_visit_may_be_promised_from_the_reply_on() {
    let app = App::start().await;
    let policy = json!({ "name": "p", "order": 1, "visit_starts": "replied_at", "targets": [] });
    app.as_admin().post("/sla/policies", policy).await.expect::<Value>(201);
    let item = app.given().approved().await;
    assert!(states(&item, "visit").await.is_empty());
    app.advance(chrono::TimeDelta::hours(3));

    let item = item.reply().await;

    assert_eq!(item.due("visit").await, at("2026-01-12T05:00:00Z"));
    let item = item.satisfied().await;
    assert_eq!(states(&item, "visit").await, ["met"]);
}

#[actix_web::test]
async fn a_policy_warns_at_its_own_percents() {
    let app = App::start().await;
    let targets = json!([{ "clock": "solution", "amount": 100, "unit": "hours", "warn_at_percent": [10] }]);
    let policy = json!({ "name": "p", "order": 1, "targets": targets });
    app.as_admin().post("/sla/policies", policy).await.expect::<Value>(201);
    let item = app.given().accepted().await;
    let warned = || {
        app.number(&format!(
            "SELECT count(*) FROM notification WHERE kind = 'due_soon' AND feedback_id = '{}'",
            item.id
        ))
    };

    app.advance(chrono::TimeDelta::minutes(599));
    app.work();
    assert_eq!(warned(), 0);
    app.advance(chrono::TimeDelta::minutes(1));
    app.work();
    app.work();
    assert_eq!(warned(), 1);
}

#[actix_web::test]
async fn a_new_version_of_a_policy_is_for_clocks_that_start_later() {
    let app = App::start().await;
    let policy = |hours: u32| json!([{ "clock": "solution", "amount": hours, "unit": "hours" }]);
    let body = json!({ "name": "p", "order": 1, "targets": policy(10) });
    let made: Value = app.as_admin().post("/sla/policies", body).await.expect(201);
    let before = app.given().accepted().await;

    let path = format!("/sla/policies/{}", made["id"].as_str().unwrap());
    let patch = json!({ "targets": policy(20) });
    app.as_admin().if_match("*").patch(&path, patch).await.expect::<Value>(200);
    let after = app.given().accepted().await;

    assert_eq!(before.clock("solution").await["budget_seconds"], 36_000);
    assert_eq!(after.clock("solution").await["budget_seconds"], 72_000);
}
