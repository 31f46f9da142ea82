//! The ledger over HTTP, rule by rule.

use crate::support::{Answer, App};
use serde_json::{Value, json};

/// Sends what moves points, as the service agent.
async fn send(app: &App, path: &str, body: Value) -> Answer {
    app.as_agent().fresh_key().post(path, body).await
}

async fn earn(app: &App, customer: &str, amount: i64, source: &str) -> Value {
    let body =
        json!({ "amount": amount, "reason": "订单奖励", "source": { "system": "shop", "id": source } });
    send(app, &format!("/customers/{customer}/points/earn"), body).await.expect(201)
}

async fn redeem(app: &App, customer: &str, amount: i64) -> Answer {
    let body = json!({ "amount": amount, "reason": "抵扣" });
    send(app, &format!("/customers/{customer}/points/redeem"), body).await
}

async fn points(app: &App, customer: &str) -> Value {
    app.as_agent().get(&format!("/customers/{customer}/points")).await.expect(200)
}

async fn program(app: &App, change: Value) {
    let changed = app.as_admin().if_match("*").patch("/loyalty/program", change).await;
    changed.expect::<Value>(200);
}

async fn customer(app: &App) -> String {
    app.given().customer().await["id"].as_str().unwrap().to_owned()
}

#[actix_web::test]
async fn the_worked_example() {
    let app = App::start().await;
    let wang = customer(&app).await;
    app.set_time("2026-02-28T16:00:00Z");
    program(&app, json!({ "validity": "days:121" })).await;
    earn(&app, &wang, 100, "a").await;
    program(&app, json!({ "validity": "days:30" })).await;
    earn(&app, &wang, 50, "b").await;
    program(&app, json!({ "validity": "never" })).await;
    earn(&app, &wang, 30, "c").await;
    let before = points(&app, &wang).await;
    let ends = json!([{ "on": "2026-04-01", "amount": 50 }, { "on": "2026-07-01", "amount": 100 }]);
    assert_eq!((&before["available"], &before["expiring"]), (&json!(180), &ends));

    let redeemed: Value = redeem(&app, &wang, 120).await.expect(201);

    assert_eq!((&redeemed["amount"], &redeemed["balance"]["available"]), (&json!(-120), &json!(60)));
    app.set_time("2026-04-10T02:00:00Z");
    let path = format!("/loyalty/entries/{}/reverse", redeemed["id"].as_str().unwrap());
    let reversed: Value = send(&app, &path, json!({ "reason": "退货" })).await.expect(201);
    assert_eq!((&reversed["amount"], &reversed["balance"]["available"]), (&json!(120), &json!(180)));
    let ends = json!([{ "on": "2026-05-10", "amount": 50 }, { "on": "2026-07-01", "amount": 100 }]);
    assert_eq!(points(&app, &wang).await["expiring"], ends);
    app.set_time("2026-05-09T16:00:00Z");
    assert_eq!(points(&app, &wang).await["available"], 130);
    let past = format!("/customers/{wang}/points?as_of=2026-04-10T02:00:00Z");
    assert_eq!(app.as_agent().get(&past).await.expect::<Value>(200)["available"], 180);
}

#[actix_web::test]
async fn a_call_without_a_key_moves_nothing() {
    let app = App::start().await;
    let wang = customer(&app).await;

    let body = json!({ "amount": 1, "reason": "x", "source": { "system": "shop", "id": "1" } });
    let refused = app.as_agent().post(&format!("/customers/{wang}/points/earn"), body).await;

    refused.expect_problem(400, "idempotency_key_required");
    assert_eq!(points(&app, &wang).await["available"], 0);
}

#[actix_web::test]
async fn a_source_earns_once_and_a_key_answers_for_ever() {
    let app = App::start().await;
    let (wang, li) = (customer(&app).await, customer(&app).await);
    let first = earn(&app, &wang, 100, "4711").await;
    let path = format!("/customers/{wang}/points/earn");
    let body =
        |amount| json!({ "amount": amount, "reason": "again", "source": { "system": "shop", "id": "4711" } });

    let again: Value = send(&app, &path, body(100)).await.expect(200);

    assert_eq!(again["id"], first["id"]);
    send(&app, &path, body(101)).await.expect_problem(409, "source_already_used");
    let other = format!("/customers/{li}/points/earn");
    send(&app, &other, body(100)).await.expect_problem(409, "source_already_used");
    let spend = json!({ "amount": 10, "reason": "x" });
    let path = format!("/customers/{wang}/points/redeem");
    let spent: Value = app.as_agent().key("k").post(&path, spend.clone()).await.expect(201);
    app.advance(chrono::TimeDelta::days(40));
    app.work();
    let replayed = app.as_agent().key("k").post(&path, spend).await;
    assert_eq!(replayed.header("Idempotency-Replayed"), Some("true"));
    assert_eq!(replayed.expect::<Value>(201)["id"], spent["id"]);
    assert_eq!(points(&app, &wang).await["available"], 90);
}

#[actix_web::test]
async fn what_is_held_is_captured_in_part_and_ends_by_itself() {
    let app = App::start().await;
    let wang = customer(&app).await;
    earn(&app, &wang, 100, "1").await;
    let path = format!("/customers/{wang}/points/holds");
    let body = json!({ "amount": 60, "ttl_seconds": 600, "source": { "system": "shop", "id": "cart" } });
    let hold: Value = send(&app, &path, body.clone()).await.expect(201);
    let short = redeem(&app, &wang, 41).await;
    assert_eq!(short.json()["shortfall"], 1);
    let hold = format!("/loyalty/holds/{}", hold["id"].as_str().unwrap());

    send(&app, &format!("{hold}/capture"), json!({ "amount": 61 }))
        .await
        .expect_problem(422, "capture_above_hold");
    let captured: Value = send(&app, &format!("{hold}/capture"), json!({ "amount": 25 })).await.expect(201);

    assert_eq!((&captured["amount"], &captured["balance"]["available"]), (&json!(-25), &json!(75)));
    send(&app, &format!("{hold}/capture"), json!({})).await.expect_problem(409, "hold_ended");
    send(&app, &format!("{hold}/release"), json!({})).await.expect_problem(409, "hold_ended");
    let second: Value = send(&app, &path, body).await.expect(201);
    app.advance(chrono::TimeDelta::seconds(600));
    let second = format!("/loyalty/holds/{}", second["id"].as_str().unwrap());
    assert_eq!(app.as_agent().get(&second).await.expect::<Value>(200)["state"], "expired");
    send(&app, &format!("{second}/capture"), json!({})).await.expect_problem(409, "hold_ended");
    let now = points(&app, &wang).await;
    assert_eq!((&now["available"], &now["held"]), (&json!(75), &json!(0)));
}

#[actix_web::test]
async fn a_refunded_earning_that_was_spent_is_owed_and_repaid_first() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let earned = earn(&app, &wang, 100, "1").await;
    redeem(&app, &wang, 70).await.expect::<Value>(201);
    let path = format!("/loyalty/entries/{}/reverse", earned["id"].as_str().unwrap());

    send(&app, &path, json!({ "amount": 101, "reason": "退款" })).await.expect_problem(422, "over_reversal");
    let half: Value = send(&app, &path, json!({ "amount": 50, "reason": "退款" })).await.expect(201);
    assert_eq!((&half["amount"], &half["debt_part"]), (&json!(-50), &json!(20)));
    let rest: Value = send(&app, &path, json!({ "reason": "退款" })).await.expect(201);
    assert_eq!((&rest["amount"], &rest["balance"]["debt"]), (&json!(-50), &json!(70)));
    send(&app, &path, json!({ "reason": "退款" })).await.expect_problem(422, "over_reversal");

    earn(&app, &wang, 100, "2").await;
    let now = points(&app, &wang).await;
    assert_eq!(
        (&now["available"], &now["debt"], &now["lifetime_earned"]),
        (&json!(30), &json!(0), &json!(100))
    );
    let page: Value = app.as_agent().get(&format!("/customers/{wang}/points/entries")).await.expect(200);
    let kinds: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|e| e["kind"].as_str().unwrap()).collect();
    let expected = ["debt_repay", "earn", "debt", "reverse_earn", "debt", "reverse_earn", "redeem", "earn"];
    assert_eq!(kinds, expected);
}

#[actix_web::test]
async fn points_move_to_another_customer_with_the_ends_that_they_have() {
    let app = App::start().await;
    let (wang, li) = (customer(&app).await, customer(&app).await);
    earn(&app, &wang, 100, "1").await;
    let path = format!("/customers/{wang}/points/transfer");

    let own = json!({ "to_customer_id": wang, "amount": 1, "reason": "x" });
    send(&app, &path, own).await.expect_problem(422, "transfer_to_self");
    let sent: Value =
        send(&app, &path, json!({ "to_customer_id": li, "amount": 40, "reason": "x" })).await.expect(201);

    assert_eq!((&sent["kind"], &sent["amount"]), (&json!("transfer_out"), &json!(-40)));
    let (from, to) = (points(&app, &wang).await, points(&app, &li).await);
    assert_eq!(
        (&from["available"], &to["available"], &to["lifetime_earned"]),
        (&json!(60), &json!(40), &json!(0))
    );
    assert_eq!(from["expiring"][0]["on"], to["expiring"][0]["on"]);
    let out = format!("/loyalty/entries/{}/reverse", sent["id"].as_str().unwrap());
    send(&app, &out, json!({ "reason": "x" })).await.expect_problem(409, "not_reversible");
}

#[actix_web::test]
async fn what_waits_for_its_confirmation_is_pending_until_then() {
    let app = App::start().await;
    let wang = customer(&app).await;
    program(&app, json!({ "activation": "on_confirm" })).await;
    let earned = earn(&app, &wang, 100, "1").await;
    assert_eq!(earned["balance"], json!({ "available": 0, "pending": 100, "held": 0, "debt": 0 }));
    app.advance(chrono::TimeDelta::days(500));
    let path = format!("/loyalty/entries/{}/activate", earned["id"].as_str().unwrap());

    let active: Value = send(&app, &path, json!({})).await.expect(201);

    assert_eq!((&active["kind"], &active["balance"]["available"]), (&json!("activate"), &json!(100)));
    send(&app, &path, json!({})).await.expect_problem(409, "already_active");
}

#[actix_web::test]
async fn nothing_differs_whether_or_not_background_work_runs() {
    let (lazy, busy) = (App::start().await, App::start().await);
    let mut seen = Vec::new();
    for (app, works) in [(&lazy, false), (&busy, true)] {
        let wang = customer(app).await;
        program(app, json!({ "validity": "days:10", "activation": "days:3" })).await;
        earn(app, &wang, 100, "1").await;
        let mut balances = Vec::new();
        for day in 0..16 {
            app.advance(chrono::TimeDelta::days(1));
            if works {
                app.work();
            }
            let now = points(app, &wang).await;
            balances.push(json!([day, now["available"], now["pending"], now["expiring"]]));
        }
        seen.push(balances);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0][0][2], 100);
    assert_eq!(seen[0][2][1], 100);
    assert_eq!(seen[0][15][1], 0);
}

#[actix_web::test]
async fn a_dry_run_redeems_nothing() {
    let app = App::start().await;
    let wang = customer(&app).await;
    earn(&app, &wang, 100, "1").await;
    let path = format!("/customers/{wang}/points/redeem?dry_run=true");

    let shown: Value = send(&app, &path, json!({ "amount": 60, "reason": "x" })).await.expect(200);

    assert_eq!(shown["balance"]["available"], 40);
    send(&app, &path, json!({ "amount": 160, "reason": "x" }))
        .await
        .expect_problem(422, "insufficient_points");
    assert_eq!(points(&app, &wang).await["available"], 100);
    assert_eq!(app.number("SELECT count(*) FROM ledger_entry"), 1);
}

#[actix_web::test]
async fn points_of_merged_customers_are_one_and_part_again() {
    let app = App::start().await;
    let (wang, fang) = (customer(&app).await, customer(&app).await);
    earn(&app, &wang, 100, "1").await;
    app.advance(chrono::TimeDelta::days(40));
    earn(&app, &fang, 50, "2").await;
    let agent = app.as_agent();
    let into = json!({ "into_id": fang });
    agent.post(&format!("/customers/{wang}/merge"), into.clone()).await.expect::<Value>(200);

    agent.post(&format!("/customers/{wang}/merge"), into).await.expect_problem(409, "customer_merged");
    assert_eq!(points(&app, &fang).await["available"], 150);
    assert_eq!(points(&app, &wang).await["available"], 150);
    let spent: Value = redeem(&app, &fang, 120).await.expect(201);
    assert_eq!((&spent["amount"], &spent["balance"]["available"]), (&json!(-120), &json!(30)));
    redeem(&app, &wang, 1).await.expect_problem(409, "customer_merged");
    let hold = json!({ "amount": 20, "ttl_seconds": 60, "source": { "system": "shop", "id": "cart" } });
    let path = format!("/customers/{fang}/points/holds");
    let held: Value = send(&app, &path, hold).await.expect(201);
    assert_eq!(held["customer_id"], json!(fang));
    agent.post(&format!("/customers/{wang}/unmerge"), json!({})).await.expect::<Value>(200);
    let (one, other) = (points(&app, &wang).await, points(&app, &fang).await);
    assert_eq!((&one["available"], &other["available"], &other["held"]), (&json!(0), &json!(10), &json!(20)));
    agent.post(&format!("/customers/{wang}/unmerge"), json!({})).await.expect_problem(409, "not_merged");
    let back = format!("/loyalty/entries/{}/reverse", spent["id"].as_str().unwrap());
    let reversed: Value = send(&app, &back, json!({ "reason": "退货" })).await.expect(201);
    assert_eq!(reversed["amount"], 120);
    assert_eq!(
        (points(&app, &wang).await["available"].clone(), points(&app, &fang).await["available"].clone()),
        (json!(100), json!(30))
    );
}

#[actix_web::test]
async fn a_hold_over_both_accounts_keeps_them_together() {
    let app = App::start().await;
    let (wang, fang) = (customer(&app).await, customer(&app).await);
    earn(&app, &wang, 100, "1").await;
    earn(&app, &fang, 50, "2").await;
    let agent = app.as_agent();
    agent.post(&format!("/customers/{wang}/merge"), json!({ "into_id": fang })).await.expect::<Value>(200);
    let hold = json!({ "amount": 120, "ttl_seconds": 60, "source": { "system": "shop", "id": "cart" } });
    send(&app, &format!("/customers/{fang}/points/holds"), hold).await.expect::<Value>(201);
    let parting = format!("/customers/{wang}/unmerge");

    agent.post(&parting, json!({})).await.expect_problem(409, "open_holds");
    app.advance(chrono::TimeDelta::seconds(60));
    agent.post(&parting, json!({})).await.expect::<Value>(200);

    assert_eq!(points(&app, &wang).await["available"], 100);
    assert_eq!(points(&app, &fang).await["available"], 50);
}

#[actix_web::test]
async fn what_moved_with_a_merged_customer_moves_back() {
    let app = App::start().await;
    let (wang, fang) = (app.given().customer().await, customer(&app).await);
    let id = wang["id"].as_str().unwrap();
    let agent = app.as_agent();
    let change = json!({ "phones": ["13800138000"], "external_refs": [{ "system": "erp", "id": "7" }], "tags": ["vip"] });
    let before: Value =
        agent.clone().if_match("*").patch(&format!("/customers/{id}"), change).await.expect(200);
    let item = app.given().feedback_of(&wang["id"], json!({})).await;
    let merge: Value =
        agent.post(&format!("/customers/{id}/merge"), json!({ "into_id": fang })).await.expect(200);

    assert_eq!(
        merge["moved"],
        json!({ "feedback": 1, "interactions": 0, "external_refs": 1, "contact_points": 1, "tags": 1 })
    );
    let by_ref: Value = agent.get("/customers/by-ref/erp/7").await.expect(200);
    assert_eq!(by_ref["id"], json!(fang));
    let moved: Value = agent.get(&format!("/feedback/{}", item.id)).await.expect(200);
    assert_eq!(moved["customer_id"], json!(fang));
    agent.post(&format!("/customers/{id}/unmerge"), json!({})).await.expect::<Value>(200);
    let mut after: Value = agent.get(&format!("/customers/{id}")).await.expect(200);
    for name in ["version", "updated_at"] {
        after[name] = before[name].clone();
    }
    assert_eq!(after, before);
}

#[actix_web::test]
async fn a_ledger_that_was_tampered_with_is_named() {
    let app = App::start().await;
    let (wang, li) = (customer(&app).await, customer(&app).await);
    earn(&app, &wang, 100, "1").await;
    earn(&app, &li, 100, "2").await;
    redeem(&app, &wang, 30).await.expect::<Value>(201);
    let verify = async || app.as_admin().get("/loyalty/ledger/verify").await.expect::<Value>(200);
    assert_eq!(verify().await, json!({ "checked": 2, "violations": [] }));
    let own = format!("(SELECT id FROM points_account WHERE customer_id = '{wang}')");

    app.execute(&format!("UPDATE points_lot SET remaining = 71 WHERE account_id = {own}"));
    let found = verify().await;
    let rules: Vec<_> =
        found["violations"].as_array().unwrap().iter().map(|v| v["rule"].as_str().unwrap()).collect();
    assert_eq!(rules, ["entries_match_lots", "parts_match_lots", "lot_remainder"]);
    app.execute(&format!("UPDATE points_lot SET remaining = 70 WHERE account_id = {own}"));
    app.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_is_append_only");
    app.execute(&format!("UPDATE ledger_entry SET occurred_at = occurred_at - interval '1 day' WHERE account_id = {own} AND seq = 1"));
    assert_eq!(verify().await["violations"][0]["rule"], "broken_chain");
    app.execute(&format!("UPDATE ledger_entry SET occurred_at = occurred_at + interval '1 day' WHERE account_id = {own} AND seq = 1"));
    app.execute("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_is_append_only");
    assert_eq!(verify().await["violations"], json!([]));
}

#[actix_web::test]
async fn an_end_of_what_was_spent_before_is_looked_at_once() {
    let app = App::start().await;
    let wang = customer(&app).await;
    earn(&app, &wang, 100, "1").await;
    redeem(&app, &wang, 100).await.expect::<Value>(201);
    app.advance(chrono::TimeDelta::days(400));

    app.work();

    assert_eq!(app.number("SELECT count(*) FROM points_account WHERE next_event_at IS NOT NULL"), 0);
    assert_eq!(app.number("SELECT count(*) FROM ledger_entry"), 2);
}
