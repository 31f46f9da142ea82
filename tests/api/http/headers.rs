//! Headers: the request's id, language, versions, caching.

use super::app;
use crate::support::Answer;
use serde_json::{Value, json};

#[actix_web::test]
async fn a_safe_request_id_is_kept_and_another_is_made_anew() {
    let app = app().await;
    let echo = |answer: Answer| answer.header("X-Request-Id").unwrap().to_owned();

    let kept = app.anonymous().header("X-Request-Id", "a-B_3.4:5").get("/nowhere").await;
    assert_eq!(echo(kept), "a-B_3.4:5");
    for unsafe_id in ["", "a b", "<x>", &"x".repeat(65), "ä"] {
        let made = echo(app.anonymous().header("X-Request-Id", unsafe_id).get("/nowhere").await);
        assert_eq!(made.len(), 36, "{made}");
    }
}

#[actix_web::test]
async fn problems_speak_the_language_of_the_caller() {
    let app = app().await;
    let cases = [
        (None, "en"),
        (Some("zh-CN,zh;q=0.9,en;q=0.8"), "zh-CN"),
        (Some("en-US,zh;q=0.5"), "en"),
        (Some("fr, zh;q=0.1"), "zh-CN"),
        (Some("*"), "en"),
        (Some(";;q=x,,"), "en"),
    ];

    for (wanted, language) in cases {
        let client = app.anonymous();
        let client = wanted.map_or(client.clone(), |w| client.header("Accept-Language", w));
        let answer = client.get("/nowhere").await;
        let problem = answer.expect_problem(404, "not_found");
        assert_eq!(answer.header("Content-Language"), Some(language), "{wanted:?}");
        assert_eq!(problem.title.is_ascii(), language == "en", "{wanted:?}");
    }
}

#[actix_web::test]
async fn faulty_fields_are_described_in_chinese_too() {
    let app = app().await;

    let answer = app.anonymous().header("Accept-Language", "zh").post("/test/probe", json!({})).await;

    let problem = answer.expect_problem(422, "invalid_fields");
    assert_eq!(problem.errors[0].detail, "为必填项");
}

#[actix_web::test]
async fn a_patch_says_which_version_it_changes() {
    let app = app().await;
    let patch = async |tag| {
        let client = app.anonymous().if_match(tag);
        client.patch("/test/probe", json!({ "name": "a" })).await
    };

    let bare = app.anonymous().patch("/test/probe", json!({ "name": "a" })).await;
    bare.expect_problem(428, "precondition_required");
    for tag in ["1", "\"1", "1\"", "\"a\"b\"", "\"a b\"", "\"1\",", "W/1", ""] {
        patch(tag).await.expect_problem(400, "invalid_if_match");
    }
    for tag in ["*", "\"1\"", "W/\"1\"", "\"1\", \"2\"", "\"x\""] {
        patch(tag).await.expect::<Value>(200);
    }
}

#[actix_web::test]
async fn an_idempotency_key_is_visible_and_short() {
    let app = app().await;
    let long = "k".repeat(256);
    for key in ["", "\"\"", "a b", "ключ", &long] {
        let answer = app.anonymous().key(key).post("/test/probe", json!({ "name": "a" })).await;
        answer.expect_problem(400, "invalid_idempotency_key");
    }
    let twice = app.anonymous().key("a").key("b").post("/test/probe", json!({ "name": "a" })).await;
    twice.expect_problem(400, "invalid_idempotency_key");
    for key in ["a", "\"a\"", &long[1..], "8e03978e-40d5-43e8-bc93-6894a57f9324"] {
        let answer = app.anonymous().key(key).post("/test/probe", json!({ "name": "a" })).await;
        answer.expect::<Value>(200);
    }
}

#[actix_web::test]
async fn answers_are_kept_by_nobody_on_the_way() {
    let app = app().await;

    let answer = app.anonymous().get("/test/probe").await;

    assert_eq!(answer.header("Cache-Control"), Some("private, no-cache"));
    assert_eq!(answer.header("X-Content-Type-Options"), Some("nosniff"));
}

#[actix_web::test]
async fn another_origin_is_told_nothing() {
    let app = app().await;

    let answer = app.anonymous().header("Origin", "https://elsewhere.example").get("/test/probe").await;

    assert_eq!(answer.header("Access-Control-Allow-Origin"), None);
}
