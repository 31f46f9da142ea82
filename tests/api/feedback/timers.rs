//! What happens by itself happens at its own instant, whoever looks first; and clocks that open again.

use super::at;
use crate::support::{App, DEPARTMENT};
use chrono::TimeDelta;
use serde_json::{Value, json};

const HOUR: i64 = 3_600_000;

fn later(ms: i64) -> TimeDelta {
    TimeDelta::milliseconds(ms)
}

#[actix_web::test]
async fn a_reply_without_an_answer_closes_after_72_hours_whoever_looks_first() {
    let app = App::start().await;
    let (read, worked) = (app.given().replied().await, app.given().replied().await);
    let end = "2026-01-08T02:00:00.000Z";

    app.advance(later(72 * HOUR - 1));
    assert_eq!(read.shown().await["status"], "replied");
    app.advance(later(1));

    let shown = read.shown().await;
    let now = [&shown["status"], &shown["outcome"], &shown["closed_at"]];
    assert_eq!(now, [&json!("closed"), &json!("no_response"), &json!(end)]);
    assert_eq!(app.number("SELECT count(*) FROM feedback WHERE status = 'replied'"), 2);
    let clock = read.clock("confirmation").await;
    assert_eq!((&clock["state"], &clock["breached_at"]), (&json!("cancelled"), &Value::Null));
    app.advance(TimeDelta::days(5));
    app.work();
    assert_eq!(app.number("SELECT count(*) FROM feedback WHERE status = 'closed'"), 2);
    let shown = worked.shown().await;
    assert_eq!((&shown["outcome"], &shown["closed_at"]), (&json!("no_response"), &json!(end)));
    let events = worked.read("/events?limit=100").await;
    let last = events["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(
        (&last["kind"], &last["at"], &last["actor_kind"]),
        (&json!("no_response"), &json!(end), &json!("system"))
    );
}

#[actix_web::test]
async fn a_verdict_a_millisecond_before_the_end_is_in_time_and_one_after_is_late() {
    let app = App::start().await;
    let (before, after, ending) =
        (app.given().replied().await, app.given().replied().await, app.given().replied().await);

    app.advance(later(72 * HOUR - 1));
    let before = before.satisfied().await.shown().await;
    app.advance(later(1));
    ending
        .act(&app.as_agent(), "escalate", json!({ "reason": "x" }))
        .await
        .expect_problem(409, "invalid_transition");
    app.advance(later(1));
    let after = after.satisfied().await;

    assert_eq!(before["closed_at"], "2026-01-08T01:59:59.999Z");
    let shown = after.shown().await;
    assert_eq!(
        (&shown["outcome"], &shown["closed_at"]),
        (&json!("resolved"), &json!("2026-01-08T02:00:00.000Z"))
    );
    let history = after.history().await;
    assert_eq!(history[history.len() - 2..], ["no_response", "late_confirmed"]);
}

#[actix_web::test]
async fn the_customer_is_reminded_of_the_verdict_and_of_a_question() {
    let app = App::start().await;
    let replied = app.given().replied().await;
    let asked = app.given().accepted().await.ask().await;
    let told =
        |kind: &str| app.number(&format!("SELECT count(*) FROM customer_notice WHERE kind = '{kind}'"));

    for (hours, verdicts, questions) in [(23, 0, 0), (24, 1, 0), (25, 1, 0), (48, 2, 1), (71, 2, 1)] {
        app.set_time("2026-01-05T02:00:00Z");
        app.advance(TimeDelta::hours(hours));
        app.work();
        app.work();
        let now = (told("confirmation_reminder"), told("question_reminder"));
        assert_eq!(now, (verdicts, questions), "after {hours} hours");
    }
    assert_eq!(replied.shown().await["status"], "replied");
    assert_eq!(asked.shown().await["status"], "awaiting_customer");
}

#[actix_web::test]
async fn a_question_is_given_up_after_seven_days_and_a_hold_when_it_said() {
    let app = App::start().await;
    let asked = app.given().accepted().await.ask().await;
    let held = app.given().accepted().await;
    let handler = app.as_handler(DEPARTMENT);
    let hold = |to: &str| json!({ "reason": "等配件", "expected_at": to });
    let too_long = held.act(&handler, "hold", hold("2026-01-19T02:00:00.001Z")).await;
    too_long.expect_field("/expected_at", "hold_too_long");
    let past = held.act(&handler, "hold", hold("2026-01-05T02:00:00Z")).await;
    past.expect_field("/expected_at", "not_in_future");
    let held = held.take(&handler, "hold", hold("2026-01-19T02:00:00Z")).await;

    app.set_time("2026-01-12T01:59:59.999Z");
    assert_eq!(asked.shown().await["status"], "awaiting_customer");
    app.set_time("2026-01-12T02:00:00Z");
    let shown = asked.shown().await;
    assert_eq!((&shown["status"], &shown["timed_out"]), (&json!("in_progress"), &json!(true)));
    assert_eq!(shown["status_since"], "2026-01-12T02:00:00.000Z");
    app.set_time("2026-01-22T02:00:00Z");

    let held = held.submit().await;

    let history = held.history().await;
    assert_eq!(history[history.len() - 2..], ["hold_timed_out", "plan_submitted"]);
    let events = held.read("/events?limit=100").await;
    let timed_out = &events["items"][history.len() - 2];
    assert_eq!(timed_out["at"], "2026-01-19T02:00:00.000Z");
}

#[actix_web::test]
async fn a_returned_case_has_what_the_dispatch_had_left() {
    let app = App::start().await;
    let (early, late) = (app.given().feedback().await, app.given().feedback().await);
    let handler = app.as_handler(DEPARTMENT);
    let back = json!({ "reason": "不属于本部门" });
    app.advance(TimeDelta::minutes(30));
    let early = early.dispatch().await;
    app.advance(TimeDelta::minutes(30));

    let early = early.take(&handler, "return", back.clone()).await;

    let shown = early.shown().await;
    assert_eq!((&shown["status"], &shown["department_id"]), (&json!("registered"), &Value::Null));
    // 30 minutes were used; of the day 11:00 to 18:00 there are 360 minutes, and 570 are for the two days after
    let clock = early.clock("dispatch").await;
    assert_eq!((&clock["state"], &clock["remaining_seconds"]), (&json!("running"), &json!(930 * 60)));
    assert_eq!(early.due("dispatch").await, at("2026-01-07T10:30:00+08:00"));
    app.set_time("2026-01-08T10:00:00+08:00");
    let late = late.dispatch().await;
    assert_eq!(late.clock("dispatch").await["state"], "met_late");
    let late = late.take(&handler, "return", back).await;
    let clock = late.clock("dispatch").await;
    assert_eq!(
        (&clock["state"], &clock["breached_at"]),
        (&json!("breached"), &json!("2026-01-07T02:00:00.000Z"))
    );
    assert_eq!(late.dispatch().await.clock("dispatch").await["state"], "met_late");
}

#[actix_web::test]
async fn an_approval_settles_the_solution_as_of_the_submission() {
    let app = App::start().await;
    let [in_time, late, rejected, withdrawn] = [
        app.given().accepted().await,
        app.given().accepted().await,
        app.given().accepted().await,
        app.given().accepted().await,
    ];
    let head = app.as_head(DEPARTMENT);
    app.advance(TimeDelta::hours(71));
    let (in_time, rejected, withdrawn) =
        (in_time.submit().await, rejected.submit().await, withdrawn.submit().await);
    app.advance(TimeDelta::hours(2));
    let late = late.submit().await;
    app.advance(TimeDelta::hours(7));

    let (in_time, late) = (in_time.approve().await, late.approve().await);
    let rejected = rejected.take(&head, "reject", json!({ "comment": "依据不足" })).await;
    let withdrawn = withdrawn.take(&app.as_handler(DEPARTMENT), "withdraw", json!({})).await;

    let clock = in_time.clock("solution").await;
    assert_eq!((&clock["state"], &clock["met_at"]), (&json!("met"), &json!("2026-01-08T01:00:00.000Z")));
    let clock = late.clock("solution").await;
    assert_eq!(
        (&clock["state"], &clock["breached_at"]),
        (&json!("met_late"), &json!("2026-01-08T02:00:00.000Z"))
    );
    for item in [rejected, withdrawn] {
        let clock = item.clock("solution").await;
        assert_eq!((&clock["state"], &clock["remaining_seconds"]), (&json!("running"), &json!(3600)));
        assert_eq!(item.due("solution").await, at("2026-01-08T11:00:00Z"));
        assert_eq!(item.shown().await["status"], "in_progress");
    }
}

#[actix_web::test]
async fn a_reply_that_did_not_arrive_does_not_count() {
    let app = App::start().await;
    let item = app.given().approved().await;
    let due = item.due("reply").await;
    app.advance(TimeDelta::hours(10));
    let item = item.reply().await;
    app.advance(TimeDelta::hours(2));
    let program = app.as_key(&["feedback:write"]);
    let replies = item.read("/replies").await;
    let delivery = format!("replies/{}/delivery", replies["items"][0]["id"].as_str().unwrap());

    let item = item.take(&program, &delivery, json!({ "state": "failed" })).await;

    assert_eq!(item.shown().await["status"], "approved");
    assert_eq!(item.due("reply").await, due);
    for kind in ["reply", "first_response"] {
        assert_eq!(item.clock(kind).await["state"], "running", "{kind}");
    }
    assert_eq!(item.clock("confirmation").await["state"], "cancelled");
    item.track("confirm", json!({ "verdict": "satisfied" })).await.expect_problem(409, "invalid_transition");
    let item = item.take(&program, &delivery, json!({ "state": "failed" })).await;
    let history = item.history().await;
    let failures = history.iter().filter(|kind| *kind == "delivery_failed").count();
    assert_eq!(failures, 1, "the same report again is no news");
    let item = item.reply().await.satisfied().await;
    assert_eq!(item.shown().await["outcome"], "resolved");
    let seqs = item.read("/clocks").await;
    let of_kind = |kind: &str| seqs["items"].as_array().unwrap().iter().filter(|c| c["kind"] == kind).count();
    assert_eq!((of_kind("confirmation"), of_kind("reply"), of_kind("first_response")), (2, 1, 1));
}

#[actix_web::test]
async fn another_word_to_the_customer_is_a_response_though_the_reply_did_not_arrive() {
    for (hours, state) in [(11, "met"), (25, "met_late")] {
        let app = App::start().await;
        let agent = app.as_agent();
        let item = app.given().approved().await;
        app.advance(TimeDelta::hours(10));
        let item = item.reply().await;
        let replies = item.read("/replies").await;
        let delivery = format!("replies/{}/delivery", replies["items"][0]["id"].as_str().unwrap());
        app.advance(TimeDelta::hours(hours - 10));
        let said = app.now();
        let customer = item.shown().await["customer_id"].clone();
        let path = format!("/customers/{}/interactions", customer.as_str().unwrap());
        let call = json!({ "channel": "phone", "direction": "outbound", "kind": "call", "summary": "x", "feedback_id": item.id });
        agent.post(&path, call).await.expect::<Value>(201);
        app.advance(TimeDelta::hours(1));
        let note = json!({ "text": "请查收", "to_customer": true });
        let item = item.take(&agent, "progress-notes", note).await;

        let item = item.take(&agent, &delivery, json!({ "state": "failed" })).await;

        let clock = item.clock("first_response").await;
        assert_eq!(clock["state"], state);
        assert_eq!(at(clock["met_at"].as_str().unwrap()), said);
        assert_eq!(item.clock("reply").await["ended_at"], Value::Null);
        let item = item.reply().await;
        assert_eq!(item.clock("first_response").await, clock, "the next reply finds it met");
    }
}

#[actix_web::test]
async fn a_failure_after_no_response_reopens() {
    let app = App::start().await;
    let item = app.given().replied().await;
    let replies = item.read("/replies").await;
    let delivery = format!("replies/{}/delivery", replies["items"][0]["id"].as_str().unwrap());
    app.advance(TimeDelta::hours(80));

    let item = item.take(&app.as_agent(), &delivery, json!({ "state": "failed" })).await;

    let shown = item.shown().await;
    let now = [&shown["status"], &shown["round"], &shown["outcome"], &shown["closed_at"]];
    assert_eq!(now, [&json!("in_progress"), &json!(2), &Value::Null, &Value::Null]);
    assert_eq!(item.clock("solution").await["round"], 2);
}
