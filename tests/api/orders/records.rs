//! What is recorded, and what is refused.

use super::{customer, order, purchase, record, recorded, refund};
use crate::support::App;
use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

#[actix_web::test]
async fn a_purchase_is_kept_as_it_was_told() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let lines = json!([
        { "product": "洗衣机", "category": "家电", "quantity": 1, "revenue_minor": 199900, "cost_minor": 120000 },
        { "product": "安装", "category": "服务", "quantity": 2, "revenue_minor": 0 },
    ]);
    let body = json!({ "lines": lines, "place": "南京路店", "external_ref": { "system": "pos", "id": "7" } });

    let made = record(&app, purchase(&wang, body)).await;

    let shown: Value = made.expect(201);
    let path = format!("/api/v1/orders/{}", shown["id"].as_str().unwrap());
    assert_eq!(made.header("Location"), Some(path.as_str()));
    assert_eq!(shown["lines"][0]["cost_minor"], 120000);
    assert_eq!(shown["lines"][1]["cost_minor"], json!(null));
    assert_eq!((&shown["revenue_minor"], &shown["cost_minor"]), (&json!(199900), &json!(null)));
    assert_eq!((&shown["place"], &shown["refunded_minor"]), (&json!("南京路店"), &json!(0)));
    assert_eq!(shown["external_ref"], json!({ "system": "pos", "id": "7" }));
    assert_eq!(shown["customer_id"], json!(wang));
    assert_eq!(order(&app, &shown).await, shown);
}

#[actix_web::test]
async fn a_cost_is_known_when_that_of_every_line_is() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let line =
        json!({ "product": "a", "category": "b", "quantity": 3, "revenue_minor": 10, "cost_minor": 4 });

    let made = recorded(&app, purchase(&wang, json!({ "lines": [line, line] }))).await;

    assert_eq!((&made["revenue_minor"], &made["cost_minor"]), (&json!(20), &json!(8)));
}

#[actix_web::test]
async fn a_reference_is_recorded_once() {
    let app = App::start().await;
    let (wang, li) = (customer(&app).await, customer(&app).await);
    let reference = json!({ "external_ref": { "system": "shop", "id": "4711" } });
    let first = recorded(&app, purchase(&wang, reference.clone())).await;

    let again: Value = record(&app, purchase(&wang, reference.clone())).await.expect(200);

    assert_eq!(again, first);
    let mut dearer = purchase(&wang, reference.clone());
    dearer["lines"][0]["revenue_minor"] = json!(1001);
    let others = [
        dearer,
        purchase(&li, reference.clone()),
        purchase(&wang, json!({ "external_ref": { "system": "shop", "id": "4711" }, "channel": "app" })),
        purchase(&wang, json!({ "external_ref": { "system": "shop", "id": "4711" }, "place": "x" })),
        purchase(&wang, json!({ "external_ref": { "system": "shop", "id": "4711" }, "currency": "USD" })),
        purchase(
            &wang,
            json!({ "external_ref": { "system": "shop", "id": "4711" }, "occurred_at": "2026-01-04T04:00:01Z" }),
        ),
        refund(1000, json!({ "customer_id": wang, "external_ref": { "system": "shop", "id": "4711" } })),
    ];
    for other in others {
        record(&app, other).await.expect_problem(409, "external_ref_taken");
    }
    recorded(&app, purchase(&wang, json!({ "external_ref": { "system": "pos", "id": "4711" } }))).await;
    assert_eq!(app.number("SELECT count(*) FROM order_event"), 2);
}

#[actix_web::test]
async fn two_equal_purchases_without_a_reference_are_two() {
    let app = App::start().await;
    let wang = customer(&app).await;

    let one = recorded(&app, purchase(&wang, json!({}))).await;
    let two = recorded(&app, purchase(&wang, json!({}))).await;

    assert_ne!(one["id"], two["id"]);
}

#[actix_web::test]
async fn a_customer_is_named_once_and_is_there() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let nobody = "018f6b1e-0000-7000-8000-00000000dead";
    let by = json!({ "system": "erp", "id": "7" });
    app.as_agent()
        .if_match("*")
        .patch(&format!("/customers/{wang}"), json!({ "external_refs": [by] }))
        .await
        .expect::<Value>(200);

    let made = recorded(&app, purchase(&wang, json!({ "customer_id": null, "customer_ref": by }))).await;

    assert_eq!(made["customer_id"], json!(wang));
    let none = record(&app, purchase(&wang, json!({ "customer_id": null }))).await;
    none.expect_field("/customer_id", "required");
    let both = record(&app, purchase(&wang, json!({ "customer_ref": by }))).await;
    both.expect_field("/customer_ref", "given_twice");
    record(&app, purchase(nobody, json!({}))).await.expect_problem(422, "unknown_customer");
    let unknown = json!({ "customer_id": null, "customer_ref": { "system": "erp", "id": "8" } });
    record(&app, purchase(&wang, unknown)).await.expect_field("/customer_ref", "unknown_customer");
}

#[actix_web::test]
async fn fields_break_their_rules_by_name() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let line = |with: Value| {
        let body = json!({ "product": "a", "category": "b", "quantity": 1, "revenue_minor": 1 });
        json!({ "lines": [super::changed(body, with)] })
    };
    let most = 9_007_199_254_740_991_i64;
    let cases = [
        (json!({ "lines": [] }), "/lines", "too_few"),
        (line(json!({ "quantity": 0 })), "/lines/0/quantity", "out_of_range"),
        (line(json!({ "quantity": 1.5 })), "/lines/0/quantity", "wrong_type"),
        (line(json!({ "revenue_minor": -1 })), "/lines/0/revenue_minor", "out_of_range"),
        (line(json!({ "revenue_minor": most + 1 })), "/lines/0/revenue_minor", "out_of_range"),
        (line(json!({ "cost_minor": -1 })), "/lines/0/cost_minor", "out_of_range"),
        (line(json!({ "product": null })), "/lines/0/product", "required"),
        (line(json!({ "revenue": "1.00" })), "/lines/0/revenue", "unknown_field"),
        (json!({ "currency": "cny" }), "/currency", "unknown_code"),
        (json!({ "currency": "XXX" }), "/currency", "unknown_code"),
        (json!({ "kind": "gift" }), "/kind", "unknown_code"),
        (json!({ "channel": null }), "/channel", "required"),
        (json!({ "occurred_at": "2026-01-05" }), "/occurred_at", "invalid_format"),
        (json!({ "occurred_at": "2026-01-05T02:00:00.001Z" }), "/occurred_at", "in_the_future"),
        (
            json!({ "external_ref": { "system": "import:1", "id": "1" } }),
            "/external_ref/system",
            "invalid_format",
        ),
        (json!({ "refund_of": wang }), "/refund_of", "not_a_refund"),
        (json!({ "status": "paid" }), "/status", "read_only_field"),
    ];
    for (with, pointer, code) in cases {
        record(&app, purchase(&wang, with)).await.expect_field(pointer, code);
    }
    assert_eq!(app.number("SELECT count(*) FROM order_event"), 0);
    recorded(&app, purchase(&wang, json!({ "occurred_at": "2026-01-05T02:00:00Z" }))).await;
}

#[actix_web::test]
async fn sums_stay_within_what_travels() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let most =
        json!({ "product": "a", "category": "b", "quantity": 1, "revenue_minor": 9_007_199_254_740_991_i64 });
    let one = json!({ "product": "a", "category": "b", "quantity": 1, "revenue_minor": 1 });

    let refused = record(&app, purchase(&wang, json!({ "lines": [most, one] }))).await;

    refused.expect_field("/lines", "amount_out_of_range");
    let made = recorded(&app, purchase(&wang, json!({ "lines": [most] }))).await;
    assert_eq!(made["revenue_minor"], 9_007_199_254_740_991_i64);
    // the sums of the day would be out of range, though the order itself is not
    let second = record(&app, purchase(&wang, json!({}))).await;
    second.expect_field("/lines", "amount_out_of_range");
    recorded(&app, purchase(&wang, json!({ "currency": "USD" }))).await;
    assert_eq!(app.number("SELECT count(*) FROM order_event"), 2);
}

#[actix_web::test]
async fn a_key_answers_again_what_it_answered() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let first = app.as_agent().key("k").post("/orders", purchase(&wang, json!({}))).await;

    let again = app.as_agent().key("k").post("/orders", purchase(&wang, json!({}))).await;

    assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
    assert_eq!(again.expect::<Value>(201), first.expect::<Value>(201));
    let other = app.as_agent().key("k").post("/orders", purchase(&wang, json!({ "channel": "app" }))).await;
    other.expect_problem(422, "idempotency_key_reused");
}

#[actix_web::test]
async fn what_is_recorded_cannot_be_changed_past_the_server_either() {
    let app = App::start().await;
    let wang = customer(&app).await;
    recorded(&app, purchase(&wang, json!({}))).await;

    for sql in [
        "UPDATE order_event SET revenue_minor = 1",
        "DELETE FROM order_line",
        "TRUNCATE order_event CASCADE",
        "TRUNCATE usage_event",
    ] {
        let error = app.sql().batch_execute(sql).unwrap_err().to_string();
        assert!(error.contains("append-only"), "{sql}: {error}");
    }
    let as_server = app.sql().batch_execute("SET ROLE hearback_app; UPDATE order_line SET quantity = 2");
    assert!(as_server.unwrap_err().to_string().contains("permission denied"));
}

#[actix_web::test]
async fn a_program_records_and_reads_with_its_scopes() {
    let app = App::start().await;
    let wang = customer(&app).await;
    let writer = app.as_key(&["orders:write"]);

    let made: Value = writer.post("/orders", purchase(&wang, json!({}))).await.expect(201);

    assert_eq!(made["recorded_by_kind"], "api_key");
    let path = format!("/orders/{}", made["id"].as_str().unwrap());
    writer.get(&path).await.expect_problem(403, "forbidden");
    assert_eq!(app.as_key(&["orders:read"]).get(&path).await.expect::<Value>(200), made);
}
