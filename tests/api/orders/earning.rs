//! What orders earn, and what their refunds take back.

use super::{customer, purchase, record, recorded, refund};
use crate::support::App;
use serde_json::{Value, json};

/// Pays one point for each yuan.
async fn rule(app: &App) {
    let rule = json!({ "code": "spend", "name": "消费积分", "trigger": "order", "priority": 10,
        "points": { "kind": "per_amount", "points": 1, "per_minor": 100, "currency": "CNY" },
        "conditions": { "field": "category", "in": ["家电"] } });
    app.as_admin().post("/loyalty/earning-rules", rule).await.expect::<Value>(201);
}

async fn points(app: &App, customer: &str) -> Value {
    let shown: Value = app.as_agent().get(&format!("/customers/{customer}/points")).await.expect(200);
    shown["available"].clone()
}

fn of(minor: i64) -> Value {
    json!({ "lines": [{ "product": "洗衣机", "category": "家电", "quantity": 1, "revenue_minor": minor }] })
}

#[actix_web::test]
async fn a_purchase_earns_once_and_its_refunds_take_back_their_share() {
    let app = App::start().await;
    let wang = customer(&app).await;
    rule(&app).await;
    let body = super::changed(of(10_000), json!({ "external_ref": { "system": "shop", "id": "1" } }));
    let bought = recorded(&app, purchase(&wang, body.clone())).await;
    assert_eq!(points(&app, &wang).await, 100);

    record(&app, purchase(&wang, body)).await.expect::<Value>(200);
    assert_eq!(points(&app, &wang).await, 100, "the same order again earns nothing");

    let back = |minor| refund(minor, json!({ "refund_of": bought["id"] }));
    for (minor, left) in [(3_333, 67), (3_333, 34), (3_333, 1), (1, 0)] {
        recorded(&app, back(minor)).await;
        assert_eq!(points(&app, &wang).await, left, "after {minor}");
    }
    record(&app, back(1)).await.expect_problem(422, "over_refund");
}

#[actix_web::test]
async fn what_was_taken_back_by_hand_counts() {
    let app = App::start().await;
    let wang = customer(&app).await;
    rule(&app).await;
    let bought = recorded(&app, purchase(&wang, of(10_000))).await;
    let entries: Value = app.as_agent().get(&format!("/customers/{wang}/points/entries")).await.expect(200);
    let reverse = format!("/loyalty/entries/{}/reverse", entries["items"][0]["id"].as_str().unwrap());
    let by_hand = json!({ "amount": 70, "reason": "更正" });
    app.as_agent().fresh_key().post(&reverse, by_hand).await.expect::<Value>(201);

    recorded(&app, refund(5_000, json!({ "refund_of": bought["id"] }))).await;
    assert_eq!(points(&app, &wang).await, 30, "more than half was taken back before");
    recorded(&app, refund(5_000, json!({ "refund_of": bought["id"] }))).await;

    assert_eq!(points(&app, &wang).await, 0);
}

#[actix_web::test]
async fn refunds_find_what_was_earned_after_a_merge() {
    let app = App::start().await;
    let (wang, fang) = (customer(&app).await, customer(&app).await);
    rule(&app).await;
    let bought = recorded(&app, purchase(&wang, of(10_000))).await;
    let into = json!({ "into_id": fang });
    app.as_agent().post(&format!("/customers/{wang}/merge"), into).await.expect::<Value>(200);

    recorded(&app, refund(10_000, json!({ "refund_of": bought["id"] }))).await;

    assert_eq!(points(&app, &fang).await, 0);
    let lonely = json!({ "customer_id": fang });
    recorded(&app, refund(10_000, lonely)).await;
    assert_eq!(points(&app, &fang).await, 0, "a refund of what is not known takes nothing");
}
