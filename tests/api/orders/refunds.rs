//! What is taken back: no more than was paid, and only of what was bought.

use super::{customer, days, order, purchase, record, recorded, refund};
use crate::support::App;
use serde_json::{Value, json};

#[actix_web::test]
async fn a_refund_is_its_purchases_customers() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let bought = recorded(&app, purchase(&wang, json!({}))).await;

    let back = recorded(&app, refund(400, json!({ "refund_of": bought["id"] }))).await;

    assert_eq!((&back["customer_id"], &back["refund_of"]), (&json!(wang), &bought["id"]));
    assert_eq!((&back["kind"], &back["revenue_minor"]), (&json!("refund"), &json!(400)));
    assert_eq!(order(&app, &bought).await["refunded_minor"], 400);
    let columns = "purchases, kept, revenue_minor, returned_minor, refunds, refunded_minor";
    assert_eq!(days(&app, &wang, columns), ["2026-01-04 1 1 1000 400 0 0", "2026-01-05 0 0 0 0 1 400"]);
}

#[actix_web::test]
async fn refunds_never_exceed_their_purchase() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let bought = recorded(&app, purchase(&wang, json!({}))).await;
    let of = json!({ "refund_of": bought["id"] });
    recorded(&app, refund(600, of.clone())).await;

    let refused = record(&app, refund(401, of.clone())).await;

    refused.expect_field("/lines", "over_refund");
    assert_eq!(refused.json()["left"], 400);
    recorded(&app, refund(400, of.clone())).await;
    record(&app, refund(1, of)).await.expect_problem(422, "over_refund");
    let columns = "purchases, kept, returned_minor, refunds, refunded_minor";
    assert_eq!(days(&app, &wang, columns), ["2026-01-04 1 0 1000 0 0", "2026-01-05 0 0 0 2 1000"]);
}

#[actix_web::test]
async fn a_purchase_is_named_by_its_reference_too() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let name = json!({ "system": "shop", "id": "4711" });
    let bought = recorded(&app, purchase(&wang, json!({ "external_ref": name }))).await;
    let own = json!({ "refund_of_ref": name, "external_ref": { "system": "shop", "id": "R-1" } });

    let back = recorded(&app, refund(1000, own.clone())).await;

    assert_eq!(back["refund_of"], bought["id"]);
    let again: Value = record(&app, refund(1000, own.clone())).await.expect(200);
    assert_eq!(again["id"], back["id"], "it was recorded before, though nothing is left to refund");
    let by_id = json!({ "refund_of": bought["id"], "external_ref": { "system": "shop", "id": "R-1" } });
    record(&app, refund(1000, by_id)).await.expect::<Value>(200);
    record(&app, refund(999, own)).await.expect_problem(409, "external_ref_taken");
}

#[actix_web::test]
async fn a_refund_of_an_unknown_purchase_stands_alone() {
    let app = App::start().await;
    let wang = customer(&app).await;

    let back = recorded(&app, refund(300, json!({ "customer_id": wang }))).await;

    assert_eq!(back["refund_of"], json!(null));
    assert_eq!(days(&app, &wang, "purchases, revenue_minor, refunded_minor"), ["2026-01-05 0 0 300"]);
    record(&app, refund(300, json!({}))).await.expect_field("/customer_id", "required");
}

#[actix_web::test]
async fn a_gift_is_kept_until_it_is_given_back() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let free = json!([{ "product": "样品", "category": "赠品", "quantity": 1, "revenue_minor": 0 }]);
    let gift = recorded(&app, purchase(&wang, json!({ "lines": free }))).await;
    assert_eq!(days(&app, &wang, "purchases, kept"), ["2026-01-04 1 1"]);

    recorded(&app, refund(0, json!({ "refund_of": gift["id"] }))).await;

    assert_eq!(days(&app, &wang, "purchases, kept, refunds"), ["2026-01-04 1 0 0", "2026-01-05 0 0 1"]);
}

#[actix_web::test]
async fn only_purchases_of_the_same_customer_and_money_are_refunded() {
    let app = App::start().await;
    let (wang, li) = (customer(&app).await, customer(&app).await);
    let bought = recorded(&app, purchase(&wang, json!({}))).await;
    let back = recorded(&app, refund(1, json!({ "refund_of": bought["id"] }))).await;
    let of = |with: Value| super::changed(json!({ "refund_of": bought["id"] }), with);
    let reference = json!({ "system": "shop", "id": "?" });
    let cases = [
        (of(json!({ "refund_of": "018f6b1e-0000-7000-8000-00000000dead" })), "/refund_of", "unknown_order"),
        (json!({ "refund_of_ref": reference, "customer_id": wang }), "/refund_of_ref", "unknown_order"),
        (of(json!({ "refund_of": back["id"] })), "/refund_of", "not_a_purchase"),
        (of(json!({ "customer_id": li })), "/refund_of", "different_customer"),
        (of(json!({ "currency": "USD" })), "/currency", "currency_mismatch"),
        (of(json!({ "occurred_at": "2026-01-04T03:59:59Z" })), "/occurred_at", "before_purchase"),
        (of(json!({ "refund_of_ref": reference })), "/refund_of_ref", "given_twice"),
    ];
    for (with, pointer, code) in cases {
        record(&app, refund(1, with)).await.expect_field(pointer, code);
    }
    recorded(&app, refund(1, of(json!({ "customer_id": wang })))).await;
    assert_eq!(order(&app, &bought).await["refunded_minor"], 2);
}
