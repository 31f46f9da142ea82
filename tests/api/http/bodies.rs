//! Bodies: media type, size, JSON, schema.

use super::app;
use crate::support::{Answer, App};
use actix_web::http::Method;
use serde_json::{Value, json};

async fn post(app: &App, body: impl Into<Vec<u8>>) -> Answer {
    let body: Vec<u8> = body.into();
    app.anonymous().send(Method::POST, "/test/probe", Some(body.into())).await
}

#[actix_web::test]
async fn what_is_no_json_object_is_malformed() {
    let app = app().await;
    let deep = |n: usize| format!("{{\"name\":\"a\",\"custom\":{}1{}}}", "[".repeat(n), "]".repeat(n));
    let cases: [(&str, &[u8]); 27] = [
        ("malformed_json", b""),
        ("malformed_json", b"  "),
        ("not_an_object", b"null"),
        ("not_an_object", b"1"),
        ("not_an_object", b"\"x\""),
        ("not_an_object", b"[]"),
        ("not_an_object", b"[{\"name\":\"a\"}]"),
        ("malformed_json", b"{\"name\":\"a\"} {}"),
        ("malformed_json", b"{\"name\":\"a\",}"),
        ("malformed_json", b"{\"name\":\"a\"} // said"),
        ("malformed_json", b"{'name':'a'}"),
        ("malformed_json", b"\xef\xbb\xbf{\"name\":\"a\"}"),
        ("malformed_json", b"{\"name\":NaN}"),
        ("malformed_json", b"{\"name\":Infinity}"),
        ("malformed_json", b"{\"name\":0x1F}"),
        ("malformed_json", b"{\"name\":01}"),
        ("malformed_json", b"{\"name\":+1}"),
        ("malformed_json", b"{\"name\":.5}"),
        ("malformed_json", b"{\"name\":1.}"),
        ("malformed_json", b"{\"name\":\"a\x01b\"}"),
        ("malformed_json", b"{\"name\":\"\\ud800\"}"),
        ("invalid_encoding", b"{\"name\":\"\xff\"}"),
        ("invalid_encoding", b"{\"name\":\"\xc0\xaf\"}"),
        ("invalid_encoding", b"{\"name\":\"\xed\xa0\x80\"}"),
        ("duplicate_key", b"{\"name\":\"a\",\"name\":\"b\"}"),
        ("duplicate_key", b"{\"name\":\"a\",\"n\\u0061me\":\"b\"}"),
        ("duplicate_key", b"{\"name\":\"a\",\"custom\":{\"x\":1,\"x\":1}}"),
    ];

    for (code, body) in cases {
        post(&app, body).await.expect_problem(400, code);
    }
    for depth in [33, 128, 100_000] {
        post(&app, deep(depth)).await.expect_problem(400, "too_deep");
    }
    post(&app, deep(31)).await.expect::<Value>(200);
}

#[actix_web::test]
async fn what_breaks_the_schema_is_named_by_its_pointer() {
    let app = app().await;
    let long = "语".repeat(201);
    let cases = [
        (json!({}), "/name", "required"),
        (json!({ "name": null }), "/name", "wrong_type"),
        (json!({ "name": 5 }), "/name", "wrong_type"),
        (json!({ "name": "" }), "/name", "too_short"),
        (json!({ "name": long }), "/name", "too_long"),
        (json!({ "name": "a\u{0}b" }), "/name", "forbidden_character"),
        (json!({ "name": "a\nb" }), "/name", "forbidden_character"),
        (json!({ "name": "a\u{85}b" }), "/name", "forbidden_character"),
        (json!({ "name": " \u{a0}\u{3000}\u{200b}\u{feff}" }), "/name", "blank"),
        (json!({ "name": "a", "nmae": 1 }), "/nmae", "unknown_field"),
        (json!({ "name": "a", "version": 1 }), "/version", "read_only_field"),
        (json!({ "name": "a", "a/b~c": 1 }), "/a~1b~0c", "unknown_field"),
        (json!({ "name": "a", "note": null }), "/note", "wrong_type"),
    ];

    for (body, pointer, code) in cases {
        post(&app, body.to_string()).await.expect_field(pointer, code);
    }
    let all = post(&app, json!({ "note": "", "x": 1 }).to_string()).await;
    assert_eq!(all.expect_problem(422, "invalid_fields").errors.len(), 4);
}

#[actix_web::test]
async fn text_comes_back_as_it_was_sent() {
    let app = app().await;
    let two_hundred = "😀".repeat(200);
    for text in [
        "null",
        "'; DROP TABLE customer; --",
        "\" OR 1=1 $$ \\ % _",
        "{{7*7}} ${jndi:ldap://x} <svg onload=alert(1)>",
        "=cmd()",
        " 王芳 ",
        "👩‍👩‍👧‍👦 Zoë \u{e000}\u{202e}",
        "e\u{301} é",
        &two_hundred,
    ] {
        let answer: Value = post(&app, json!({ "name": text }).to_string()).await.expect(200);
        assert_eq!(answer["name"], text);
    }
}

#[actix_web::test]
async fn a_body_of_another_media_type_is_refused() {
    let app = app().await;
    let json = ("Content-Type", "application/json");
    let cases: [&[(&str, &str)]; 7] = [
        &[("Content-Type", "")],
        &[("Content-Type", "text/plain")],
        &[("Content-Type", "application/x-www-form-urlencoded")],
        &[("Content-Type", "application/json; charset=latin1")],
        &[("Content-Type", "application/merge-patch+json")],
        &[json, json],
        &[json, ("Content-Encoding", "gzip")],
    ];

    for headers in cases {
        let client = headers.iter().fold(app.anonymous(), |c, (n, v)| c.header(n, v));
        let answer = client.post("/test/probe", json!({ "name": "a" })).await;
        answer.expect_problem(415, "unsupported_media_type");
    }
}

#[actix_web::test]
async fn the_media_type_of_json_may_be_spelt_in_several_ways() {
    let app = app().await;
    for media in ["application/json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\""]
    {
        let client = app.anonymous().header("Content-Type", media).if_match("*");
        client.post("/test/probe", json!({ "name": "a" })).await.expect::<Value>(200);
        client.patch("/test/probe", json!({ "name": "a" })).await.expect::<Value>(200);
    }
}

#[actix_web::test]
async fn a_body_is_read_up_to_its_limit() {
    let app = app().await;
    let of = |size: usize| {
        let frame = json!({ "name": "a", "custom": "" }).to_string().len();
        json!({ "name": "a", "custom": "x".repeat(size - frame) }).to_string()
    };

    post(&app, of(256 * 1024)).await.expect::<Value>(200);
    post(&app, of(256 * 1024 + 1)).await.expect_problem(413, "payload_too_large");
    post(&app, of(8 * 1024 * 1024)).await.expect_problem(413, "payload_too_large");
}
