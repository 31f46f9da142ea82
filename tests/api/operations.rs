//! Health, figures, and how a server starts and stops.

use crate::support::App;
use diesel::connection::SimpleConnection;

#[actix_web::test]
async fn a_server_is_live_and_ready() {
    let app = App::start().await;

    let live = app.anonymous().get("/livez").await;
    let ready = app.anonymous().get("/readyz").await;

    assert_eq!(live.json()["status"], "live");
    assert_eq!(ready.json()["status"], "ready");
}

#[actix_web::test]
async fn a_draining_server_is_live_and_not_ready_and_closes_connections() {
    let app = App::start().await;

    app.parts.metrics.drain();

    let refused = app.anonymous().get("/readyz").await;
    refused.expect_problem(503, "draining");
    assert_eq!(refused.header("connection"), Some("close"));
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(app.anonymous().get("/livez").await.json()["status"], "live");
}

#[actix_web::test]
async fn a_server_is_not_ready_for_a_schema_that_it_does_not_know() {
    for change in [
        "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)",
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('99990101000000')",
    ] {
        let app = App::start().await;
        app.sql().batch_execute(change).unwrap();

        let refused = app.anonymous().get("/readyz").await;

        refused.expect_problem(503, "schema_mismatch");
    }
}

#[actix_web::test]
async fn the_figures_name_routes_by_their_templates_and_nobody() {
    let app = App::start().await;
    app.anonymous().get("/livez").await;
    app.anonymous().get("/no/such/place").await;

    let answer = app.anonymous().get("/metrics").await;
    let figures = String::from_utf8_lossy(&answer.body);

    for line in [
        r#"hearback_http_request_duration_seconds_count{method="GET",route="/livez",status="200"} 1"#,
        r#"hearback_http_request_duration_seconds_count{method="GET",route="unmatched",status="404"} 1"#,
        r#"hearback_database{pool="write",what="threads"} 2"#,
        "hearback_worker_lag_seconds 0",
    ] {
        assert!(figures.contains(line), "{line} is not in\n{figures}");
    }
    assert!(!figures.contains("such"), "{figures}");
}

#[actix_web::test]
async fn answers_forbid_what_pages_could_do_with_them() {
    let app = App::start().await;

    let answer = app.anonymous().get("/livez").await;

    assert_eq!(answer.header("content-security-policy"), Some("default-src 'none'; frame-ancestors 'none'"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
}
