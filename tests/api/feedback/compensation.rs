//! Compensation: proposed, reserved, issued or released; paid once for all rounds.

use crate::{
    loyalty::{available, customer_with, reward, step, stock},
    support::{App, DEPARTMENT, Item, plan},
};
use chrono::TimeDelta;
use futures_util::future::join;
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
    let gift = json!(reward(&app, json!({ "stock": 2 })).await);
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
    assert_eq!(stock(&app, gift.as_str().unwrap()).await, 0);
    let states = "SELECT count(*) FROM redemption WHERE state = 'fulfilled'";
    assert_eq!((app.number(states), app.number("SELECT count(*) FROM redemption")), (2, 3));
}

/// Brings a case of this customer to a reply, with this compensation.
async fn promised_to<'a>(app: &'a App, customer: &str, compensation: Value) -> Item<'a> {
    let item = app.given().reached("in_progress", &json!(customer), "").await;
    let item = item.submit_with(json!({ "compensation": compensation })).await;
    item.approve().await.reply().await
}

async fn entry(app: &App, id: &Value) -> Value {
    app.as_admin().get(&format!("/loyalty/entries/{}", id.as_str().unwrap())).await.expect(200)
}

#[actix_web::test]
async fn points_are_earned_on_the_ledger_once_for_each_round() {
    let app = App::start().await;
    let customer = customer_with(&app, 10).await;
    let item = promised_to(&app, &customer, json!({ "points": 100 })).await;
    assert_eq!(available(&app, &customer).await, 10);

    let item = item.satisfied().await;
    let item = item.confirm(json!({ "verdict": "satisfied", "score": 4 })).await;

    assert_eq!(available(&app, &customer).await, 110);
    let earned = entry(&app, &of_plan(&item, 1).await["entry_id"]).await;
    assert_eq!((&earned["kind"], &earned["amount"]), (&json!("earn"), &json!(100)));
    assert_eq!(earned["source"], json!({ "system": "feedback", "id": format!("{}:1", item.number) }));
    assert_eq!((&earned["rule"], &earned["actor_kind"]), (&json!("compensation"), &json!("customer")));
    let item = item.take(&app.as_agent(), "reopen", json!({ "reason": "又坏了" })).await;
    let item = item.submit_with(json!({ "compensation": { "points": 120 } })).await;
    let item = item.approve().await.reply().await;
    let body = json!({ "verdict": "satisfied" });
    let item = item.take(&app.as_agent(), "confirm", body).await;
    let second = entry(&app, &of_plan(&item, 2).await["entry_id"]).await;
    assert_eq!((&second["amount"], &second["actor_kind"]), (&json!(20), &json!("staff")));
    assert_eq!(available(&app, &customer).await, 130);
}

#[actix_web::test]
async fn a_reward_is_kept_from_the_approval_on_and_given_whatever_becomes_of_it() {
    let app = App::start().await;
    let customer = customer_with(&app, 0).await;
    let coupon = reward(&app, json!({ "kind": "coupon", "stock": 1, "minimum_tier": "gold" })).await;
    let item = promised_to(&app, &customer, json!({ "reward_id": coupon })).await;
    let kept = of_plan(&item, 1).await["redemption_id"].as_str().unwrap().to_owned();
    assert_eq!(stock(&app, &coupon).await, 0);
    for action in ["confirm", "fulfil", "cancel"] {
        step(app.as_agent(), &kept, action).await.expect_problem(409, "belongs_to_source");
    }
    let path = format!("/loyalty/rewards/{coupon}/deactivate");
    app.as_admin().post(&path, json!({})).await.expect::<Value>(200);

    let item = item.satisfied().await;

    assert_eq!(of_plan(&item, 1).await["paid_reward_id"], json!(coupon));
    let given: Value = app.as_admin().get(&format!("/loyalty/redemptions/{kept}")).await.expect(200);
    assert_eq!((&given["state"], &given["cost"]), (&json!("fulfilled"), &json!(0)));
    assert_eq!(given["source"], json!({ "system": "feedback", "id": format!("{}:1", item.number) }));
    assert_eq!((&given["entry_id"], &given["allowed_actions"]), (&Value::Null, &json!([])));
    let page: Value = app.as_admin().get(&format!("/customers/{customer}/coupons")).await.expect(200);
    assert_eq!(page["items"][0]["id"], given["coupon_id"]);
    let path = format!("/loyalty/coupons/{}/renew-code", given["coupon_id"].as_str().unwrap());
    let renewed: Value = app.as_agent().post(&path, json!({})).await.expect(200);
    let body = json!({ "code": renewed["code"] });
    app.as_agent().post("/loyalty/coupons/lock", body).await.expect::<Value>(200);
}

#[actix_web::test]
async fn a_reward_that_is_not_given_goes_back_into_the_stock() {
    let app = App::start().await;
    let gift = reward(&app, json!({ "stock": 1 })).await;
    let with = json!({ "reward_id": gift });
    let dissatisfied = promised(&app, with.clone()).await;
    assert_eq!(stock(&app, &gift).await, 0);
    dissatisfied.dissatisfied().await;
    assert_eq!(stock(&app, &gift).await, 1);

    let silent = promised(&app, with).await;
    app.advance(TimeDelta::days(3));
    app.work();
    assert_eq!(stock(&app, &gift).await, 0);
    app.advance(TimeDelta::days(31));
    app.work();

    assert_eq!(of_plan(&silent, 1).await["state"], "released");
    assert_eq!(stock(&app, &gift).await, 1);
    assert_eq!(app.number("SELECT count(*) FROM redemption WHERE state = 'cancelled'"), 2);
}

#[actix_web::test]
async fn a_plan_names_a_reward_that_is_offered_and_its_approval_one_that_is_there() {
    let app = App::start().await;
    let handler = app.as_handler(DEPARTMENT);
    let item = app.given().accepted().await;
    let with = |reward: &str| {
        let mut body = plan();
        body["compensation"] = json!({ "reward_id": reward });
        body
    };

    let unknown = item.act(&handler, "submit-plan", with("018f6b1e-0000-7000-8000-00000000dead")).await;
    unknown.expect_field("/compensation/reward_id", "unknown_reward");
    let inactive = reward(&app, json!({ "active": false })).await;
    let answer = item.act(&handler, "submit-plan", with(&inactive)).await;
    answer.expect_problem(409, "reward_inactive");
    let gone = reward(&app, json!({ "stock": 0 })).await;
    let item = item.take(&handler, "submit-plan", with(&gone)).await;
    let answer = item.act(&app.as_head(DEPARTMENT), "approve", json!({})).await;

    answer.expect_problem(409, "out_of_stock");
    assert_eq!(of_plan(&item, 1).await["state"], "proposed");
    assert_eq!(item.shown().await["status"], "pending_approval");
}

#[actix_web::test]
async fn what_is_taken_back_leaves_the_ledger_and_the_coupon_void() {
    let app = App::start().await;
    let customer = customer_with(&app, 0).await;
    let coupon = reward(&app, json!({ "kind": "coupon", "stock": 3 })).await;
    let with = json!({ "points": 50, "reward_id": coupon, "reverse_on_reopen": true });
    let item = promised_to(&app, &customer, with).await.satisfied().await;
    assert_eq!((available(&app, &customer).await, stock(&app, &coupon).await), (50, json!(2)));

    let item = item.take(&app.as_agent(), "reopen", json!({ "reason": "又坏了" })).await;

    let taken = of_plan(&item, 1).await;
    assert_eq!(taken["state"], "reversed");
    let reversal = entry(&app, &taken["reversal_id"]).await;
    assert_eq!((&reversal["kind"], &reversal["reverses_id"]), (&json!("reverse_earn"), &taken["entry_id"]));
    assert_eq!((available(&app, &customer).await, stock(&app, &coupon).await), (0, json!(3)));
    let page: Value = app.as_admin().get(&format!("/customers/{customer}/coupons")).await.expect(200);
    assert_eq!(page["items"][0]["state"], "void");
    let page: Value = app.as_admin().get(&format!("/customers/{customer}/redemptions")).await.expect(200);
    assert_eq!(page["items"][0]["state"], "cancelled");
}

#[actix_web::test]
async fn a_coupon_that_was_used_stays_given() {
    let app = App::start().await;
    let customer = customer_with(&app, 0).await;
    let coupon = reward(&app, json!({ "kind": "coupon", "stock": 3 })).await;
    let with = json!({ "reward_id": coupon, "reverse_on_reopen": true });
    let item = promised_to(&app, &customer, with).await.satisfied().await;
    let page: Value = app.as_admin().get(&format!("/customers/{customer}/coupons")).await.expect(200);
    let path = format!("/loyalty/coupons/{}", page["items"][0]["id"].as_str().unwrap());
    let renewed: Value = app.as_agent().post(&format!("{path}/renew-code"), json!({})).await.expect(200);
    let code = json!({ "code": renewed["code"] });
    app.as_agent().post("/loyalty/coupons/lock", code).await.expect::<Value>(200);
    app.as_agent().post(&format!("{path}/use"), json!({})).await.expect::<Value>(200);

    item.take(&app.as_agent(), "reopen", json!({ "reason": "又坏了" })).await;

    let page: Value = app.as_admin().get(&format!("/customers/{customer}/redemptions")).await.expect(200);
    assert_eq!((&page["items"][0]["state"], stock(&app, &coupon).await), (&json!("fulfilled"), json!(2)));
}

#[actix_web::test]
async fn points_that_somebody_took_back_before_do_not_stop_a_reopening() {
    let app = App::start().await;
    let customer = customer_with(&app, 0).await;
    let with = json!({ "points": 50, "reverse_on_reopen": true });
    let item = promised_to(&app, &customer, with).await.satisfied().await;
    let path = format!("/loyalty/entries/{}/reverse", of_plan(&item, 1).await["entry_id"].as_str().unwrap());
    app.as_agent().key("k").post(&path, json!({ "reason": "x" })).await.expect::<Value>(201);

    let item = item.take(&app.as_agent(), "reopen", json!({ "reason": "又坏了" })).await;

    let taken = of_plan(&item, 1).await;
    assert_eq!((&taken["state"], &taken["reversal_id"]), (&json!("reversed"), &Value::Null));
    assert_eq!(available(&app, &customer).await, 0);
}

#[actix_web::test]
async fn the_survivor_of_a_merge_is_paid_and_who_was_erased_is_not() {
    let app = App::start().await;
    let gift = reward(&app, json!({ "stock": 2 })).await;
    let with = json!({ "points": 30, "reward_id": gift });
    let (old, new, erased) =
        (customer_with(&app, 0).await, customer_with(&app, 0).await, customer_with(&app, 0).await);
    let merged = promised_to(&app, &old, with.clone()).await;
    let gone = promised_to(&app, &erased, with).await;
    let into = json!({ "into_id": new });
    app.as_agent().post(&format!("/customers/{old}/merge"), into).await.expect::<Value>(200);
    app.execute(&format!("UPDATE customer SET status = 'erased' WHERE id = '{erased}'"));

    merged.satisfied().await;
    let gone = gone.satisfied().await;

    assert_eq!(available(&app, &new).await, 30);
    let page: Value = app.as_admin().get(&format!("/customers/{new}/redemptions")).await.expect(200);
    assert_eq!(
        (&page["items"][0]["customer_id"], &page["items"][0]["state"]),
        (&json!(new), &json!("fulfilled"))
    );
    let unpaid = of_plan(&gone, 1).await;
    assert_eq!((&unpaid["state"], &unpaid["paid_points"]), (&json!("issued"), &json!(0)));
    assert_eq!((&unpaid["paid_reward_id"], stock(&app, &gift).await), (&Value::Null, json!(1)));
}

#[actix_web::test]
async fn of_two_confirmations_at_once_one_pays() {
    let app = App::start().await;
    let second = app.second().await;
    let customer = customer_with(&app, 0).await;
    let item = promised_to(&app, &customer, json!({ "points": 40 })).await;
    let body = json!({ "verdict": "satisfied" });

    let (agent, other) = (app.as_agent(), second.as_agent());
    join(item.act(&agent, "confirm", body.clone()), item.act(&other, "confirm", body)).await;

    assert_eq!(available(&app, &customer).await, 40);
    assert_eq!(app.number("SELECT count(*) FROM ledger_entry"), 1);
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
