//! Interactions: what passed with a customer, in the order in which it passed.

use crate::support::App;
use serde_json::{Value, json};

fn call(summary: &str) -> Value {
    json!({ "channel": "phone", "direction": "outbound", "kind": "call", "summary": summary })
}

#[actix_web::test]
async fn an_interaction_is_noted_and_listed_latest_first() {
    let app = App::start().await;
    let agent = app.as_agent();
    let path = format!("/customers/{}/interactions", app.given().customer().await["id"].as_str().unwrap());

    let mut early = call("第一次回访");
    early["occurred_at"] = json!("2026-01-04T02:00:00.123456Z");
    early["sentiment"] = json!(-0.4);
    let now: Value = agent.post(&path, call("now")).await.expect(201);
    let early: Value = agent.post(&path, early).await.expect(201);

    assert_eq!(early["occurred_at"], "2026-01-04T02:00:00.123Z");
    assert_eq!(early["sentiment"], -0.4);
    assert_eq!(now["staff_id"], json!(agent.id().await));
    let first: Value = agent.get(&format!("{path}?limit=1")).await.expect(200);
    assert_eq!(first["items"], json!([now]));
    let cursor = first["next_cursor"].as_str().unwrap();
    let second: Value = agent.get(&format!("{path}?limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!(second, json!({ "items": [early], "next_cursor": null }));
}

#[actix_web::test]
async fn what_cannot_have_passed_is_refused() {
    let app = App::start().await;
    let agent = app.as_agent();
    let path = format!("/customers/{}/interactions", app.given().customer().await["id"].as_str().unwrap());
    for (pointer, value, code) in [
        ("/occurred_at", json!("2026-01-05T02:00:00.001Z"), "in_the_future"),
        ("/occurred_at", json!("0001-01-01T00:00:00Z"), "invalid_time"),
        ("/occurred_at", json!(1), "wrong_type"),
        ("/sentiment", json!(1.001), "out_of_range"),
        ("/sentiment", json!("good"), "wrong_type"),
        ("/channel", json!("pigeon"), "unknown_code"),
        ("/summary", json!(" "), "blank"),
        ("/summary", json!("x".repeat(10_001)), "too_long"),
        ("/feedback_id", json!("018f3f5e-0000-7000-8000-000000000000"), "unknown_feedback"),
        ("/staff_id", json!("018f3f5e-0000-7000-8000-000000000000"), "unknown_field"),
    ] {
        let mut body = call("x");
        body[&pointer[1..]] = value;
        agent.post(&path, body).await.expect_field(pointer, code);
    }
    assert_eq!(app.number("SELECT count(*) FROM interaction"), 0);
    let nobody = "/customers/018f3f5e-0000-7000-8000-000000000000/interactions";
    agent.post(nobody, call("x")).await.expect_problem(404, "not_found");
    agent.get(nobody).await.expect_problem(404, "not_found");
    app.as_handler("after_sales").post(&path, call("x")).await.expect_problem(403, "forbidden");
}
