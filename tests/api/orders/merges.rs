//! Two records of one customer: what either bought is the survivor's, until they are parted.

use super::{customer, days, ids, order, purchase, record, recorded, refund};
use crate::support::App;
use serde_json::{Value, json};

async fn merge(app: &App, merged: &str, into: &str) {
    let body = json!({ "into_id": into });
    app.as_agent().post(&format!("/customers/{merged}/merge"), body).await.expect::<Value>(200);
}

async fn unmerge(app: &App, merged: &str) {
    app.as_agent().post(&format!("/customers/{merged}/unmerge"), json!({})).await.expect::<Value>(200);
}

async fn bought(app: &App, customer: &str) -> usize {
    ids(app, &format!("/customers/{customer}/orders")).await.len()
}

#[actix_web::test]
async fn the_survivor_shows_both_and_each_its_own_when_they_are_parted() {
    let app = App::start().await;
    let (wang, fang) = (customer(&app).await, customer(&app).await);
    recorded(&app, purchase(&wang, json!({}))).await;
    recorded(&app, purchase(&wang, json!({ "occurred_at": "2026-01-03T04:00:00Z" }))).await;
    recorded(&app, purchase(&fang, json!({}))).await;
    let before =
        (days(&app, &wang, "purchases, revenue_minor"), days(&app, &fang, "purchases, revenue_minor"));

    merge(&app, &wang, &fang).await;

    assert_eq!(bought(&app, &fang).await, 3);
    assert_eq!(ids(&app, &format!("/orders?customer_id={fang}")).await.len(), 3);
    let together = ["2026-01-03 1 1000", "2026-01-04 2 2000"];
    assert_eq!(days(&app, &fang, "purchases, revenue_minor"), together);
    assert!(days(&app, &wang, "purchases").is_empty());
    let overview: Value = app.as_agent().get(&format!("/customers/{fang}/overview")).await.expect(200);
    assert_eq!(overview["orders"]["count"], 3);
    let timeline = ids(&app, &format!("/customers/{fang}/timeline")).await;
    assert_eq!(timeline.len(), 3);
    record(&app, purchase(&wang, json!({}))).await.expect_problem(409, "customer_merged");

    unmerge(&app, &wang).await;

    assert_eq!((bought(&app, &wang).await, bought(&app, &fang).await), (2, 1));
    let after =
        (days(&app, &wang, "purchases, revenue_minor"), days(&app, &fang, "purchases, revenue_minor"));
    assert_eq!(after, before);
}

#[actix_web::test]
async fn a_refund_while_merged_goes_with_its_purchase() {
    let app = App::start().await;
    let (wang, fang, mei) = (customer(&app).await, customer(&app).await, customer(&app).await);
    let own = recorded(&app, purchase(&wang, json!({}))).await;
    merge(&app, &wang, &fang).await;
    merge(&app, &fang, &mei).await;

    let back = recorded(&app, refund(300, json!({ "refund_of": own["id"], "customer_id": mei }))).await;
    recorded(&app, refund(200, json!({ "refund_of": own["id"] }))).await;

    assert_eq!(back["customer_id"], json!(wang));
    let columns = "purchases, returned_minor, refunded_minor";
    assert_eq!(days(&app, &mei, columns), ["2026-01-04 1 500 0", "2026-01-05 0 0 500"]);
    unmerge(&app, &wang).await;
    assert_eq!(days(&app, &wang, columns), ["2026-01-04 1 500 0", "2026-01-05 0 0 500"]);
    assert!(days(&app, &mei, columns).is_empty() && days(&app, &fang, columns).is_empty());
    recorded(&app, refund(500, json!({ "refund_of": own["id"], "customer_id": wang }))).await;
    assert_eq!(order(&app, &own).await["refunded_minor"], 1000);
    assert_eq!(days(&app, &wang, "kept, refunds"), ["2026-01-04 0 0", "2026-01-05 0 3"]);
}

#[actix_web::test]
async fn the_same_order_again_is_the_same_after_a_merge() {
    let app = App::start().await;
    let (wang, fang) = (customer(&app).await, customer(&app).await);
    let by = json!({ "system": "erp", "id": "7" });
    let change = json!({ "external_refs": [by] });
    let path = format!("/customers/{wang}");
    app.as_agent().if_match("*").patch(&path, change).await.expect::<Value>(200);
    let body =
        json!({ "customer_id": null, "customer_ref": by, "external_ref": { "system": "shop", "id": "1" } });
    let first = recorded(&app, purchase(&wang, body.clone())).await;

    merge(&app, &wang, &fang).await;

    let again: Value = record(&app, purchase(&wang, body)).await.expect(200);
    assert_eq!(again["id"], first["id"]);
    let named = json!({ "external_ref": { "system": "shop", "id": "1" } });
    record(&app, purchase(&fang, named)).await.expect::<Value>(200);
}
