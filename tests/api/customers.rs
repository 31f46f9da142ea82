//! Customers: registered, changed, found by reference, and never wrongly one or two.

use crate::support::App;
use futures_util::future::join_all;
use serde_json::{Value, json};

fn wang() -> Value {
    json!({
        "kind": "person", "name": "王芳", "phones": ["138-0013-8000"], "emails": ["Wang.Fang@Example.com"],
        "preferred_channel": "wechat", "region": "310000", "birthday": "1988-05-01", "gender": "female",
        "income_band": "10-20w", "industry": "retail", "risk_level": "low", "psychographics": ["price-conscious"],
        "tags": ["VIP", "new"], "custom": { "card_colour": "gold", "会员编号": 10086 },
        "external_refs": [{ "system": "erp", "id": "C/1" }],
    })
}

#[actix_web::test]
async fn a_customer_is_shown_as_it_was_registered() {
    let app = App::start().await;
    let agent = app.as_agent();

    let answer = agent.post("/customers", wang()).await;

    let made: Value = answer.expect(201);
    let path = format!("/api/v1/customers/{}", made["id"].as_str().unwrap());
    assert_eq!(answer.header("Location"), Some(path.as_str()));
    assert_eq!(made["possible_duplicates"], json!([]));
    assert!(made["number"].as_str().unwrap().starts_with("CU-"));
    let shown = agent.get(&path).await;
    assert_eq!(shown.etag(), "\"1\"");
    let shown: Value = shown.expect(200);
    for (name, sent) in wang().as_object().unwrap() {
        let expected = if name == "tags" { json!(["VIP", "new"]) } else { sent.clone() };
        assert_eq!(shown[name], expected, "{name}");
    }
    assert_eq!(shown["value_grade"], "ordinary");
    assert_eq!(shown["lifecycle_stage"], "prospect");
}

#[actix_web::test]
async fn the_same_address_is_reported_and_hinders_nothing() {
    let app = App::start().await;
    let agent = app.as_agent();
    let first: Value = agent.post("/customers", wang()).await.expect(201);

    let by_phone = json!({ "kind": "person", "name": "Fang", "phones": ["+86 １３８ 0013 8000"] });
    let by_phone: Value = agent.post("/customers", by_phone).await.expect(201);
    let by_email = json!({ "kind": "person", "name": "F", "emails": ["wang.fang@EXAMPLE.com"] });
    let by_email: Value = agent.post("/customers", by_email).await.expect(201);

    for (made, on) in [(by_phone, "phone"), (by_email, "email")] {
        let twin =
            json!([{ "id": first["id"], "number": first["number"], "name": "王芳", "matched_on": on }]);
        assert_eq!(made["possible_duplicates"], twin);
    }
}

#[actix_web::test]
async fn a_patch_changes_what_it_names_and_nothing_else() {
    let app = App::start().await;
    let agent = app.as_agent();
    let made: Value = agent.post("/customers", wang()).await.expect(201);
    let path = format!("/customers/{}", made["id"].as_str().unwrap());

    let patch = json!({
        "phones": [], "birthday": null, "tags": ["VIP", "gold"], "custom": { "card_colour": null, "level": 3.5 },
        "external_refs": [{ "system": "shop", "id": "9" }],
    });
    let changed: Value = agent.clone().if_match("\"1\"").patch(&path, patch).await.expect(200);

    assert_eq!(changed["version"], 2);
    assert_eq!(changed["phones"], json!([]));
    assert_eq!(changed["birthday"], Value::Null);
    assert_eq!(changed["tags"], json!(["VIP", "gold"]));
    assert_eq!(changed["custom"], json!({ "会员编号": 10086, "level": 3.5 }));
    assert_eq!(changed["external_refs"], json!([{ "system": "shop", "id": "9" }]));
    assert_eq!(changed["emails"], made["emails"]);
    assert_eq!(changed["gender"], "female");
    let again = agent.clone().if_match("\"1\"").patch(&path, json!({ "name": "X" })).await;
    again.expect_problem(412, "precondition_failed");
    agent.patch(&path, json!({ "name": "X" })).await.expect_problem(428, "precondition_required");
    let empty = agent.clone().if_match("*").patch(&path, json!({})).await;
    empty.expect_problem(422, "empty_patch");
}

#[actix_web::test]
async fn of_two_changes_from_one_version_one_wins() {
    let app = App::start().await;
    let agent = app.as_agent();
    let made: Value = agent.post("/customers", wang()).await.expect(201);
    let path = format!("/customers/{}", made["id"].as_str().unwrap());

    let change = |name: &str| {
        let (agent, path, body) = (agent.clone().if_match("\"1\""), path.clone(), json!({ "name": name }));
        async move { agent.patch(&path, body).await.status.as_u16() }
    };
    let mut answers = join_all([change("A"), change("B")]).await;

    answers.sort();
    assert_eq!(answers, [200, 412]);
}

#[actix_web::test]
async fn a_merged_customer_is_shown_and_changes_no_more() {
    let app = App::start().await;
    let agent = app.as_agent();
    let into = app.given().customer().await;
    let made: Value = agent.post("/customers", wang()).await.expect(201);
    app.execute(&format!(
        "UPDATE customer SET status = 'merged', merged_into_id = '{}' WHERE id = '{}'",
        into["id"].as_str().unwrap(),
        made["id"].as_str().unwrap()
    ));
    let path = format!("/customers/{}", made["id"].as_str().unwrap());

    let shown: Value = agent.get(&path).await.expect(200);
    let refused = agent.clone().if_match("*").patch(&path, json!({ "name": "X" })).await;

    assert_eq!(shown["status"], "merged");
    assert_eq!(shown["merged_into"], into["id"]);
    refused.expect_problem(409, "customer_merged");
    let twin: Value = agent
        .post("/customers", json!({ "kind": "person", "name": "T", "phones": ["13800138000"] }))
        .await
        .expect(201);
    assert_eq!(twin["possible_duplicates"], json!([]), "the merged one is no duplicate");
}

#[actix_web::test]
async fn who_may_not_read_or_write_customers_is_turned_away() {
    let app = App::start().await;
    let id = app.given().customer().await["id"].as_str().unwrap().to_owned();
    let path = format!("/customers/{id}");

    app.as_analyst().get(&path).await.expect_problem(403, "forbidden");
    app.as_handler("after_sales").get(&path).await.expect::<Value>(200);
    let body = json!({ "kind": "person", "name": "A" });
    app.as_handler("after_sales").post("/customers", body.clone()).await.expect_problem(403, "forbidden");
    app.as_key(&["customers:read"]).post("/customers", body).await.expect_problem(403, "forbidden");
    app.as_agent().get("/customers/not-an-id").await.expect_problem(400, "invalid_path");
    let nobody = "/customers/018f3f5e-0000-7000-8000-000000000000";
    app.as_agent().get(nobody).await.expect_problem(404, "not_found");
}
