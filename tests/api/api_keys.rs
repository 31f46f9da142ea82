//! API keys: shown once, bound to their scopes, refused at once.

use crate::support::{App, Client};
use chrono::TimeDelta;
use serde_json::{Value, json};

async fn key(app: &App, body: Value) -> Value {
    app.as_admin().post("/api-keys", body).await.expect(201)
}

fn with(app: &App, made: &Value) -> Client {
    app.with_token(made["key"].as_str().unwrap())
}

fn path(made: &Value) -> String {
    format!("/api-keys/{}", made["id"].as_str().unwrap())
}

#[actix_web::test]
async fn a_key_may_do_what_its_scopes_name_and_nothing_else() {
    let app = App::start().await;
    let second = app.second().await;

    let made = key(&app, json!({ "name": "Shop", "scopes": ["staff:read", "staff:read"] })).await;

    assert_eq!(made["scopes"], json!(["staff:read"]));
    assert!(made["key"].as_str().unwrap().starts_with(made["prefix"].as_str().unwrap()));
    for server in [&app, &second] {
        with(server, &made).get("/staff").await.expect::<Value>(200);
        with(server, &made).get("/api-keys").await.expect_problem(403, "forbidden");
        with(server, &made).get("/auth/me").await.expect_problem(403, "forbidden");
    }
}

#[actix_web::test]
async fn a_key_is_shown_once() {
    let app = App::start().await;
    let body = json!({ "name": "Shop", "scopes": ["staff:read"] });
    let admin = app.as_admin().key("once");
    let made: Value = admin.post("/api-keys", body.clone()).await.expect(201);
    assert!(made["key"].is_string());

    let again = admin.post("/api-keys", body).await;

    let mut shown = made.clone();
    shown["key"] = Value::Null;
    assert_eq!(again.expect::<Value>(201), shown);
    assert_eq!(again.header("Idempotency-Replayed"), Some("true"));
    let admin = app.as_admin();
    assert_eq!(admin.get(&path(&made)).await.expect::<Value>(200), shown);
    let page: Value = admin.get("/api-keys").await.expect(200);
    assert_eq!(page["items"], json!([shown]));
    let secret = made["key"].as_str().unwrap();
    let stored = format!("SELECT count(*) AS number FROM api_key k WHERE k::text LIKE '%{secret}%'");
    assert_eq!(app.number(&stored), 0);
}

#[actix_web::test]
async fn a_revoked_key_is_refused_on_the_next_request_on_every_server() {
    let app = App::start().await;
    let second = app.second().await;
    let made = key(&app, json!({ "name": "Shop", "scopes": ["staff:read"] })).await;
    with(&second, &made).get("/staff").await.expect::<Value>(200);

    let revoked = app.as_admin().post(&format!("{}/revoke", path(&made)), json!({})).await;

    assert_eq!(revoked.expect::<Value>(200)["active"], false);
    for server in [&second, &app] {
        with(server, &made).get("/staff").await.expect_problem(401, "unauthenticated");
    }
    let again = app.as_admin().post(&format!("{}/revoke", path(&made)), json!({})).await;
    assert_eq!(again.expect::<Value>(200)["version"], 2);
}

#[actix_web::test]
async fn a_key_ends_at_its_end() {
    let app = App::start().await;
    let end = app.now() + TimeDelta::minutes(1);
    let made = key(&app, json!({ "name": "Shop", "scopes": ["staff:read"], "expires_at": end })).await;
    app.advance(TimeDelta::milliseconds(59_999));
    with(&app, &made).get("/staff").await.expect::<Value>(200);

    app.advance(TimeDelta::milliseconds(1));

    with(&app, &made).get("/staff").await.expect_problem(401, "unauthenticated");
    let read: Value = app.as_admin().get(&path(&made)).await.expect(200);
    assert_eq!(read["active"], false);
}

#[actix_web::test]
async fn fields_that_break_their_rules_are_named() {
    let app = App::start().await;
    let cases = [
        ("scopes", json!([]), "/scopes", "too_few"),
        ("scopes", json!(["staff:read", "everything"]), "/scopes/1", "unknown_scope"),
        ("scopes", json!(["admin"]), "/scopes/0", "unknown_scope"),
        ("name", json!(""), "/name", "too_short"),
        ("expires_at", json!("2020-01-01T00:00:00Z"), "/expires_at", "in_the_past"),
        (
            "department_id",
            json!("01890000-0000-7000-8000-000000000000"),
            "/department_id",
            "unknown_department",
        ),
        ("key", json!("mine"), "/key", "unknown_field"),
    ];
    for (name, value, pointer, code) in cases {
        let mut body = json!({ "name": "Shop", "scopes": ["staff:read"] });
        body[name] = value;
        app.as_admin().post("/api-keys", body).await.expect_field(pointer, code);
    }
    app.as_agent().get("/api-keys").await.expect_problem(403, "forbidden");
}

#[actix_web::test]
async fn its_last_use_is_known_a_little_later() {
    let app = App::start().await;
    let made = key(&app, json!({ "name": "Shop", "scopes": ["staff:read"] })).await;
    assert_eq!(made["last_used_at"], Value::Null);
    with(&app, &made).get("/staff").await.expect::<Value>(200);
    for _ in 0..100 {
        let read: Value = app.as_admin().get(&path(&made)).await.expect(200);
        if read["last_used_at"].is_string() {
            assert_eq!(read["version"], 1);
            return;
        }
        actix_web::rt::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the use was never written down");
}
