//! What customers are called in other systems: one reference, one customer.

use crate::support::App;
use futures_util::future::join_all;
use serde_json::{Value, json};

#[actix_web::test]
async fn a_reference_names_one_customer() {
    let app = App::start().await;
    let agent = app.as_agent();
    let body = json!({ "kind": "person", "name": "Li", "external_refs": [{ "system": "erp", "id": "C/1" }] });
    agent.post("/customers", body.clone()).await.expect::<Value>(201);

    let taken = agent.post("/customers", body).await;

    taken.expect_problem(409, "external_ref_taken");
    assert_eq!(app.number("SELECT count(*) FROM customer"), 1);
}

#[actix_web::test]
async fn putting_by_reference_registers_once_and_changes_then() {
    let app = App::start().await;
    let key = app.as_key(&["customers:write", "customers:read"]);
    let path = "/customers/by-ref/erp/C-1";

    let made: Value =
        key.put(path, json!({ "kind": "person", "name": "Li", "tags": ["a"] })).await.expect(201);
    let body =
        json!({ "kind": "company", "name": "Li Ltd", "external_refs": [{ "system": "shop", "id": "7" }] });
    let changed: Value = key.put(path, body.clone()).await.expect(200);
    let again: Value = key.put(path, body).await.expect(200);

    assert_eq!(changed["id"], made["id"]);
    assert_eq!(changed["name"], "Li Ltd");
    assert_eq!(changed["tags"], json!(["a"]));
    let refs = json!([{ "system": "erp", "id": "C-1" }, { "system": "shop", "id": "7" }]);
    assert_eq!(again["external_refs"], refs);
    let shown: Value = key.get("/customers/by-ref/shop/7").await.expect(200);
    assert_eq!(shown["id"], made["id"]);
    key.get("/customers/by-ref/shop/8").await.expect_problem(404, "not_found");
    key.get("/customers/by-ref/S%20hop/8").await.expect_problem(400, "invalid_path");
}

#[actix_web::test]
async fn a_put_that_is_sent_again_with_its_key_is_answered_alike() {
    let app = App::start().await;
    let agent = app.as_agent();
    let body = json!({ "kind": "person", "name": "Li" });

    let first = agent.clone().key("k1").put("/customers/by-ref/erp/1", body.clone()).await;
    let again = agent.clone().key("k1").put("/customers/by-ref/erp/1", body).await;

    let (a, b): (Value, Value) = (first.expect(201), again.expect(201));
    assert_eq!(a, b);
    assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
}

#[actix_web::test]
async fn two_who_put_a_new_reference_at_once_make_one_customer() {
    let app = App::start().await;
    let (one, two) = (app.as_agent(), app.second().await);
    let two = two.as_agent();
    one.token().await;
    for round in 0..5 {
        let path = format!("/customers/by-ref/race/{round}");
        let body = json!({ "kind": "person", "name": "R", "phones": ["13800138000"], "tags": [format!("t{round}")] });
        let answers = join_all((0..6).map(|n| {
            let client = if n % 2 == 0 { &one } else { &two };
            client.put(&path, body.clone())
        }))
        .await;
        let made = answers.iter().filter(|a| a.status.as_u16() == 201).count();
        assert_eq!(made, 1, "{answers:?}");
        assert!(answers.iter().all(|a| a.status.is_success()), "{answers:?}");
    }
    assert_eq!(app.number("SELECT count(*) FROM customer"), 5);
}
