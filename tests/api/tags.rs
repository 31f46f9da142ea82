//! Tags: made, renamed, given, taken, and over when their time is over.

use crate::support::App;
use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

#[actix_web::test]
async fn a_tag_is_made_renamed_and_deleted() {
    let app = App::start().await;
    let agent = app.as_agent();

    let made = agent.post("/tags", json!({ "name": "VIP", "colour": "#e11d48" })).await;
    let tag: Value = made.expect(201);
    let path = format!("/tags/{}", tag["id"].as_str().unwrap());
    agent.post("/tags", json!({ "name": " VIP " })).await.expect_problem(409, "tag_name_taken");
    agent
        .post("/tags", json!({ "name": "x", "colour": "red" }))
        .await
        .expect_field("/colour", "invalid_format");
    let renamed: Value =
        agent.clone().if_match(&made.etag()).patch(&path, json!({ "name": "贵宾" })).await.expect(200);
    assert_eq!(renamed["name"], "贵宾");
    assert_eq!(renamed["version"], 2);
    let stale = agent.clone().if_match(&made.etag()).patch(&path, json!({ "colour": null })).await;
    stale.expect_problem(412, "precondition_failed");
    assert_eq!(agent.delete(&path).await.status.as_u16(), 204);
    agent.get(&path).await.expect_problem(404, "not_found");
    agent.delete(&path).await.expect_problem(404, "not_found");
}

#[actix_web::test]
async fn a_tag_that_a_customer_has_is_not_deleted() {
    let app = App::start().await;
    let agent = app.as_agent();
    let body = json!({ "kind": "person", "name": "A", "tags": ["VIP"] });
    let customer: Value = agent.post("/customers", body).await.expect(201);
    let tags: Value = agent.get("/tags").await.expect(200);
    let path = format!("/tags/{}", tags["items"][0]["id"].as_str().unwrap());

    agent.delete(&path).await.expect_problem(409, "tag_in_use");
    let taken = format!("/customers/{}/tags/VIP", customer["id"].as_str().unwrap());
    assert_eq!(agent.delete(&taken).await.status.as_u16(), 204);
    agent.delete(&taken).await.expect_problem(404, "not_found");
    assert_eq!(agent.delete(&path).await.status.as_u16(), 204);
}

#[actix_web::test]
async fn a_tag_shows_until_its_time_is_over() {
    let app = App::start().await;
    let agent = app.as_agent();
    let id = app.given().customer().await["id"].as_str().unwrap().to_owned();
    let path = format!("/customers/{id}");
    let until = (app.now() + TimeDelta::minutes(5)).to_rfc3339();

    let past = json!({ "name": "promo", "expires_at": app.now().to_rfc3339() });
    agent.post(&format!("{path}/tags"), past).await.expect_field("/expires_at", "in_the_past");
    let tagged: Value = agent
        .post(&format!("{path}/tags"), json!({ "name": "promo", "expires_at": until }))
        .await
        .expect(200);
    assert_eq!(tagged["tags"], json!(["promo"]));
    assert_eq!(tagged["version"], 2);

    app.advance(TimeDelta::minutes(5));
    let shown: Value = agent.get(&path).await.expect(200);
    assert_eq!(shown["tags"], json!([]));
    let listed: Value = agent.get("/customers?tag=promo").await.expect(200);
    assert_eq!(listed["items"], json!([]));
    let again: Value =
        agent.clone().if_match("*").patch(&path, json!({ "tags": ["promo"] })).await.expect(200);
    assert_eq!(again["tags"], json!(["promo"]));
}

#[actix_web::test]
async fn the_same_new_tag_given_to_many_at_once_is_one_tag() {
    let app = App::start().await;
    let agent = app.as_agent();
    agent.token().await;

    let bodies =
        (0..8).map(|n| json!({ "kind": "person", "name": format!("C{n}"), "tags": ["b", "a", "c"] }));
    let answers = join_all(bodies.map(|body| agent.post("/customers", body))).await;

    assert!(answers.iter().all(|a| a.status.as_u16() == 201), "{answers:?}");
    assert_eq!(app.number("SELECT count(*) FROM tag"), 3);
    assert_eq!(app.number("SELECT count(*) FROM customer_tag"), 24);
}

#[actix_web::test]
async fn tags_are_listed_by_name() {
    let app = App::start().await;
    let agent = app.as_agent();
    for name in ["c", "a", "b"] {
        agent.post("/tags", json!({ "name": name })).await.expect::<Value>(201);
    }

    let first: Value = agent.get("/tags?limit=2").await.expect(200);
    let next = first["next_cursor"].as_str().unwrap();
    let second: Value = agent.get(&format!("/tags?limit=2&cursor={next}")).await.expect(200);

    assert_eq!(first["items"][0]["name"], "a");
    assert_eq!(first["items"][1]["name"], "b");
    assert_eq!(second["items"][0]["name"], "c");
    assert_eq!(second["next_cursor"], Value::Null);
}
