//! Merged and cancelled, and what customers say afterwards.

use super::at;
use crate::support::{App, DEPARTMENT, Item};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn pair(app: &App) -> (Item<'_>, Item<'_>) {
    let customer = app.given().customer().await["id"].clone();
    let first = app.given().feedback_of(&customer, json!({})).await;
    app.advance(TimeDelta::hours(2));
    (first, app.given().feedback_of(&customer, json!({})).await)
}

fn into(item: &Item<'_>) -> Value {
    json!({ "into_id": item.id, "reason": "同一件事" })
}

#[actix_web::test]
async fn the_survivor_takes_the_smaller_rest_and_no_other_clock() {
    let app = App::start().await;
    let (old, young) = pair(&app).await;
    let old = old.dispatch().await.accept().await;
    let agent = app.as_agent();
    assert_eq!(young.due("solution").await, at("2026-01-08T04:00:00Z"));

    let old = old.take(&agent, "merge", into(&young)).await;

    let shown = old.shown().await;
    assert_eq!((&shown["status"], &shown["merged_into_id"]), (&json!("merged"), &json!(young.id)));
    for (kind, due) in [
        ("solution", "2026-01-08T02:00:00Z"),
        ("first_response", "2026-01-06T02:00:00Z"),
        ("visit", "2026-01-12T02:00:00Z"),
        // the old one's dispatch was met
        ("dispatch", "2026-01-07T04:00:00Z"),
    ] {
        assert_eq!(young.due(kind).await, at(due), "{kind}");
        assert_ne!(old.clock(kind).await["state"], "running", "{kind}");
    }
    assert_eq!(young.history().await, ["registered", "merged_in"]);
    let window: Value = old.customer().get(&format!("/track/{}", old.number)).await.expect(200);
    assert_eq!(window["number"], young.number.as_str());
}

#[actix_web::test]
async fn no_change_of_priority_or_type_gives_back_what_a_merge_took() {
    let app = App::start().await;
    let (old, young) = pair(&app).await;
    let agent = app.as_agent();
    old.take(&agent, "merge", into(&young)).await;
    let carried = at("2026-01-07T02:00:00Z");
    assert_eq!(young.due("dispatch").await, carried);
    let set = |priority: &str| json!({ "priority": priority, "reason": "重新评估" });

    let young = young.take(&agent, "set-priority", set("low")).await;
    assert_eq!(young.due("dispatch").await, carried, "five working days are more");
    let young = young.take(&agent, "set-priority", set("urgent")).await;
    assert_eq!(young.due("dispatch").await, at("2026-01-05T05:00:00Z"), "an hour is less");
    let young = young.take(&agent, "set-priority", set("normal")).await;
    assert_eq!(young.due("dispatch").await, carried);
    let path = format!("/feedback/{}", young.id);
    agent.if_match("*").patch(&path, json!({ "type": "praise" })).await.expect::<Value>(200);
    assert_eq!(young.due("dispatch").await, carried);
    assert_eq!(young.due("solution").await, at("2026-01-08T02:00:00Z"));
}

#[actix_web::test]
async fn a_younger_one_leaves_the_older_as_it_is() {
    let app = App::start().await;
    let (old, young) = pair(&app).await;

    let young = young.take(&app.as_agent(), "merge", into(&old)).await;

    assert_eq!(old.due("solution").await, at("2026-01-08T02:00:00Z"));
    assert_eq!(young.shown().await["status"], "merged");
}

#[actix_web::test]
async fn a_case_is_merged_only_with_another_open_one_of_the_same_customer() {
    let app = App::start().await;
    let item = app.given().feedback().await;
    let agent = app.as_agent();
    let foreign = app.given().feedback().await;
    let closed = app.given().closed().await;
    let body = json!({
        "contact": { "name": "李雷" }, "channel": "phone", "type": "complaint", "description": "x", "demand": "x",
    });
    let nobody = Item::of(&app, &agent.post("/feedback", body.clone()).await.expect(201));
    let nobody_too = Item::of(&app, &agent.post("/feedback", body).await.expect(201));

    item.act(&agent, "merge", into(&item)).await.expect_problem(409, "target_not_open");
    item.act(&agent, "merge", into(&closed)).await.expect_problem(409, "target_not_open");
    item.act(&agent, "merge", into(&foreign)).await.expect_problem(409, "different_customer");
    nobody.act(&agent, "merge", into(&nobody_too)).await.expect_problem(409, "different_customer");
    let unknown = json!({ "into_id": "018f6b1e-0000-7000-8000-000000000001", "reason": "x" });
    item.act(&agent, "merge", unknown).await.expect_field("/into_id", "unknown_feedback");
}

#[actix_web::test]
async fn a_pending_plan_is_withdrawn_by_a_merge() {
    let app = App::start().await;
    let (old, young) = pair(&app).await;
    let old = old.dispatch().await.accept().await.submit().await;

    let old = old.take(&app.as_agent(), "merge", into(&young)).await;

    assert_eq!(old.read("/plans").await["items"][0]["state"], "withdrawn");
}

#[actix_web::test]
async fn what_is_said_of_a_merged_one_reaches_the_last_survivor() {
    let app = App::start().await;
    let customer = app.given().customer().await["id"].clone();
    let first = app.given().feedback_of(&customer, json!({})).await;
    let second = app.given().feedback_of(&customer, json!({})).await;
    let last = app.given().feedback_of(&customer, json!({})).await;
    let agent = app.as_agent();
    let first = first.take(&agent, "merge", into(&second)).await;
    second.take(&agent, "merge", into(&last)).await;
    let last = last.dispatch().await.accept().await.ask().await;

    let answer: Value = first.track("answer", json!({ "text": "1 月 3 日" })).await.expect(200);

    assert_eq!(answer["number"], last.number.as_str());
    assert_eq!(last.shown().await["status"], "in_progress");
    assert_eq!(first.shown().await["status"], "merged");
    let again = first.act(&agent, "customer-answer", json!({ "text": "还有" })).await;
    again.expect::<Value>(200);
    assert_eq!(last.history().await.last().unwrap(), "customer_answered");
}

#[actix_web::test]
async fn from_work_on_only_a_withdrawal_cancels() {
    let app = App::start().await;
    let agent = app.as_agent();
    let because = |reason: &str| json!({ "reason": reason });
    for reason in ["invalid", "spam", "withdrawn"] {
        let item = app.given().dispatched().await.take(&agent, "cancel", because(reason)).await;
        let shown = item.shown().await;
        assert_eq!((&shown["status"], &shown["outcome"]), (&json!("cancelled"), &Value::Null));
    }
    let item = app.given().accepted().await;
    for reason in ["invalid", "spam"] {
        item.act(&agent, "cancel", because(reason)).await.expect_problem(409, "only_withdrawn");
    }
    item.act(&agent, "cancel", because("bored")).await.expect_field("/reason", "unknown_code");
    item.take(&agent, "cancel", because("withdrawn")).await;
    let replied = app.given().closed().await;
    let reopened = replied.take(&agent, "reopen", json!({ "reason": "又坏了" })).await;
    reopened.act(&agent, "cancel", because("withdrawn")).await.expect_problem(409, "already_replied");
}

#[actix_web::test]
async fn an_answer_is_taken_in_every_status_and_changes_no_other() {
    let app = App::start().await;
    let customer = app.given().customer().await["id"].clone();
    let target = app.given().feedback_of(&customer, json!({})).await;
    for status in [
        "registered",
        "dispatched",
        "in_progress",
        "awaiting_customer",
        "awaiting_third_party",
        "pending_approval",
        "approved",
        "replied",
        "escalated",
        "closed",
        "merged",
        "cancelled",
    ] {
        let item = app.given().reached(status, &customer, &target.id).await;
        let item = item.answer().await;
        let expected = if status == "awaiting_customer" { "in_progress" } else { status };
        assert_eq!(item.shown().await["status"], expected, "{status}");
    }
    let inbound = "SELECT count(*) FROM interaction WHERE direction = 'inbound'";
    assert_eq!(app.number(inbound), 12);
}

#[actix_web::test]
async fn an_answer_to_a_cancelled_case_opens_another() {
    let app = App::start().await;
    let customer = app.given().customer().await["id"].clone();
    let item = app.given().reached("cancelled", &customer, "").await.answer().await;

    let path = format!("/feedback?customer_id={}&status=registered", customer.as_str().unwrap());
    let page: Value = app.as_agent().get(&path).await.expect(200);

    let child = page["items"][0]["id"].as_str().unwrap().to_owned();
    let child: Value = app.as_agent().get(&format!("/feedback/{child}")).await.expect(200);
    assert_eq!(child["parent_id"], item.id.as_str());
    assert_eq!((&child["type"], &child["description"]), (&json!("complaint"), &json!("1 月 3 日")));
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn words_for_a_closed_case_wait_at_service() {
    let app = App::start().await;
    let item = app.given().closed().await.answer().await;
    assert_eq!(item.shown().await["status"], "closed");

    let told: Value = app.as_agent().get("/notifications").await.expect(200);
    let told = told["items"].as_array().unwrap().iter();
    assert_eq!(told.filter(|n| n["kind"] == "customer_answered").count(), 1);
    let work: Value = app.as_agent().get("/worklist").await.expect(200);
    assert_eq!(work["items"][0]["id"], item.id.as_str(), "until somebody deals with it");
    assert_eq!(app.as_handler(DEPARTMENT).get("/worklist").await.json()["items"], json!([]));
    let shown = item.shown().await;
    let path = format!("/customers/{}/interactions", shown["customer_id"].as_str().unwrap());
    let call = json!({ "channel": "phone", "direction": "outbound", "kind": "call", "summary": "已解释", "feedback_id": item.id });
    app.as_agent().post(&path, call).await.expect::<Value>(201);
    assert_eq!(app.as_agent().get("/worklist").await.json()["items"], json!([]));
}
