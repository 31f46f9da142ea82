//! What is refused at once, and what it leaves behind.

use super::{Form, get, path, work};
use crate::support::App;
use hearback::platform::http::problem::Problem;
use serde_json::Value;

const GOOD: &str = "name,kind\nA,person\n";

#[actix_web::test]
async fn parts_that_are_missing_wrong_or_unknown_are_refused() {
    let file = |kind: &str| Form::new().part("kind", kind).file("f", b"a\n1\n");
    refuse(vec![
        (Form::new().file("f", b"a\n1\n"), 422, "required"),
        (Form::new().part("kind", "customers"), 422, "required"),
        (file("people"), 422, "unknown_code"),
        (Form::customers(GOOD).part("colour", "x"), 422, "unknown_field"),
        (Form::customers(GOOD).part("kind", "customers"), 422, "duplicate_part"),
        (Form::customers(GOOD).part("preview", "maybe"), 422, "wrong_type"),
        (Form::customers(GOOD).part("run_rules", "1"), 422, "wrong_type"),
        (Form::new().part("kind", &"x".repeat(300_000)), 413, "payload_too_large"),
    ])
    .await;
}

#[actix_web::test]
async fn a_mapping_that_does_not_fit_is_refused() {
    let mapped = |mapping: &str| Form::customers(GOOD).part("mapping", mapping);
    refuse(vec![
        (mapped("[]"), 422, "wrong_type"),
        (mapped("{"), 422, "wrong_type"),
        (mapped(r#"{"nam":"name"}"#), 422, "unknown_field"),
        (mapped(r#"{"name":"nom"}"#), 422, "invalid_fields"),
        (mapped(r#"{"name":1}"#), 422, "invalid_fields"),
        (mapped(r#"{"name":{"column":"name","values":[]}}"#), 422, "invalid_fields"),
        (mapped(r#"{"phones":"name","phones[0]":"kind"}"#), 422, "invalid_fields"),
        (Form::customers(GOOD).part("defaults", r#"{"x.y":1}"#), 422, "unknown_field"),
        (Form::customers("name,colour\nA,red\n"), 422, "unknown_field"),
        (Form::customers("name,kind,name\nA,person,B\n"), 422, "invalid_fields"),
        (Form::customers("{\"name\":\"A\"}").part("mapping", r#"{"name":"a"}"#), 422, "invalid_fields"),
    ])
    .await;
}

#[actix_web::test]
async fn a_file_that_cannot_be_read_is_refused() {
    let bytes = |bytes: &[u8]| Form::new().part("kind", "customers").file("f.csv", bytes);
    refuse(vec![
        (Form::customers(""), 422, "empty_file"),
        (bytes(b"name\n\xd6\xd0\n"), 422, "invalid_encoding"),
        (bytes(b"\xff\xfen\0a\0"), 422, "invalid_encoding"),
        (Form::customers(&format!("name\n\"{}", "x\n".repeat(200_000))), 422, "row_too_large"),
        (Form::customers(&",".repeat(3000)), 422, "too_many_columns"),
    ])
    .await;
}

/// Sends each form, expects its refusal, and looks whether something was left behind.
async fn refuse(cases: Vec<(Form, u16, &str)>) {
    let app = App::start().await;
    for (number, (form, status, code)) in cases.into_iter().enumerate() {
        let answer = form.send(app.as_agent()).await;
        let problem: Problem = answer.expect(status);
        assert_eq!(problem.code, code, "case {number}: {answer:?}");
    }
    let left = "SELECT (SELECT count(*) FROM import) + (SELECT count(*) FROM import_chunk)";
    assert_eq!(app.number(left), 0);
}

#[actix_web::test]
async fn a_fault_of_the_mapping_names_its_target() {
    let app = App::start().await;
    let form = Form::customers("name,kind\nA,person\n").part("mapping", r#"{"name":"nom","kin.d":"kind"}"#);

    let answer = form.send(app.as_agent()).await;

    answer.expect_field("/mapping/name", "unknown_column");
    answer.expect_field("/mapping/kin.d", "unknown_field");
}

#[actix_web::test]
async fn a_body_that_is_no_form_is_refused() {
    let app = App::start().await;
    let post = |media: &'static str, body: &'static str| {
        let client = app.as_agent().header("Content-Type", media);
        async move { client.send(actix_web::http::Method::POST, "/imports", Some(body.into())).await }
    };

    post("application/json", "{}").await.expect_problem(415, "unsupported_media_type");
    post("multipart/form-data", "x").await.expect_problem(400, "malformed_multipart");
    post(
        "multipart/form-data; boundary=b",
        "--b\r\nContent-Disposition: form-data; name=\"kind\"\r\n\r\ncust",
    )
    .await
    .expect_problem(400, "malformed_multipart");
    post("multipart/form-data; boundary=b", "--b\r\n\r\nx\r\n--b--")
        .await
        .expect_problem(400, "malformed_multipart");
}

#[actix_web::test]
async fn a_file_of_64_mib_is_taken_and_one_byte_more_is_not() {
    let app = App::start().await;
    let largest = 64 * 1024 * 1024;
    let mut file = b"name,kind\n".to_vec();
    let line = format!("{},person\n", "x".repeat(100_000));
    while file.len() + line.len() <= largest {
        file.extend_from_slice(line.as_bytes());
    }
    file.resize(largest, b'\n');

    let form = Form::new().part("kind", "customers");
    let taken: Value = form.clone().file("f.csv", &file).send(app.as_agent()).await.expect(202);
    assert_eq!(taken["file_bytes"].as_i64(), Some(67_108_864));
    assert_eq!(app.number("SELECT sum(length(content)) FROM import_chunk"), 67_108_864);

    file.push(b'\n');
    let refused = form.file("f.csv", &file).send(app.as_agent()).await;
    refused.expect_problem(413, "payload_too_large");
    assert_eq!(app.number("SELECT count(DISTINCT import_id) FROM import_chunk"), 1);
}

#[actix_web::test]
async fn the_name_of_a_file_is_data() {
    let app = App::start().await;
    let long = "长".repeat(300);
    let cases = [
        ("../../etc/passwd", Some("passwd")),
        ("C:\\\\x\\\\con", Some("con")),
        ("a\u{202e}vsc.csv", Some("avsc.csv")),
        ("", None),
        (long.as_str(), Some(&long[..255 * 3])),
    ];
    for (name, kept) in cases {
        let form = Form::new().part("kind", "customers").file(name, b"name,kind\n");
        let made: Value = form.send(app.as_agent()).await.expect(202);
        assert_eq!(made["file_name"].as_str(), kept, "{name}");
    }
}

#[actix_web::test]
async fn the_same_form_sent_again_is_the_same_import() {
    let app = App::start().await;
    let fill = |form: Form, name: &str| {
        form.part("kind", "customers").file("f.csv", format!("name,kind\n{name},person\n").as_bytes())
    };
    let agent = || app.as_agent().key("one");

    let first = fill(Form::bounded("one"), "A").send(agent()).await;
    let second = fill(Form::bounded("two"), "A").send(agent()).await;
    let other = fill(Form::bounded("one"), "B").send(agent()).await;

    let made: Value = first.expect(202);
    assert_eq!(first.header("Location"), Some(format!("/api/v1{}", path(&made, "")).as_str()));
    assert_eq!(second.expect::<Value>(202), made);
    assert_eq!(second.header("Idempotency-Replayed"), Some("true"));
    other.expect_problem(422, "idempotency_key_reused");
    assert_eq!(app.number("SELECT count(*) FROM import_chunk"), 1);
    work(&app);
    assert_eq!(get(&app, &made).await["rows_done"], 1);
}
