//! What a customer's fields may hold.

use crate::support::App;
use serde_json::{Value, json};

/// Sends each value in a body of its own, and looks for its fault.
async fn expect_faults(cases: &[(&str, Value, &str)]) {
    let app = App::start().await;
    let agent = app.as_agent();
    for (pointer, value, code) in cases {
        let field = pointer.split('/').nth(1).unwrap();
        let mut body = json!({ "kind": "person", "name": "A" });
        body[field] = value.clone();
        agent.post("/customers", body).await.expect_field(pointer, code);
    }
    assert_eq!(app.number("SELECT count(*) FROM customer"), 0);
}

#[actix_web::test]
async fn bad_names_and_addresses_are_named() {
    let long = "a".repeat(201);
    let many: Vec<String> = (0..21).map(|n| format!("1380013{n:04}")).collect();
    let cases = [
        ("/kind", json!("robot"), "unknown_code"),
        ("/name", json!("\u{200b} \u{3000}"), "blank"),
        ("/name", json!("a\u{0}b"), "forbidden_character"),
        ("/name", json!("a\nb"), "forbidden_character"),
        ("/name", json!(long), "too_long"),
        ("/name", json!(null), "wrong_type"),
        ("/phones", json!(many), "too_many"),
        ("/phones", json!(null), "wrong_type"),
        ("/phones/0", json!(["call me"]), "invalid_format"),
        ("/phones/0", json!(["138 ext 5"]), "invalid_format"),
        ("/phones/0", json!(["1".repeat(30)]), "invalid_format"),
        ("/phones/0", json!(["\u{661}\u{662}\u{663}\u{664}"]), "invalid_format"),
        ("/phones/1", json!(["13800138000", "+86 138-0013-8000"]), "duplicate_item"),
        ("/emails/0", json!(["a@b"]), "invalid_format"),
        ("/emails/0", json!(["a@b@c.cn"]), "invalid_format"),
        ("/emails/0", json!([".a@b.cn"]), "invalid_format"),
        ("/emails/0", json!(["a@b.cn "]), "invalid_format"),
        ("/emails/0", json!(["\"a b\"@c.cn"]), "invalid_format"),
        ("/emails/1", json!(["A@b.cn", "a@B.cn"]), "duplicate_item"),
    ];
    expect_faults(&cases).await;
}

#[actix_web::test]
async fn bad_values_of_other_fields_are_named() {
    let members: serde_json::Map<String, Value> = (0..51).map(|n| (format!("k{n}"), json!(n))).collect();
    let cases = [
        ("/birthday", json!("1799-12-31"), "invalid_format"),
        ("/birthday", json!("2001-02-29"), "invalid_format"),
        ("/birthday", json!("2150-01-01"), "in_the_future"),
        ("/custom", json!(members), "too_many"),
        ("/custom/a", json!({ "a": {} }), "wrong_type"),
        ("/custom/a", json!({ "a": 9_007_199_254_740_993_i64 }), "out_of_range"),
        ("/custom/a", json!({ "a": "x\u{0}" }), "forbidden_character"),
        ("/external_refs/0/system", json!([{ "system": "E R P", "id": "1" }]), "invalid_format"),
        (
            "/external_refs/1",
            json!([{ "system": "e", "id": "1" }, { "system": "e", "id": "1" }]),
            "duplicate_item",
        ),
        ("/tags/0", json!(["a/b"]), "invalid_format"),
        ("/owner_id", json!("018f3f5e-0000-7000-8000-000000000000"), "unknown_staff"),
        ("/service_team_id", json!("018f3f5e-0000-7000-8000-000000000000"), "unknown_department"),
        ("/owner_id", json!("me"), "invalid_format"),
        ("/number", json!("CU-1"), "read_only_field"),
        ("/value_grade", json!("high_value"), "read_only_field"),
        ("/nick", json!("x"), "unknown_field"),
    ];
    expect_faults(&cases).await;
}

#[actix_web::test]
async fn odd_texts_are_kept_as_they_are() {
    let app = App::start().await;
    let agent = app.as_agent();
    let names = ["'; DROP TABLE customer; --", "{{7*7}} ${jndi:x}", "👩‍👩‍👧‍👦 \u{202e}x", "=cmd()", "null", "%_\\"];
    for name in names {
        let body =
            json!({ "kind": "person", "name": name, "custom": { "__proto__": name, "constructor": true } });
        let made: Value = agent.post("/customers", body).await.expect(201);
        assert_eq!(made["name"], name);
        assert_eq!(made["custom"]["__proto__"], name);
    }
}
