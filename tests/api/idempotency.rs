//! A change that is sent again happens once.

use crate::support::{Answer, App};
use actix_web::rt;
use chrono::TimeDelta;
use serde_json::{Value, json};

const CUSTOMERS: &str = "SELECT count(*) FROM customer";

fn wang() -> Value {
    json!({ "kind": "person", "name": "Wang Fang" })
}

fn is_replay(answer: &Answer) -> bool {
    answer.header("Idempotency-Replayed") == Some("true")
}

#[actix_web::test]
async fn the_same_request_again_gets_the_first_answer() {
    let app = App::start().await;
    let client = app.as_admin().key("first");

    let first = client.post("/customers", wang()).await;
    app.advance(TimeDelta::hours(23));
    let again = app.as_admin().key("\"first\"").post("/customers", wang()).await;

    first.expect::<Value>(201);
    assert_eq!((again.status, &again.body), (first.status, &first.body));
    for name in ["ETag", "Location"] {
        assert_eq!(again.header(name), first.header(name));
    }
    assert!(is_replay(&again) && !is_replay(&first));
    assert_eq!(app.number(CUSTOMERS), 1);
}

#[actix_web::test]
async fn a_key_belongs_to_one_body_one_caller_and_one_path() {
    let app = App::start().await;
    app.as_admin().key("k").post("/customers", wang()).await.expect::<Value>(201);

    let other_body =
        app.as_admin().key("k").post("/customers", json!({ "kind": "person", "name": "Li" })).await;
    let other_caller = app.as_agent().key("k").post("/customers", wang()).await;

    other_body.expect_problem(422, "idempotency_key_reused");
    assert!(!is_replay(&other_caller));
    other_caller.expect::<Value>(201);
    assert_eq!(app.number(CUSTOMERS), 2);
}

#[actix_web::test]
async fn what_was_refused_is_not_kept() {
    let app = App::start().await;
    let nobody = json!({ "kind": "person", "name": "" });

    app.as_admin().key("k").post("/customers", nobody).await.expect_field("/name", "too_short");
    let right = app.as_admin().key("k").post("/customers", wang()).await;

    right.expect::<Value>(201);
    assert!(!is_replay(&right));
}

#[actix_web::test]
async fn a_key_is_free_again_after_a_day() {
    let app = App::start().await;
    app.as_admin().key("k").post("/customers", wang()).await.expect::<Value>(201);

    app.set_time("2026-01-06T02:00:01Z");
    let again = app.as_admin().key("k").post("/customers", wang()).await;

    again.expect::<Value>(201);
    assert_eq!(app.number(CUSTOMERS), 2);
}

#[actix_web::test]
async fn fifty_twins_on_two_servers_have_one_effect() {
    let app = App::start().await;
    let other = app.second().await;
    app.as_admin().token().await;
    let twins: Vec<_> = (0..50)
        .map(|n| {
            let client = if n % 2 == 0 { app.as_admin() } else { other.as_admin() };
            rt::spawn(async move { client.key("twins").post("/customers", wang()).await })
        })
        .collect();

    let mut bodies = Vec::new();
    for twin in twins {
        let answer = twin.await.unwrap();
        match answer.status.as_u16() {
            201 => bodies.push(answer.body.clone()),
            409 => drop(answer.expect_problem(409, "idempotency_in_progress")),
            _ => drop(answer.expect_problem(503, "unavailable")),
        }
    }

    assert_eq!(app.number(CUSTOMERS), 1);
    assert!(!bodies.is_empty() && bodies.iter().all(|body| *body == bodies[0]));
}
