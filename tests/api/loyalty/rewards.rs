//! Rewards: offered, redeemed, handed over or cancelled, and never more of them than there are.

use super::{available, count, customer_with, fulfilled, once, redeem, redeemed, reward, step, stock};
use crate::support::{Answer, App};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

/// How often each race is run.
const TIMES: usize = 4;

async fn shown(app: &App, redemption: &str) -> Value {
    app.as_admin().get(&format!("/loyalty/redemptions/{redemption}")).await.expect(200)
}

#[actix_web::test]
async fn the_catalogue_is_written_by_the_administrator_and_read_by_all() {
    let app = App::start().await;
    let gift = reward(&app, json!({ "stock": 3, "per_customer_limit": 1 })).await;
    let coupon = json!({ "kind": "coupon", "coupon_prefix": "SPRING", "coupon_validity_days": 30 });
    let coupon = reward(&app, coupon).await;
    let path = format!("/loyalty/rewards/{gift}");

    let seen = app.as_analyst().get(&path).await;
    let body = json!({ "stock": null, "cost": 80, "description": "真空" });
    let patched: Value = app.as_admin().if_match(&seen.etag()).patch(&path, body.clone()).await.expect(200);
    app.as_admin().if_match(&seen.etag()).patch(&path, body).await.expect_problem(412, "precondition_failed");
    let off: Value = app.as_admin().post(&format!("{path}/deactivate"), json!({})).await.expect(200);

    assert_eq!(
        (&patched["stock"], &patched["cost"], &patched["version"]),
        (&Value::Null, &json!(80), &json!(2))
    );
    assert_eq!((&off["active"], &off["per_customer_limit"]), (&json!(false), &json!(1)));
    for (query, wanted) in [("kind=coupon", &coupon), ("active=false", &gift), ("active=true", &coupon)] {
        let page: Value = app.as_agent().get(&format!("/loyalty/rewards?{query}")).await.expect(200);
        assert_eq!(page["items"].as_array().unwrap().len(), 1, "{query}");
        assert_eq!(page["items"][0]["id"], json!(wanted), "{query}");
    }
    let on: Value = app.as_admin().post(&format!("{path}/activate"), json!({})).await.expect(200);
    assert_eq!(on["active"], true);
}

#[actix_web::test]
async fn a_reward_has_a_window_that_begins_before_it_ends_and_only_coupons_have_codes() {
    let app = App::start().await;
    let admin = app.as_admin();
    let with = |more: Value| {
        let mut body = json!({ "kind": "gift", "name": "x", "cost": 1 });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };

    let same = json!({ "available_from": "2026-02-01T00:00:00Z", "available_until": "2026-02-01T00:00:00Z" });
    let answer = admin.post("/loyalty/rewards", with(same)).await;
    answer.expect_field("/available_until", "window_reversed");
    let answer = admin.post("/loyalty/rewards", with(json!({ "coupon_prefix": "A" }))).await;
    answer.expect_field("/coupon_prefix", "only_for_coupons");
    let gift = reward(&app, json!({})).await;
    let path = format!("/loyalty/rewards/{gift}");
    let answer = admin.clone().if_match("*").patch(&path, json!({ "coupon_validity_days": 3 })).await;
    answer.expect_field("/coupon_validity_days", "only_for_coupons");
}

#[actix_web::test]
async fn a_redemption_pays_the_price_and_takes_one_from_the_stock() {
    let app = App::start().await;
    let (gift, customer) = (reward(&app, json!({ "stock": 2 })).await, customer_with(&app, 250).await);

    let answer = redeem(app.as_agent(), &gift, &customer).await;
    let made: Value = answer.expect(201);
    let place = answer.header("Location").unwrap();
    let found: Value = app.as_handler("service").get(place).await.expect(200);

    assert_eq!((&made["state"], &made["cost"]), (&json!("requested"), &json!(100)));
    assert_eq!(made["allowed_actions"], json!(["confirm", "cancel"]));
    assert_eq!(found["allowed_actions"], json!([]));
    assert_eq!((available(&app, &customer).await, stock(&app, &gift).await), (150, json!(1)));
    let path = format!("/loyalty/entries/{}", made["entry_id"].as_str().unwrap());
    let entry: Value = app.as_admin().get(&path).await.expect(200);
    assert_eq!((&entry["kind"], &entry["amount"]), (&json!("redeem"), &json!(-100)));
    assert_eq!(entry["source"], json!({ "system": "reward", "id": made["id"] }));
    for path in [format!("/customers/{customer}/redemptions"), format!("/loyalty/rewards/{gift}/redemptions")]
    {
        let page: Value = app.as_agent().get(&format!("{path}?state=requested")).await.expect(200);
        assert_eq!(page["items"][0]["id"], made["id"]);
        let none: Value = app.as_agent().get(&format!("{path}?state=fulfilled")).await.expect(200);
        assert_eq!(none["items"], json!([]));
    }
}

#[actix_web::test]
async fn each_refusal_has_its_code_and_changes_nothing() {
    let app = App::start().await;
    let customer = customer_with(&app, 150).await;
    let cases = [
        (json!({ "stock": 0 }), 409, "out_of_stock"),
        (json!({ "active": false }), 409, "reward_inactive"),
        (json!({ "available_from": "2026-01-05T02:00:00.001Z" }), 409, "not_in_window"),
        (json!({ "available_until": "2026-01-05T02:00:00Z" }), 409, "not_in_window"),
        (json!({ "minimum_tier": "gold" }), 409, "tier_too_low"),
        (json!({ "cost": 151 }), 422, "insufficient_points"),
    ];

    for (with, status, code) in cases {
        let gift = reward(&app, with).await;
        redeem(app.as_agent(), &gift, &customer).await.expect_problem(status, code);
    }

    let once = reward(&app, json!({ "per_customer_limit": 1, "cost": 10 })).await;
    let first = redeemed(&app, &once, &customer).await;
    redeem(app.as_agent(), &once, &customer).await.expect_problem(409, "limit_reached");
    step(app.as_agent(), &first, "cancel").await.expect::<Value>(200);
    redeemed(&app, &once, &customer).await;
    let nobody = redeem(app.as_agent(), &once, "018f6b1e-0000-7000-8000-00000000dead").await;
    nobody.expect_field("/customer_id", "unknown_customer");
    assert_eq!(available(&app, &customer).await, 140);
    assert_eq!(app.number("SELECT count(*) FROM redemption WHERE state <> 'cancelled'"), 1);
}

#[actix_web::test]
async fn a_window_is_open_from_its_first_instant() {
    let app = App::start().await;
    let customer = customer_with(&app, 100).await;
    let window =
        json!({ "available_from": "2026-01-05T02:00:00Z", "available_until": "2026-01-05T02:00:00.001Z" });
    let gift = reward(&app, window).await;

    redeem(app.as_agent(), &gift, &customer).await.expect::<Value>(201);
}

#[actix_web::test]
async fn what_costs_nothing_needs_no_points_and_keeps_its_limit() {
    let app = App::start().await;
    let customer = customer_with(&app, 0).await;
    let gift = reward(&app, json!({ "cost": 0, "per_customer_limit": 1 })).await;

    let (one, two) =
        join(redeem(app.as_agent(), &gift, &customer), redeem(app.as_agent(), &gift, &customer)).await;

    let won = if one.status.as_u16() == 201 { &one } else { &two };
    let lost = if one.status.as_u16() == 201 { &two } else { &one };
    let made: Value = won.expect(201);
    lost.expect_problem(409, "limit_reached");
    assert_eq!((&made["cost"], &made["entry_id"]), (&json!(0), &Value::Null));
    let cancelled: Value = step(app.as_agent(), made["id"].as_str().unwrap(), "cancel").await.expect(200);
    assert_eq!((&cancelled["state"], &cancelled["reversal_id"]), (&json!("cancelled"), &Value::Null));
    assert_eq!(app.number("SELECT count(*) FROM ledger_entry"), 0);
}

#[actix_web::test]
async fn it_is_confirmed_and_then_handed_over() {
    let app = App::start().await;
    let (gift, customer) = (reward(&app, json!({})).await, customer_with(&app, 100).await);
    let redemption = redeemed(&app, &gift, &customer).await;

    let early: Value = step(app.as_agent(), &redemption, "fulfil").await.expect(409);
    let confirmed: Value = step(app.as_agent(), &redemption, "confirm").await.expect(200);
    step(app.as_agent(), &redemption, "confirm").await.expect_problem(409, "invalid_transition");
    let path = format!("/loyalty/redemptions/{redemption}/fulfil");
    app.as_agent().if_match("\"1\"").post(&path, json!({})).await.expect_problem(412, "precondition_failed");
    let done: Value = app.as_agent().if_match("\"2\"").post(&path, json!({})).await.expect(200);
    step(app.as_agent(), &redemption, "cancel").await.expect_problem(409, "invalid_transition");

    assert_eq!(early["allowed_actions"], json!(["confirm", "cancel"]));
    assert_eq!(confirmed["allowed_actions"], json!(["fulfil", "cancel"]));
    assert_eq!((&done["state"], &done["allowed_actions"]), (&json!("fulfilled"), &json!([])));
    assert_eq!((&done["coupon_id"], &done["coupon_code"]), (&Value::Null, &Value::Null));
    assert_eq!(available(&app, &customer).await, 0);
}

#[actix_web::test]
async fn a_cancellation_gives_points_and_stock_back() {
    let app = App::start().await;
    for confirmed in [false, true] {
        let (gift, customer) = (reward(&app, json!({ "stock": 1 })).await, customer_with(&app, 100).await);
        let redemption = redeemed(&app, &gift, &customer).await;
        if confirmed {
            step(app.as_agent(), &redemption, "confirm").await.expect::<Value>(200);
        }

        let path = format!("/loyalty/redemptions/{redemption}/cancel");
        let cancelled: Value =
            once(app.as_agent()).post(&path, json!({ "reason": "改变主意" })).await.expect(200);

        assert_eq!((available(&app, &customer).await, stock(&app, &gift).await), (100, json!(1)));
        let path = format!("/loyalty/entries/{}", cancelled["reversal_id"].as_str().unwrap());
        let entry: Value = app.as_admin().get(&path).await.expect(200);
        assert_eq!((&entry["kind"], &entry["reason"]), (&json!("reverse_redeem"), &json!("改变主意")));
        assert_eq!(entry["reverses_id"], cancelled["entry_id"]);
    }
}

#[actix_web::test]
async fn a_stock_that_became_endless_or_finite_meanwhile_is_not_made_larger() {
    let app = App::start().await;
    let customer = customer_with(&app, 1000).await;
    let (finite, endless) = (reward(&app, json!({ "stock": 5 })).await, reward(&app, json!({})).await);
    let (from_finite, from_endless) =
        (redeemed(&app, &finite, &customer).await, redeemed(&app, &endless, &customer).await);
    for (reward, stock) in [(&finite, Value::Null), (&endless, json!(7))] {
        let path = format!("/loyalty/rewards/{reward}");
        let changed = app.as_admin().if_match("*").patch(&path, json!({ "stock": stock })).await;
        changed.expect::<Value>(200);
    }

    for redemption in [from_finite, from_endless] {
        step(app.as_agent(), &redemption, "cancel").await.expect::<Value>(200);
    }

    assert_eq!((stock(&app, &finite).await, stock(&app, &endless).await), (Value::Null, json!(7)));
}

#[actix_web::test]
async fn only_the_cancellation_takes_the_payment_back_until_it_is_handed_over() {
    let app = App::start().await;
    let (gift, customer) = (reward(&app, json!({})).await, customer_with(&app, 300).await);
    let reverse = async |redemption: &str| {
        let entry = shown(&app, redemption).await["entry_id"].as_str().unwrap().to_owned();
        let path = format!("/loyalty/entries/{entry}/reverse");
        once(app.as_agent()).post(&path, json!({ "reason": "x" })).await
    };

    let redemption = redeemed(&app, &gift, &customer).await;
    reverse(&redemption).await.expect_problem(409, "belongs_to_redemption");
    step(app.as_agent(), &redemption, "confirm").await.expect::<Value>(200);
    reverse(&redemption).await.expect_problem(409, "belongs_to_redemption");
    step(app.as_agent(), &redemption, "fulfil").await.expect::<Value>(200);
    reverse(&redemption).await.expect::<Value>(201);
    let cancelled = redeemed(&app, &gift, &customer).await;
    step(app.as_agent(), &cancelled, "cancel").await.expect::<Value>(200);
    reverse(&cancelled).await.expect_problem(422, "over_reversal");

    assert_eq!(available(&app, &customer).await, 300);
}

#[actix_web::test]
async fn the_same_request_again_redeems_once_and_shows_a_code_once() {
    let app = App::start().await;
    let coupon = reward(&app, json!({ "kind": "coupon", "stock": 5 })).await;
    let customer = customer_with(&app, 500).await;
    let path = format!("/loyalty/rewards/{coupon}/redemptions");
    let body = json!({ "customer_id": customer });

    let first: Value = app.as_agent().key("a").post(&path, body.clone()).await.expect(201);
    let again: Value = app.as_agent().key("a").post(&path, body.clone()).await.expect(201);
    app.as_agent().post(&path, body).await.expect_problem(400, "idempotency_key_required");
    let redemption = first["id"].as_str().unwrap();
    step(app.as_agent(), redemption, "confirm").await.expect::<Value>(200);
    let path = format!("/loyalty/redemptions/{redemption}/fulfil");
    let once: Value = app.as_agent().key("b").post(&path, json!({})).await.expect(200);
    let twice: Value = app.as_agent().key("b").post(&path, json!({})).await.expect(200);

    assert_eq!(first, again);
    assert_eq!((available(&app, &customer).await, stock(&app, &coupon).await), (400, json!(4)));
    assert!(once["coupon_code"].is_string() && twice["coupon_code"].is_null(), "{twice}");
    assert_eq!(once["coupon_id"], twice["coupon_id"]);
}

#[actix_web::test]
async fn who_may_read_may_not_redeem_and_a_program_needs_its_scope() {
    let app = App::start().await;
    let (gift, customer) = (reward(&app, json!({})).await, customer_with(&app, 300).await);
    let redemption = redeemed(&app, &gift, &customer).await;
    let readers =
        [app.as_handler("service"), app.as_head("service"), app.as_key(&["points:read", "points:adjust"])];

    for reader in &readers {
        redeem(reader.clone(), &gift, &customer).await.expect_problem(403, "forbidden");
        step(reader.clone(), &redemption, "confirm").await.expect_problem(403, "forbidden");
        reader.get(&format!("/loyalty/redemptions/{redemption}")).await.expect::<Value>(200);
        let body = json!({ "kind": "gift", "name": "x", "cost": 1 });
        reader.post("/loyalty/rewards", body).await.expect_problem(403, "forbidden");
    }
    let analyst = app.as_analyst();
    analyst.get(&format!("/loyalty/redemptions/{redemption}")).await.expect_problem(403, "forbidden");
    redeem(app.as_key(&["points:redeem"]), &gift, &customer).await.expect::<Value>(201);
    step(app.as_admin(), &redemption, "confirm").await.expect::<Value>(200);
}

#[actix_web::test]
async fn of_twenty_at_once_over_two_servers_one_gets_the_last() {
    let app = App::start().await;
    let second = app.second().await;
    let gift = reward(&app, json!({ "stock": 1 })).await;
    let mut customers = Vec::new();
    for _ in 0..20 {
        customers.push(customer_with(&app, 100).await);
    }
    second.as_agent().token().await;

    let race = customers.iter().enumerate().map(|(n, customer)| {
        let server = if n % 2 == 0 { &app } else { &second };
        redeem(server.as_agent(), &gift, customer)
    });
    let answers: Vec<Answer> = join_all(race).await;

    assert_eq!(count(&answers, 201), 1, "{answers:?}");
    answers.iter().filter(|a| a.status.as_u16() != 201).for_each(|lost| {
        lost.expect_problem(409, "out_of_stock");
    });
    assert_eq!(stock(&app, &gift).await, 0);
    assert_eq!(app.number("SELECT count(*) FROM redemption"), 1);
    assert_eq!(app.number("SELECT sum(free)::bigint FROM points_account"), 1900);
}

#[actix_web::test]
async fn one_customer_at_once_over_two_servers_keeps_the_limit() {
    let app = App::start().await;
    let second = app.second().await;
    let gift = reward(&app, json!({ "per_customer_limit": 3, "stock": 50 })).await;
    let customer = customer_with(&app, 2000).await;

    let race = (0..12).map(|n| {
        let server = if n % 2 == 0 { &app } else { &second };
        redeem(server.as_agent(), &gift, &customer)
    });
    let answers: Vec<Answer> = join_all(race).await;

    assert_eq!((count(&answers, 201), count(&answers, 409)), (3, 9), "{answers:?}");
    assert_eq!((available(&app, &customer).await, stock(&app, &gift).await), (1700, json!(47)));
}

#[actix_web::test]
async fn one_balance_at_once_over_two_servers_is_spent_once() {
    let app = App::start().await;
    let second = app.second().await;
    let gift = reward(&app, json!({ "stock": 50 })).await;
    let customer = customer_with(&app, 350).await;

    let race = (0..12).map(|n| {
        let server = if n % 2 == 0 { &app } else { &second };
        redeem(server.as_agent(), &gift, &customer)
    });
    let answers: Vec<Answer> = join_all(race).await;

    assert_eq!((count(&answers, 201), count(&answers, 422)), (3, 9), "{answers:?}");
    assert_eq!((available(&app, &customer).await, stock(&app, &gift).await), (50, json!(47)));
}

#[actix_web::test]
async fn of_two_cancellations_and_of_a_cancellation_and_a_handing_over_one_wins() {
    let app = App::start().await;
    let second = app.second().await;
    for rival in ["cancel", "fulfil"] {
        for _ in 0..TIMES {
            let (gift, customer) =
                (reward(&app, json!({ "stock": 1 })).await, customer_with(&app, 100).await);
            let redemption = redeemed(&app, &gift, &customer).await;
            step(app.as_agent(), &redemption, "confirm").await.expect::<Value>(200);

            let (one, two) = join(
                step(app.as_agent(), &redemption, "cancel"),
                step(second.as_agent(), &redemption, rival),
            )
            .await;

            let lost = if one.status.as_u16() == 200 { &two } else { &one };
            lost.expect_problem(409, "invalid_transition");
            let back = shown(&app, &redemption).await["state"] == "cancelled";
            let expected = if back { (100, json!(1)) } else { (0, json!(0)) };
            assert_eq!((available(&app, &customer).await, stock(&app, &gift).await), expected, "{rival}");
        }
    }
}

#[actix_web::test]
async fn what_a_merged_customer_has_redeemed_counts_for_the_survivor() {
    let app = App::start().await;
    let gift = reward(&app, json!({ "per_customer_limit": 1, "cost": 0 })).await;
    let (old, new) = (customer_with(&app, 0).await, customer_with(&app, 0).await);
    fulfilled(&app, &gift, &old).await;
    let into = json!({ "into_id": new });
    app.as_agent().post(&format!("/customers/{old}/merge"), into).await.expect::<Value>(200);

    redeem(app.as_agent(), &gift, &old).await.expect_problem(409, "customer_merged");
    redeem(app.as_agent(), &gift, &new).await.expect_problem(409, "limit_reached");
    let page: Value = app.as_agent().get(&format!("/customers/{new}/redemptions")).await.expect(200);
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
}
