//! What the customer says of a reply, in time and late, and what comes after: T13, T15, T17, T21.

use crate::support::{App, DEPARTMENT, Item};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn now(item: &Item<'_>, names: &[&str]) -> Vec<Value> {
    let shown = item.shown().await;
    names.iter().map(|name| shown[*name].clone()).collect()
}

#[actix_web::test]
async fn a_satisfied_customer_resolves_and_a_low_score_accepts_in_part() {
    let app = App::start().await;
    for (body, outcome) in [
        (json!({ "verdict": "satisfied" }), "resolved"),
        (json!({ "verdict": "satisfied", "score": 4 }), "resolved"),
        (json!({ "verdict": "satisfied", "score": 3 }), "accepted_partial"),
        (json!({ "verdict": "satisfied", "score": 1 }), "accepted_partial"),
    ] {
        let item = app.given().replied().await.confirm(body).await;
        assert_eq!(now(&item, &["status", "outcome"]).await, [json!("closed"), json!(outcome)]);
        for clock in item.read("/clocks").await["items"].as_array().unwrap() {
            assert!(clock["due_at"].is_null() || clock["ended_at"].is_string(), "{clock}");
        }
    }
}

#[actix_web::test]
async fn a_dissatisfied_customer_gives_no_good_score() {
    let app = App::start().await;
    let item = app.given().replied().await;
    let body = json!({ "verdict": "dissatisfied", "score": 4 });

    item.track("confirm", body.clone()).await.expect_field("/score", "score_contradicts_verdict");
    item.act(&app.as_agent(), "confirm", body).await.expect_field("/score", "score_contradicts_verdict");

    assert_eq!(item.shown().await["status"], "replied");
}

#[actix_web::test]
async fn a_dissatisfied_customer_opens_a_round_at_a_higher_level() {
    let app = App::start().await;
    let item = app.given().replied().await;
    let handler = item.shown().await["handler_id"].clone();
    app.advance(TimeDelta::hours(3));

    let item = item.dissatisfied().await;

    let found = now(&item, &["status", "round", "escalation_level", "handler_id", "max_level"]).await;
    assert_eq!(found, [json!("escalated"), json!(2), json!(1), handler, json!(false)]);
    for (kind, state, budget) in
        [("solution", "running", 259_200), ("visit", "running", 604_800), ("dispatch", "running", 3600)]
    {
        let clock = item.clock(kind).await;
        assert_eq!(
            (&clock["round"], &clock["state"], &clock["budget_seconds"]),
            (&json!(2), &json!(state), &json!(budget)),
            "{kind}"
        );
        assert_eq!(clock["started_at"], "2026-01-05T05:00:00.000Z");
    }
    let told: Value = app.as_head(DEPARTMENT).get("/notifications").await.expect(200);
    let told = told["items"].as_array().unwrap().iter();
    assert_eq!(told.filter(|n| n["kind"] == "escalated").count(), 1);
    let visits = item.read("/clocks/visit/explain?round=1").await;
    assert_eq!(visits["clock"]["state"], "met");
    let item = item.take(&app.as_head(DEPARTMENT), "alternative", json!({ "reason": "换方案" })).await;
    assert_eq!(item.shown().await["status"], "in_progress");
    assert_eq!(item.clock("dispatch").await["state"], "met");
}

#[actix_web::test]
async fn service_records_a_verdict_with_evidence() {
    let app = App::start().await;
    let item = app.given().replied().await;
    let agent = app.as_agent();
    let body =
        json!({ "verdict": "satisfied", "score": 5, "comment": "很好", "evidence": "录音 2026-01-05-17" });

    let item = item.take(&agent, "confirm", body).await;

    let replies = item.read("/replies").await;
    let answer = &replies["items"][0]["satisfaction"];
    assert_eq!(answer["recorded_by"], json!(agent.id().await));
    let by_customer = app.given().closed().await.read("/replies").await;
    assert_eq!(by_customer["items"][0]["satisfaction"]["recorded_by"], Value::Null);
}

#[actix_web::test]
async fn a_late_answer_counts_for_thirty_days() {
    let app = App::start().await;
    let [satisfied, dissatisfied, silent] =
        [app.given().replied().await, app.given().replied().await, app.given().replied().await];
    app.set_time("2026-02-07T01:59:59.999Z");

    let satisfied = satisfied.confirm(json!({ "verdict": "satisfied", "score": 5 })).await;
    let dissatisfied = dissatisfied.dissatisfied().await;

    let closed = json!("2026-01-08T02:00:00.000Z");
    assert_eq!(now(&satisfied, &["outcome", "closed_at"]).await, [json!("resolved"), closed]);
    let found = now(&dissatisfied, &["status", "round", "escalation_level", "outcome"]).await;
    assert_eq!(found, [json!("in_progress"), json!(2), json!(0), Value::Null]);
    app.advance(TimeDelta::milliseconds(1));
    let late = silent.track("confirm", json!({ "verdict": "satisfied" })).await;
    late.expect_problem(409, "answer_locked");
    let reopen = silent.track("reopen", json!({ "reason": "又坏了" })).await;
    reopen.expect_problem(409, "reopen_window_over");
}

#[actix_web::test]
async fn an_answer_may_change_until_a_round_begins() {
    let app = App::start().await;
    let item = app.given().closed().await;

    let item = item.confirm(json!({ "verdict": "satisfied", "score": 2 })).await;
    assert_eq!(item.shown().await["outcome"], "accepted_partial");
    let item = item.dissatisfied().await;

    let found = now(&item, &["status", "round", "closed_at"]).await;
    assert_eq!(found, [json!("in_progress"), json!(2), Value::Null]);
    item.track("confirm", json!({ "verdict": "satisfied" })).await.expect_problem(409, "invalid_transition");
    assert_eq!(app.number("SELECT count(*) FROM satisfaction WHERE verdict = 'dissatisfied'"), 1);
}

#[actix_web::test]
async fn a_closed_case_is_reopened_within_the_window_and_keeps_its_number() {
    let app = App::start().await;
    let (by_customer, by_service, late) =
        (app.given().closed().await, app.given().closed().await, app.given().closed().await);
    let reason = json!({ "reason": "又坏了" });
    app.set_time("2026-02-04T01:59:59Z");

    by_customer.track("reopen", reason.clone()).await.expect::<Value>(200);
    let by_service = by_service.take(&app.as_agent(), "reopen", reason.clone()).await;

    for item in [&by_customer, &by_service] {
        let found = now(item, &["status", "round", "escalation_level", "number"]).await;
        assert_eq!(found, [json!("in_progress"), json!(2), json!(0), json!(item.number)]);
        let kinds = item.read("").await["clocks"].clone();
        let mut kinds: Vec<&str> =
            kinds.as_array().unwrap().iter().map(|c| c["kind"].as_str().unwrap()).collect();
        kinds.sort();
        assert_eq!(kinds, ["solution", "visit"]);
    }
    app.set_time("2026-02-04T02:00:00Z");
    late.act(&app.as_agent(), "reopen", reason).await.expect_problem(409, "reopen_window_over");
}

#[actix_web::test]
async fn what_nobody_handles_any_more_is_reopened_at_service() {
    let app = App::start().await;
    let item = app.given().closed().await;
    let handler = app.as_handler(DEPARTMENT).id().await;
    let path = format!("/staff/{handler}/deactivate");
    let gone = app.as_admin().if_match("*").post(&path, json!({})).await;
    assert!(gone.status.is_success(), "{gone:?}");

    let item = item.take(&app.as_agent(), "reopen", json!({ "reason": "又坏了" })).await;

    let found = now(&item, &["status", "department_id", "handler_id"]).await;
    assert_eq!(found, [json!("registered"), Value::Null, Value::Null]);
    let clock = item.clock("dispatch").await;
    assert_eq!((&clock["round"], &clock["budget_seconds"]), (&json!(2), &json!(3600)));
}

/// Takes an escalated case through another round to the next dissatisfaction.
async fn again(item: Item<'_>) -> Item<'_> {
    let item = item.dispatch().await.accept().await.submit().await;
    item.approve().await.reply().await.dissatisfied().await
}

#[actix_web::test]
async fn a_case_is_concluded_at_the_highest_level_after_two_replies() {
    let app = App::start().await;
    let item = app.given().escalated().await;
    let body = json!({ "reason": "无法修复", "text": "抱歉，我们无能为力。" });
    let boss = app.given().boss();
    item.act(&boss, "conclude", body.clone()).await.expect_problem(409, "not_max_level");
    let item = again(again(item).await).await;
    assert_eq!(now(&item, &["round", "escalation_level"]).await, [json!(4), json!(3)]);
    item.act(&app.as_head(DEPARTMENT), "conclude", body.clone()).await.expect_problem(403, "forbidden");

    let item = item.take(&boss, "conclude", body).await;

    assert_eq!(now(&item, &["status", "outcome"]).await, [json!("closed"), json!("unresolvable")]);
    let replies = item.read("/replies").await;
    let last = replies["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["round"], &last["text"]), (&json!(4), &json!("抱歉，我们无能为力。")));
    let reason = json!({ "reason": "新线索" });
    item.track("reopen", reason.clone()).await.expect_problem(409, "reopen_by_service_only");
    let item = item.take(&app.as_agent(), "reopen", reason).await;
    assert_eq!(now(&item, &["status", "round"]).await, [json!("in_progress"), json!(5)]);
}

#[actix_web::test]
async fn a_level_that_clocks_raised_needs_replies_of_two_rounds_too() {
    let app = App::start().await;
    let item = app.given().replied().await;
    app.execute("UPDATE feedback SET escalation_level = 3");
    let item = item.dissatisfied().await;
    assert_eq!(now(&item, &["escalation_level", "max_level"]).await, [json!(3), json!(true)]);
    let body = json!({ "reason": "无法修复", "text": "抱歉" });

    item.act(&app.as_admin(), "conclude", body).await.expect_problem(409, "too_few_rounds");
    // what history says
    app.execute("UPDATE feedback SET escalation_level = 1");
}
