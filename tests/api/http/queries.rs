//! Queries and paths.

use super::app;
use serde_json::{Value, json};

#[actix_web::test]
async fn a_query_is_read_strictly() {
    let app = app().await;
    let cases = [
        ("count=x", "invalid_parameter"),
        ("count=1.5", "invalid_parameter"),
        ("count=99999999999", "invalid_parameter"),
        ("count=", "invalid_parameter"),
        ("count", "invalid_parameter"),
        ("q=a%00b", "invalid_parameter"),
        ("q=a%0Ab", "invalid_parameter"),
        ("q=%FF", "invalid_parameter"),
        ("count=1&count=2", "repeated_parameter"),
        ("count=1&count=1", "repeated_parameter"),
        ("count[]=1", "unknown_parameter"),
        ("Count=1", "unknown_parameter"),
        ("access_token=x", "unknown_parameter"),
    ];

    for (query, code) in cases {
        let answer = app.anonymous().get(&format!("/test/probe?{query}")).await;
        answer.expect_problem(400, code);
    }
    let long = format!("/test/probe?q={}", "x".repeat(1025));
    app.anonymous().get(&long).await.expect_problem(400, "invalid_parameter");
    let many: Vec<String> = (0..500).map(|n| format!("p{n}=1")).collect();
    let answer = app.anonymous().get(&format!("/test/probe?{}", many.join("&"))).await;
    answer.expect_problem(400, "unknown_parameter");
}

#[actix_web::test]
async fn a_query_is_understood() {
    let app = app().await;

    let answer = app.anonymous().get("/test/probe?count=-3&q=%E7%8E%8B+%26%3D%25").await;

    assert_eq!(answer.expect::<Value>(200), json!({ "count": -3, "q": "王 &=%" }));
}

#[actix_web::test]
async fn an_address_is_read_up_to_its_limit() {
    let app = app().await;
    let of = |size: usize| format!("/api/v1/nowhere?{}", "x".repeat(size - "/api/v1/nowhere?".len()));

    app.anonymous().get(&of(8192)).await.expect_problem(404, "not_found");
    app.anonymous().get(&of(8193)).await.expect_problem(414, "uri_too_long");
}

#[actix_web::test]
async fn a_path_with_no_id_in_it_is_malformed() {
    let app = app().await;
    for part in ["1", "x", "%00", "018f6b1e-0000-7000-8000-00000000000", "%FF", "a%0Ab", "%E7%8E%8B", "..%2f"]
    {
        let answer = app.anonymous().get(&format!("/test/probe/{part}")).await;
        answer.expect_problem(400, "invalid_path");
    }
}

#[actix_web::test]
async fn no_other_spelling_of_a_path_leads_anywhere() {
    let app = app().await;
    for path in [
        "/test/probe/",
        "/test//probe",
        "/test/PROBE",
        "/test/x/../probe",
        "/test/%2e%2e/test/probe",
        "/test/probe;a=1",
        "/test%2Fprobe",
        "/test/pro%2562e",
        "/api/v2/probe",
    ] {
        app.anonymous().get(path).await.expect_problem(404, "not_found");
    }
}
