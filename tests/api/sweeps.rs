//! What is past its time goes, whoever made it.

use crate::support::App;
use chrono::TimeDelta;
use hearback::{app, platform::jobs::Worker};
use serde_json::{Value, json};

#[actix_web::test]
async fn what_is_past_its_time_is_swept() {
    let app = App::start().await;
    let wrong = json!({ "email": "nobody@example.com", "password": "wrong-password" });
    let refused = app.anonymous().post("/auth/login", wrong).await;
    refused.expect_problem(401, "invalid_credentials");
    let customer = json!({ "kind": "person", "name": "A" });
    let made = app.as_admin().key("one").post("/customers", customer).await;
    made.expect::<Value>(201);
    let left = "SELECT (SELECT count(*) FROM login_failure) + (SELECT count(*) FROM idempotency_record) \
                + (SELECT count(*) FROM refresh_token) + (SELECT count(*) FROM job WHERE done_at < '2026-01-06')";
    let (clock, metrics) = (app.parts.clock.clone(), app.parts.metrics.clone());
    let work = app::background(&app.parts.gate);
    let worker = Worker::new(app.parts.db.clone(), clock.into_inner(), metrics.into_inner(), work);

    worker.run_due_once().unwrap();
    assert_eq!(app.number(left), 3);
    app.advance(TimeDelta::days(60));
    worker.run_due_once().unwrap();

    assert_eq!(app.number(left), 0);
}
