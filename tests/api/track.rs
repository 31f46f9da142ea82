//! The customer's own window: number and token open it together, and it leaks nothing.

use crate::support::{Answer, App, DEPARTMENT, Item};
use serde_json::{Value, json};

async fn look(item: &Item<'_>) -> Value {
    item.customer().get(&format!("/track/{}", item.number)).await.expect(200)
}

fn without_request(answer: &Answer) -> Value {
    let mut body = answer.json();
    body["request_id"] = Value::Null;
    body["instance"] = Value::Null;
    body
}

#[actix_web::test]
async fn the_window_shows_where_the_case_stands_and_nothing_of_the_house() {
    let app = App::start().await;
    let item = app.given().feedback().await;

    let window = look(&item).await;

    assert_eq!((&window["number"], &window["status"]), (&json!(item.number), &json!("registered")));
    assert_eq!(window["promised_at"], "2026-01-06T02:00:00.000Z");
    let asked = app.given().accepted().await.ask().await;
    assert_eq!(look(&asked).await["question"], "请问您是哪一天入住的？");
    let replied = app.given().replied().await;
    let window = look(&replied).await;
    assert_eq!((&window["reply"], &window["basis"]), (&json!("已为您更换房间。"), &json!("4.2")));
    assert_eq!((&window["can_confirm"], &window["can_reopen"]), (&json!(true), &json!(false)));
    let shown = replied.shown().await;
    let text = window.to_string();
    for secret in ["id", "department_id", "handler_id", "customer_id", "registered_by"] {
        if let Some(value) = shown[secret].as_str() {
            assert!(!text.contains(value), "{secret} in {text}");
        }
    }
    for inner in ["allowed_actions", "priority", "escalation_level", "clocks", "Wang"] {
        assert!(!text.contains(inner), "{inner} in {text}");
    }
}

#[actix_web::test]
async fn a_wrong_number_and_a_wrong_token_are_told_alike() {
    let app = App::start().await;
    let (item, other) = (app.given().feedback().await, app.given().feedback().await);
    let real = format!("/track/{}", item.number);
    let wrong = app.anonymous().header("X-Track-Token", &other.token);

    let wrong_token = wrong.get(&real).await;
    let wrong_number = wrong.get("/track/FB-20260105-999999").await;
    let no_token = app.anonymous().get(&real).await;
    let odd = app.anonymous().header("X-Track-Token", b"\xff\xfe").get(&real).await;

    for answer in [&wrong_token, &wrong_number, &no_token, &odd] {
        answer.expect_problem(404, "not_found");
        assert_eq!(without_request(answer), without_request(&wrong_token));
    }
    for (action, body) in [
        ("confirm", json!({ "verdict": "satisfied" })),
        ("answer", json!({ "text": "x" })),
        ("reopen", json!({ "reason": "x" })),
    ] {
        wrong.post(&format!("{real}/{action}"), body).await.expect_problem(404, "not_found");
    }
    assert_eq!(item.history().await, ["registered"]);
    // a session opens nothing here
    app.as_admin().get(&real).await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn a_new_token_ends_the_old_one_and_neither_is_stored() {
    let app = App::start().await;
    let item = app.given().feedback().await;
    let path = format!("/feedback/{}/track-token", item.id);

    let renewed: Value = app.as_agent().post(&path, json!({})).await.expect(200);

    let token = renewed["track_token"].as_str().unwrap();
    item.customer().get(&format!("/track/{}", item.number)).await.expect_problem(404, "not_found");
    let fresh = app.anonymous().header("X-Track-Token", token);
    fresh.get(&format!("/track/{}", item.number)).await.expect::<Value>(200);
    for stored in [token, &item.token] {
        let dump = "SELECT count(*) FROM idempotency_record WHERE body LIKE '%";
        assert_eq!(app.number(&format!("{dump}{stored}%'")), 0);
    }
    app.as_handler(DEPARTMENT).post(&path, json!({})).await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn a_replay_shows_everything_but_the_token() {
    let app = App::start().await;
    let customer = app.given().customer().await["id"].clone();
    let body = json!({
        "customer_id": customer, "channel": "phone", "type": "complaint", "description": "x", "demand": "x",
    });
    let agent = app.as_agent().key("registration-1");

    let first = agent.post("/feedback", body.clone()).await;
    let again = agent.post("/feedback", body).await;

    assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
    let (first, again): (Value, Value) = (first.expect(201), again.expect(201));
    assert!(first["track_token"].is_string());
    assert_eq!(again["track_token"], Value::Null);
    assert_eq!(again["id"], first["id"]);
    assert_eq!(app.number("SELECT count(*) FROM feedback"), 1);
    let path = format!("/feedback/{}/track-token", first["id"].as_str().unwrap());
    let agent = app.as_agent().key("renewal-1");
    assert!(agent.post(&path, json!({})).await.json()["track_token"].is_string());
    assert_eq!(agent.post(&path, json!({})).await.json()["track_token"], Value::Null);
}

#[actix_web::test]
async fn what_a_customer_sends_twice_counts_once() {
    let app = App::start().await;
    let item = app.given().accepted().await.ask().await;
    let path = format!("/track/{}/answer", item.number);
    let customer = item.customer().key("answer-1");

    customer.post(&path, json!({ "text": "1 月 3 日" })).await.expect::<Value>(200);
    let again = customer.post(&path, json!({ "text": "1 月 3 日" })).await;

    assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
    let answered = item.history().await.iter().filter(|kind| *kind == "customer_answered").count();
    assert_eq!(answered, 1);
}

#[actix_web::test]
async fn two_customers_may_use_the_same_key() {
    let app = App::start().await;
    let (one, two) = (app.given().replied().await, app.given().replied().await);
    for item in [&one, &two] {
        let path = format!("/track/{}/confirm", item.number);
        let answer = item.customer().key("1").post(&path, json!({ "verdict": "satisfied" })).await;
        assert_eq!(answer.header("Idempotency-Replayed"), None);
        assert_eq!(answer.expect::<Value>(200)["number"], item.number.as_str());
    }
}

#[actix_web::test]
async fn the_customer_takes_only_the_customers_steps() {
    let app = App::start().await;
    let item = app.given().approved().await;

    let early = item.track("confirm", json!({ "verdict": "satisfied" })).await;
    let problem = early.expect_problem(409, "invalid_transition");
    assert_eq!(problem.current_status.as_deref(), Some("approved"));
    let allowed = problem.allowed_actions.unwrap_or_default();
    assert!(
        allowed.iter().all(|step| ["customer-answer", "confirm", "reopen"].contains(&step.as_str())),
        "{allowed:?}"
    );
    let reopen = item.track("reopen", json!({ "reason": "x" })).await;
    reopen.expect_problem(409, "invalid_transition");
    let evidence = json!({ "verdict": "satisfied", "evidence": "x" });
    assert_eq!(item.track("confirm", evidence).await.status.as_u16(), 422);

    let item = item.reply().await.satisfied().await;
    let window = look(&item).await;
    let found = [
        &window["status"],
        &window["outcome"],
        &window["verdict"],
        &window["can_reopen"],
        &window["promised_at"],
    ];
    assert_eq!(
        found,
        [&json!("closed"), &json!("resolved"), &json!("satisfied"), &json!(true), &Value::Null]
    );
}
