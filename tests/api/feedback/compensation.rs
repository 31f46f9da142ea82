//! Compensation: proposed, reserved, issued or released; paid once for all rounds.

use crate::support::{App, DEPARTMENT, Item, plan};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn of_plan(item: &Item<'_>, number: usize) -> Value {
    item.read("/plans").await["items"][number - 1]["compensation"].clone()
}

/// Brings a new case to a reply, with this compensation.
async fn promised<'a>(app: &'a App, compensation: Value) -> Item<'a> {
    let item = app.given().accepted().await;
    let item = item.submit_with(json!({ "compensation": compensation })).await;
    item.approve().await.reply().await
}

#[actix_web::test]
async fn it_is_reserved_by_the_approval_and_issued_to_a_satisfied_customer() {
    let app = App::start().await;
    let wanted = json!({ "points": 100, "amount_minor": 2000, "currency": "CNY" });
    let item = app.given().accepted().await;
    let item = item.submit_with(json!({ "compensation": wanted })).await;
    assert_eq!(of_plan(&item, 1).await["state"], "proposed");
    let item = item.approve().await;
    assert_eq!(of_plan(&item, 1).await["state"], "reserved");

    let item = item.reply().await.satisfied().await;

    let paid = of_plan(&item, 1).await;
    assert_eq!(paid["state"], "issued");
    assert_eq!((&paid["paid_points"], &paid["paid_amount_minor"]), (&json!(100), &json!(2000)));
    assert_eq!(paid["issued_at"], "2026-01-05T02:00:00.000Z");
}

#[actix_web::test]
async fn it_is_released_by_a_rejection_a_withdrawal_a_new_round_and_a_merge() {
    let app = App::start().await;
    let with = json!({ "compensation": { "points": 5 } });
    let handler = app.as_handler(DEPARTMENT);
    let rejected = app.given().accepted().await.submit_with(with.clone()).await;
    let rejected = rejected.take(&app.as_head(DEPARTMENT), "reject", json!({ "comment": "x" })).await;
    let withdrawn = app.given().accepted().await.submit_with(with.clone()).await;
    let withdrawn = withdrawn.take(&handler, "withdraw", json!({})).await;
    let dissatisfied = promised(&app, json!({ "points": 5 })).await.dissatisfied().await;
    let customer = app.given().customer().await["id"].clone();
    let target = app.given().feedback_of(&customer, json!({})).await;
    let merged = app.given().reached("in_progress", &customer, "").await.submit_with(with).await;
    let body = json!({ "into_id": target.id, "reason": "重复" });
    let merged = merged.take(&app.as_agent(), "merge", body).await;

    for item in [rejected, withdrawn, dissatisfied, merged] {
        assert_eq!(of_plan(&item, 1).await["state"], "released", "{:?}", item.history().await);
    }
}

#[actix_web::test]
async fn without_an_answer_it_is_kept_for_the_late_window() {
    let app = App::start().await;
    let (late, silent) =
        (promised(&app, json!({ "points": 5 })).await, promised(&app, json!({ "points": 5 })).await);
    app.advance(TimeDelta::days(20));
    app.work();
    assert_eq!(of_plan(&silent, 1).await["state"], "reserved");

    let late = late.satisfied().await;
    app.advance(TimeDelta::days(14));
    app.work();

    assert_eq!(of_plan(&late, 1).await["state"], "issued");
    assert_eq!(of_plan(&silent, 1).await["state"], "released");
}

#[actix_web::test]
async fn a_later_one_is_paid_less_what_was_paid_before() {
    let app = App::start().await;
    let item = promised(&app, json!({ "points": 100, "amount_minor": 500, "currency": "CNY" }))
        .await
        .satisfied()
        .await;
    let more = [
        (json!({ "points": 150, "amount_minor": 700, "currency": "USD" }), 50, json!(700)),
        (json!({ "points": 120 }), 0, Value::Null),
        (json!({ "points": 30, "additional": true }), 30, Value::Null),
    ];
    let mut item = item;
    for (number, (wanted, points, money)) in (2..).zip(more) {
        item = item.take(&app.as_agent(), "reopen", json!({ "reason": "又坏了" })).await;
        item = item.submit_with(json!({ "compensation": wanted })).await;
        item = item.approve().await.reply().await.satisfied().await;
        let paid = of_plan(&item, number).await;
        assert_eq!((&paid["paid_points"], &paid["paid_amount_minor"]), (&json!(points), &money), "{paid}");
    }
    assert_eq!(of_plan(&item, 1).await["state"], "issued");
}

#[actix_web::test]
async fn the_same_reward_is_given_once() {
    let app = App::start().await;
    let gift = json!("018f6b1e-0000-7000-8000-000000000001");
    let mut item = promised(&app, json!({ "reward_id": gift })).await.satisfied().await;
    assert_eq!(of_plan(&item, 1).await["paid_reward_id"], gift);
    let more = [
        (json!({ "reward_id": gift }), Value::Null),
        (json!({ "reward_id": gift, "additional": true }), gift.clone()),
    ];
    for (number, (wanted, given)) in (2..).zip(more) {
        item = item.take(&app.as_agent(), "reopen", json!({ "reason": "又坏了" })).await;
        item = item.submit_with(json!({ "compensation": wanted })).await;
        item = item.approve().await.reply().await.satisfied().await;
        assert_eq!(of_plan(&item, number).await["paid_reward_id"], given);
    }
}

#[actix_web::test]
async fn what_a_merged_one_was_paid_counts_too() {
    let app = App::start().await;
    let customer = app.given().customer().await["id"].clone();
    let first = app.given().reached("in_progress", &customer, "").await;
    let first = first.submit_with(json!({ "compensation": { "points": 40 } })).await;
    let first = first.approve().await.reply().await.satisfied().await;
    let first = first.take(&app.as_agent(), "reopen", json!({ "reason": "又坏了" })).await;
    let item = app.given().reached("in_progress", &customer, "").await;
    let body = json!({ "into_id": item.id, "reason": "重复" });
    first.take(&app.as_agent(), "merge", body).await;

    let item = item.submit_with(json!({ "compensation": { "points": 100 } })).await;
    let item = item.approve().await.reply().await.satisfied().await;

    assert_eq!(of_plan(&item, 1).await["paid_points"], 60);
}

#[actix_web::test]
async fn one_that_said_so_is_taken_back_when_the_case_is_reopened() {
    let app = App::start().await;
    let item = promised(&app, json!({ "points": 10, "reverse_on_reopen": true })).await.satisfied().await;

    let item = item.take(&app.as_agent(), "reopen", json!({ "reason": "又坏了" })).await;

    assert_eq!(of_plan(&item, 1).await["state"], "reversed");
}

#[actix_web::test]
async fn points_need_a_customer_and_money_a_currency() {
    let app = App::start().await;
    app.given().organisation().await;
    let body = json!({
        "contact": { "name": "李雷" }, "channel": "phone", "type": "complaint", "description": "x", "demand": "x",
    });
    let made = app.as_agent().post("/feedback", body).await.expect(201);
    let item = Item::of(&app, &made).dispatch().await.accept().await;
    let handler = app.as_handler(DEPARTMENT);
    let with = |compensation: Value| {
        let mut body = plan();
        body["compensation"] = compensation;
        body
    };

    let points = item.act(&handler, "submit-plan", with(json!({ "points": 5 }))).await;
    points.expect_field("/compensation", "compensation_needs_customer");
    let bare = item.act(&handler, "submit-plan", with(json!({ "amount_minor": 5 }))).await;
    assert_eq!(bare.status.as_u16(), 422);
    let empty = item.act(&handler, "submit-plan", with(json!({ "additional": true }))).await;
    assert_eq!(empty.status.as_u16(), 422);

    item.take(&handler, "submit-plan", with(json!({ "amount_minor": 5, "currency": "CNY" }))).await;
}
