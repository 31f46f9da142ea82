//! Earning rules under everything at once, and what they have paid across changes of caps and merges.

use super::{
    available, customer_with, earn,
    earning::{customer, order_of, report, rule, said, work},
    once,
};
use crate::support::App;
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

async fn patch_rule(app: &App, rule: &Value, patch: Value) {
    let path = format!("/loyalty/earning-rules/{}", rule["id"].as_str().unwrap());
    app.as_admin().if_match("*").patch(&path, patch).await.expect::<Value>(200);
}

#[actix_web::test]
async fn one_event_is_paid_once_whichever_rules_are_left_to_fire() {
    let app = App::start().await;
    let alone = json!({ "priority": 1, "exclusive": true, "points": { "kind": "fixed", "points": 100 },
        "caps": { "per_customer": 100 } });
    rule(&app, "alone", alone).await;
    rule(&app, "plain", json!({ "priority": 2, "points": { "kind": "fixed", "points": 50 } })).await;
    for round in 0..3 {
        let customer = customer(&app).await;
        let source = format!("o-{round}");

        let answers = join_all((0..6).map(|_| report(&app, order_of(&customer, &source, json!({}))))).await;

        let paid = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(paid, 1, "{answers:?}");
        assert_eq!(available(&app, &customer).await, 100);
    }
}

#[actix_web::test]
async fn one_source_is_paid_to_one_customer_whichever_rules_they_meet() {
    let app = App::start().await;
    let of = |kind: &str| json!({ "conditions": { "field": "customer_kind", "in": [kind] } });
    rule(&app, "person", of("person")).await;
    rule(&app, "company", of("company")).await;
    for round in 0..3 {
        let person = customer(&app).await;
        let body = json!({ "kind": "company", "name": "某公司" });
        let company: Value = app.as_agent().post("/customers", body).await.expect(201);
        let company = company["id"].as_str().unwrap().to_owned();
        let source = format!("o-{round}");
        let both = [&person, &company];

        let answers = join_all(both.map(|who| report(&app, order_of(who, &source, json!({}))))).await;

        let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409], "{answers:?}");
    }
}

#[actix_web::test]
async fn a_cap_counts_what_was_paid_while_there_was_none() {
    let app = App::start().await;
    let customer = customer(&app).await;
    let made = rule(&app, "often", json!({ "caps": { "per_customer": 100, "total": 100 } })).await;
    report(&app, order_of(&customer, "o-1", json!({}))).await.expect::<Value>(201);
    patch_rule(&app, &made, json!({ "caps": { "per_customer": null, "total": null } })).await;
    report(&app, order_of(&customer, "o-2", json!({}))).await.expect::<Value>(201);
    patch_rule(&app, &made, json!({ "caps": { "per_customer": 25, "total": 25 } })).await;
    let mut tried = order_of(&customer, "o-3", json!({}));
    tried.as_object_mut().unwrap().shift_remove("source");
    let nobody = json!({ "trigger": "order", "order": { "amount_minor": 100, "currency": "CNY" } });

    let seen: Value = app.as_agent().post("/loyalty/rules/simulate", tried).await.expect(200);
    let earned: Value = report(&app, order_of(&customer, "o-3", json!({}))).await.expect(201);
    let later: Value = report(&app, order_of(&customer, "o-4", json!({}))).await.expect(201);

    assert_eq!((said(&seen), said(&earned)), (vec!["often 5".to_owned()], vec!["often 5".to_owned()]));
    assert_eq!(said(&later), ["often total_cap"]);
    let seen: Value = app.as_agent().post("/loyalty/rules/simulate", nobody).await.expect(200);
    assert_eq!(said(&seen), ["often total_cap"]);
}

#[actix_web::test]
async fn merged_customers_share_their_caps_until_they_part() {
    let app = App::start().await;
    let (one, other) = (customer(&app).await, customer(&app).await);
    rule(&app, "once", json!({ "caps": { "per_customer": 10, "per_customer_day": 10 } })).await;
    for (customer, source) in [(&one, "o-1"), (&other, "o-2")] {
        report(&app, order_of(customer, source, json!({}))).await.expect::<Value>(201);
    }
    let merge = json!({ "into_id": other });
    app.as_agent().if_match("*").post(&format!("/customers/{one}/merge"), merge).await.expect::<Value>(200);

    let merged: Value = report(&app, order_of(&other, "o-3", json!({}))).await.expect(201);
    app.as_agent()
        .if_match("*")
        .post(&format!("/customers/{one}/unmerge"), json!({}))
        .await
        .expect::<Value>(200);
    let third = customer(&app).await;
    let merge = json!({ "into_id": third });
    app.as_agent().if_match("*").post(&format!("/customers/{one}/merge"), merge).await.expect::<Value>(200);
    let again: Value = report(&app, order_of(&third, "o-4", json!({}))).await.expect(201);

    assert_eq!(
        (said(&merged), said(&again)),
        (vec!["once customer_cap".to_owned()], vec!["once customer_cap".to_owned()])
    );
}

#[actix_web::test]
async fn who_cannot_be_paid_keeps_nobody_else_from_it() {
    let app = App::start().await;
    rule(&app, "welcome", json!({ "trigger": "sign_up" })).await;
    app.advance(TimeDelta::minutes(5));
    work(&app);
    let rich = customer_with(&app, 0).await;
    earn(&app, &rich, 9_007_199_254_740_991).await;
    let poor = customer(&app).await;
    app.advance(TimeDelta::minutes(5));
    work(&app);

    assert_eq!(available(&app, &poor).await, 10);
    assert_eq!(available(&app, &rich).await, 9_007_199_254_740_991);
}

#[actix_web::test]
async fn what_happens_in_the_product_is_reported_by_nobody_else() {
    let app = App::start().await;
    let customer = customer(&app).await;
    let own = json!({ "source": { "system": "hearback", "id": "sign_up:x" } });

    let refused = once(app.as_key(&["points:earn"]))
        .post("/loyalty/earning-events", order_of(&customer, "o-1", own))
        .await;

    refused.expect_problem(422, "reserved_system");
}
