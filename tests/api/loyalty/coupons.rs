//! Coupons: a code that nobody can guess, shown once and used once.

use super::{customer_with, fulfilled, insist, reward, step};
use crate::support::{Answer, App, Client};
use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use futures_util::future::join;
use serde_json::{Value, json};

/// How often each race is run.
const TIMES: usize = 4;

/// A coupon of a test, with its code.
struct Coupon {
    id: String,
    code: String,
    customer: String,
}

async fn coupon(app: &App, with: Value) -> Coupon {
    let mut body = json!({ "kind": "coupon", "cost": 0 });
    body.as_object_mut().unwrap().extend(with.as_object().unwrap().clone());
    let (reward, customer) = (reward(app, body).await, customer_with(app, 0).await);
    let done = fulfilled(app, &reward, &customer).await;
    let text = |name: &str| done[name].as_str().unwrap().to_owned();
    Coupon { id: text("coupon_id"), code: text("coupon_code"), customer }
}

async fn lock(client: &Client, code: &str) -> Answer {
    insist(client.clone(), "/loyalty/coupons/lock", json!({ "code": code })).await
}

async fn act(client: &Client, coupon: &Coupon, action: &str) -> Answer {
    insist(client.clone(), &format!("/loyalty/coupons/{}/{action}", coupon.id), json!({})).await
}

async fn state(app: &App, coupon: &Coupon) -> Value {
    let shown: Value = app.as_agent().get(&format!("/loyalty/coupons/{}", coupon.id)).await.expect(200);
    shown["state"].clone()
}

#[actix_web::test]
async fn a_code_is_shown_once_and_stored_nowhere() {
    let app = App::start().await;
    let coupon = coupon(&app, json!({ "coupon_prefix": "SPRING" })).await;

    let page: Value =
        app.as_agent().get(&format!("/customers/{}/coupons", coupon.customer)).await.expect(200);

    let secret = coupon.code.strip_prefix("SPRING-").unwrap();
    assert_eq!(secret.len(), 43, "256 bits: {secret}");
    let shown = &page["items"][0];
    assert_eq!(
        (&shown["id"], &shown["code"], &shown["state"]),
        (&json!(coupon.id), &Value::Null, &json!("issued"))
    );
    assert_eq!(shown["allowed_actions"], json!(["void", "renew-code"]));
    let found = format!(
        "SELECT count(*) FROM coupon c, LATERAL (SELECT c::text || r::text || i::text AS all_of_it FROM redemption r,
         (SELECT string_agg(i::text, '') AS i FROM idempotency_record i) i) x WHERE x.all_of_it LIKE '%{secret}%'"
    );
    assert_eq!(app.number(&found), 0);
}

#[actix_web::test]
async fn it_is_locked_by_its_code_and_used_once() {
    let app = App::start().await;
    let agent = app.as_agent();
    let coupon = coupon(&app, json!({})).await;

    act(&agent, &coupon, "use").await.expect_problem(409, "coupon_not_locked");
    let locked: Value = lock(&agent, &coupon.code).await.expect(200);
    lock(&agent, &coupon.code).await.expect_problem(409, "coupon_locked");
    act(&agent, &coupon, "unlock").await.expect::<Value>(200);
    act(&agent, &coupon, "unlock").await.expect_problem(409, "coupon_not_locked");
    lock(&agent, &coupon.code).await.expect::<Value>(200);
    let body = json!({ "source": { "system": "shop", "id": "order-1" } });
    let used: Value =
        agent.post(&format!("/loyalty/coupons/{}/use", coupon.id), body.clone()).await.expect(200);

    assert_eq!((&locked["id"], &locked["state"]), (&json!(coupon.id), &json!("locked")));
    assert_eq!(locked["locked_until"], "2026-01-05T02:30:00.000Z");
    assert_eq!(locked["allowed_actions"], json!(["use", "unlock", "void"]));
    assert_eq!((&used["state"], &used["source"]), (&json!("used"), &body["source"]));
    assert_eq!((&used["allowed_actions"], &used["locked_until"]), (&json!([]), &Value::Null));
    for action in ["use", "unlock", "void", "renew-code"] {
        act(&agent, &coupon, action).await.expect_problem(409, "coupon_used");
    }
    lock(&agent, &coupon.code).await.expect_problem(409, "coupon_used");
}

#[actix_web::test]
async fn a_void_one_is_never_used_not_even_locked() {
    let app = App::start().await;
    let agent = app.as_agent();
    let (free, locked) = (coupon(&app, json!({})).await, coupon(&app, json!({})).await);
    lock(&agent, &locked.code).await.expect::<Value>(200);

    for coupon in [&free, &locked] {
        act(&agent, coupon, "void").await.expect::<Value>(200);
        lock(&agent, &coupon.code).await.expect_problem(409, "coupon_void");
        act(&agent, coupon, "use").await.expect_problem(409, "coupon_void");
        assert_eq!(state(&app, coupon).await, "void");
    }
}

#[actix_web::test]
async fn what_is_not_the_whole_code_matches_nothing() {
    let app = App::start().await;
    let agent = app.as_agent();
    let coupon = coupon(&app, json!({ "coupon_prefix": "A1" })).await;
    let code = &coupon.code;
    let odd = [
        code.to_lowercase(),
        code.to_uppercase(),
        code[1..].to_owned(),
        code[..code.len() - 1].to_owned(),
        format!("{code} "),
        format!(" {code}"),
        format!("{code}A"),
        code.replacen('-', "", 1),
        code["A1-".len()..].to_owned(),
        "A1-".to_owned(),
        "null".to_owned(),
        "0".repeat(46),
        coupon.id.clone(),
    ];

    for code in odd.iter().filter(|odd| *odd != code) {
        lock(&agent, code).await.expect_problem(404, "not_found");
    }
    for blank in ["", " ", "\u{3000}"] {
        assert_eq!(lock(&agent, blank).await.status.as_u16(), 422);
    }
    for wrong in [json!({}), json!({ "code": null }), json!({ "code": 0 }), json!({ "code": [coupon.code] })]
    {
        assert_eq!(agent.post("/loyalty/coupons/lock", wrong).await.status.as_u16(), 422);
    }

    assert_eq!(state(&app, &coupon).await, "issued");
    let empty = "UPDATE coupon SET code_hash = ''";
    let refused = app.sql().batch_execute(empty).unwrap_err().to_string();
    assert!(refused.contains("coupon_code_hash_check"), "{refused}");
}

#[actix_web::test]
async fn codes_are_all_different() {
    let app = App::start().await;
    let reward = reward(&app, json!({ "kind": "coupon", "cost": 0 })).await;
    let customer = customer_with(&app, 0).await;
    let mut codes = Vec::new();
    for _ in 0..10 {
        codes.push(fulfilled(&app, &reward, &customer).await["coupon_code"].as_str().unwrap().to_owned());
    }

    // nothing of the time: no two begin alike
    codes.iter_mut().for_each(|code| code.truncate(8));
    codes.sort();
    codes.dedup();

    assert_eq!(codes.len(), 10);
}

#[actix_web::test]
async fn a_lock_ends_by_itself() {
    let app = App::start().await;
    let agent = app.as_agent();
    let coupon = coupon(&app, json!({})).await;
    let body = json!({ "code": coupon.code, "ttl_seconds": 60 });
    agent.post("/loyalty/coupons/lock", body).await.expect::<Value>(200);

    app.advance(TimeDelta::milliseconds(59_999));
    assert_eq!(state(&app, &coupon).await, "locked");
    app.advance(TimeDelta::milliseconds(1));

    assert_eq!(state(&app, &coupon).await, "issued");
    act(&agent, &coupon, "use").await.expect_problem(409, "coupon_not_locked");
    lock(&agent, &coupon.code).await.expect::<Value>(200);
    act(&agent, &coupon, "use").await.expect::<Value>(200);
}

#[actix_web::test]
async fn it_expires_at_a_local_midnight_but_a_lock_of_before_holds() {
    let app = App::start().await;
    let with = json!({ "coupon_validity_days": 2 });
    let (left, locked) = (coupon(&app, with.clone()).await, coupon(&app, with).await);
    let shown: Value = app.as_agent().get(&format!("/loyalty/coupons/{}", left.id)).await.expect(200);
    assert_eq!(shown["expires_at"], "2026-01-07T16:00:00.000Z");

    app.set_time("2026-01-07T15:59:59.999Z");
    lock(&app.as_agent(), &locked.code).await.expect::<Value>(200);
    assert_eq!(state(&app, &left).await, "issued");
    app.set_time("2026-01-07T16:00:00Z");

    assert_eq!((state(&app, &left).await, state(&app, &locked).await), (json!("expired"), json!("locked")));
    lock(&app.as_agent(), &left.code).await.expect_problem(409, "coupon_expired");
    act(&app.as_agent(), &left, "void").await.expect_problem(409, "coupon_expired");
    act(&app.as_agent(), &locked, "use").await.expect::<Value>(200);
}

#[actix_web::test]
async fn a_new_code_ends_the_old_one() {
    let app = App::start().await;
    let agent = app.as_agent();
    let coupon = coupon(&app, json!({ "coupon_prefix": "A1" })).await;

    let renewed: Value = act(&agent, &coupon, "renew-code").await.expect(200);

    let code = renewed["code"].as_str().unwrap();
    assert!(code.starts_with("A1-") && code != coupon.code);
    lock(&agent, &coupon.code).await.expect_problem(404, "not_found");
    lock(&agent, code).await.expect::<Value>(200);
    act(&agent, &coupon, "renew-code").await.expect_problem(409, "coupon_locked");
}

#[actix_web::test]
async fn of_two_locks_and_of_two_uses_one_wins() {
    let app = App::start().await;
    let second = app.second().await;
    let (one, two) = (app.as_agent(), second.as_agent());
    for _ in 0..TIMES {
        let coupon = coupon(&app, json!({})).await;

        let (a, b) = join(lock(&one, &coupon.code), lock(&two, &coupon.code)).await;
        let lost = if a.status.as_u16() == 200 { &b } else { &a };
        lost.expect_problem(409, "coupon_locked");
        let (a, b) = join(act(&one, &coupon, "use"), act(&two, &coupon, "use")).await;

        let lost = if a.status.as_u16() == 200 { &b } else { &a };
        lost.expect_problem(409, "coupon_used");
        assert_eq!(state(&app, &coupon).await, "used");
    }
}

#[actix_web::test]
async fn a_program_uses_coupons_with_one_scope_and_voids_them_with_another() {
    let app = App::start().await;
    let (redeem, adjust) = (app.as_key(&["points:redeem"]), app.as_key(&["points:adjust"]));
    let coupon = coupon(&app, json!({})).await;

    lock(&adjust, &coupon.code).await.expect_problem(403, "forbidden");
    lock(&app.as_handler("service"), &coupon.code).await.expect_problem(403, "forbidden");
    act(&redeem, &coupon, "void").await.expect_problem(403, "forbidden");
    lock(&redeem, &coupon.code).await.expect::<Value>(200);
    act(&adjust, &coupon, "void").await.expect::<Value>(200);
}

#[actix_web::test]
async fn a_redemption_without_a_coupon_has_no_code() {
    let app = App::start().await;
    let (gift, customer) = (reward(&app, json!({ "cost": 0 })).await, customer_with(&app, 0).await);

    let done = fulfilled(&app, &gift, &customer).await;

    assert_eq!((&done["coupon_id"], &done["coupon_code"]), (&Value::Null, &Value::Null));
    step(app.as_agent(), done["id"].as_str().unwrap(), "fulfil")
        .await
        .expect_problem(409, "invalid_transition");
}
