//! Routing: which rule takes feedback, and why the others do not.

use crate::support::App;
use serde_json::{Value, json};

async fn ask(app: &App, body: Value) -> Value {
    app.as_agent().post("/routing-rules/test", body).await.expect(200)
}

#[actix_web::test]
async fn the_defaults_route_every_type() {
    let app = App::start().await;
    for (kind, code) in [
        ("inquiry", "product"),
        ("complaint", "after_sales"),
        ("suggestion", "product"),
        ("praise", "marketing"),
    ] {
        let answer = ask(&app, json!({ "type": kind, "channel": "phone" })).await;
        assert_eq!(answer["department_id"], app.given().department(code).await.as_str());
        assert_eq!(answer["unrouted"], false);
    }
}

async fn battery_rule(app: &App) -> Value {
    let rule = json!({
        "name": "battery", "order": 1, "department_id": app.given().department("marketing").await,
        "conditions": { "types": ["complaint"], "keywords": ["电池", "BATTERY"], "product_ref_prefix": "P-" },
    });
    let made = app.as_admin().post("/routing-rules", rule.clone()).await.expect(201);
    let again = app.as_admin().post("/routing-rules", rule).await;
    again.expect_problem(409, "name_taken");
    made
}

fn hot() -> Value {
    json!({ "type": "complaint", "channel": "phone", "description": "The Battery is hot", "product_ref": "P-7" })
}

#[actix_web::test]
async fn the_first_rule_that_fits_takes_the_feedback() {
    let app = App::start().await;
    let rule = battery_rule(&app).await;

    let answer = ask(&app, hot()).await;

    assert_eq!(answer["rule_id"], rule["id"]);
    let rules = answer["rules"].as_array().unwrap();
    let why: Vec<&str> = rules.iter().map(|r| r["why_not"].as_str().unwrap_or("taken")).collect();
    assert_eq!(why, ["taken", "other_type", "later_rule", "other_type", "other_type"]);
    let cold = json!({ "type": "complaint", "channel": "phone", "product_ref": "Q-7" });
    assert_eq!(ask(&app, cold).await["rules"][0]["why_not"], "other_product");
}

#[actix_web::test]
async fn a_rule_of_an_inactive_department_is_skipped() {
    let app = App::start().await;
    battery_rule(&app).await;
    let marketing = app.given().department("marketing").await;
    let path = format!("/departments/{marketing}/deactivate");
    let _: Value = app.as_admin().post(&path, json!({})).await.expect(200);

    let answer = ask(&app, hot()).await;
    assert_eq!(answer["rules"][0]["why_not"], "department_inactive");
    assert_eq!(answer["department_id"], app.given().department("after_sales").await.as_str());
    let praise = ask(&app, json!({ "type": "praise", "channel": "phone" })).await;
    assert_eq!((praise["unrouted"].as_bool(), praise["rule_id"].clone()), (Some(true), Value::Null));
    assert_eq!(praise["department_id"], app.given().department("service").await.as_str());
}

#[actix_web::test]
async fn a_rule_is_changed_in_parts() {
    let app = App::start().await;
    let admin = app.as_admin().if_match("*");
    let product = admin.department("product").await;
    let rule = json!({ "name": "r", "order": 1, "department_id": product,
        "conditions": { "channels": ["email"], "product_ref_prefix": "P" } });
    let made: Value = admin.post("/routing-rules", rule).await.expect(201);
    let path = format!("/routing-rules/{}", made["id"].as_str().unwrap());

    let patch = json!({ "conditions": { "product_ref_prefix": null, "grades": ["potential"] } });
    let changed: Value = admin.patch(&path, patch).await.expect(200);
    assert_eq!(changed["conditions"]["channels"], json!(["email"]));
    assert_eq!(changed["conditions"]["product_ref_prefix"], Value::Null);
    let nowhere = json!({ "department_id": "01890000-0000-7000-8000-000000000000" });
    admin.patch(&path, nowhere).await.expect_field("/department_id", "unknown_department");
    let asleep: Value = admin.post(&format!("{path}/deactivate"), json!({})).await.expect(200);
    assert_eq!(asleep["active"], false);
    let list: Value = admin.get("/routing-rules?active=true").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 4);
}

#[actix_web::test]
async fn a_rehearsed_rule_is_checked_and_shown_and_never_written() {
    let app = App::start().await;
    let made = battery_rule(&app).await;
    let admin = app.as_admin().if_match("*").key("rehearsal-1");
    let path = format!("/routing-rules/{}", made["id"].as_str().unwrap());
    let rows = || app.number("SELECT count(*) + sum(version) FROM routing_rule");
    let (before, mut rule) = (rows(), made.clone());
    for shown in ["id", "active", "version", "created_at", "updated_at"] {
        rule.as_object_mut().unwrap().remove(shown);
    }

    admin.post("/routing-rules?dry_run=true", rule.clone()).await.expect_problem(409, "name_taken");
    let nowhere = json!({ "department_id": "01890000-0000-7000-8000-000000000000" });
    admin
        .patch(&format!("{path}?dry_run=true"), nowhere)
        .await
        .expect_field("/department_id", "unknown_department");
    rule["name"] = json!("another");
    let tried = admin.post("/routing-rules?dry_run=true", rule.clone()).await;
    let shown: Value = tried.expect(200);
    let patched: Value =
        admin.patch(&format!("{path}?dry_run=true"), json!({ "order": 9 })).await.expect(200);

    assert_eq!((&shown["name"], &shown["conditions"]), (&json!("another"), &made["conditions"]));
    assert_eq!(
        (tried.header("location"), &patched["order"], &patched["version"]),
        (None, &json!(9), &json!(2))
    );
    assert_eq!(rows(), before);
    let really: Value = admin.post("/routing-rules?dry_run=false", rule).await.expect(201);
    let there: Value = admin.get(&path).await.expect(200);
    assert_eq!((&really["name"], there), (&shown["name"], made));
}
