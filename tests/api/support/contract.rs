//! Compares answers with the OpenAPI document.

use super::Answer;
use actix_web::http::Method;
use hearback::openapi;
use jsonschema::{Registry, Validator};
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

const HERE: &str = "https://hearback.example/openapi.json";

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::to_value(openapi::document()).unwrap());
static REGISTRY: LazyLock<Registry<'static>> = LazyLock::new(|| {
    let built = Registry::new().add(HERE, DOCUMENT.clone()).unwrap();
    built.prepare().unwrap()
});

/// Returns the document as JSON.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// Returns the validator of the schema at a JSON pointer of the document.
pub fn validator(pointer: &str) -> Arc<Validator> {
    let fragment = pointer.replace('%', "%25").replace('{', "%7B").replace('}', "%7D");
    compiled(&json!({ "$ref": format!("#{fragment}") }))
}

/// Returns the validator of a part of the document.
pub fn compiled(schema: &Value) -> Arc<Validator> {
    static COMPILED: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Default::default);
    let text = schema.to_string();
    let mut compiled = COMPILED.lock().unwrap_or_else(|e| e.into_inner());
    if let Some(known) = compiled.get(&text) {
        return known.clone();
    }
    let absolute = text.replace("\"$ref\":\"#/", &format!("\"$ref\":\"{HERE}#/"));
    let built = jsonschema::options()
        .with_registry(&REGISTRY)
        .should_validate_formats(true)
        .build(&serde_json::from_str(&absolute).unwrap());
    let built = Arc::new(built.unwrap_or_else(|e| panic!("{text}: {e}")));
    compiled.insert(text, built.clone());
    built
}

/// Returns the template of the document that `path` follows.
pub fn template(path: &str) -> Option<&'static str> {
    let path = path.split('?').next().unwrap_or_default();
    let all = DOCUMENT["paths"].as_object().unwrap();
    let found = all.keys().filter(|template| fits(template, path));
    // `/feedback/by-number` is more than `/feedback/{id}`
    found.min_by_key(|t| t.matches('{').count()).map(String::as_str)
}

/// Returns whether a path follows a template.
pub fn fits(template: &str, path: &str) -> bool {
    let (a, b) = (template.split('/'), path.split('/'));
    a.clone().count() == b.clone().count()
        && a.zip(b).all(|(a, b)| a == b || (a.starts_with('{') && !b.is_empty()))
}

/// Stops the test when the answer is none that the document promises.
#[track_caller]
pub fn check(answer: &Answer) {
    assert!(answer.header("X-Request-Id").is_some(), "no X-Request-Id: {answer:?}");
    let failed = answer.status.as_u16() >= 400;
    let bare = answer.method == Method::HEAD;
    if failed && !bare {
        problem(answer);
    }
    let method = if bare { "get".into() } else { answer.method.as_str().to_lowercase() };
    let Some(template) = template(&answer.path) else {
        return;
    };
    if DOCUMENT["paths"][template][&method].is_null() {
        assert!(failed, "an operation that is not in the document: {answer:?}");
        return;
    }
    let status = answer.status.as_u16();
    let place = format!("/paths/{}/{method}/responses/{status}", escaped(template));
    let (place, response) = resolved(&place);
    assert!(!response.is_null(), "a status that is not documented: {answer:?}");
    if !bare {
        body(answer, &place, &response["content"]);
    }
}

fn body(answer: &Answer, place: &str, content: &Value) {
    let Some(content) = content.as_object().filter(|c| !c.is_empty()) else {
        assert!(answer.body.is_empty(), "a body that is not documented: {answer:?}");
        return;
    };
    let media = answer.header("Content-Type").unwrap_or_default();
    let media = media.split(';').next().unwrap_or_default();
    assert!(content.contains_key(media), "the media type {media:?} is not documented: {answer:?}");
    if media.ends_with("json") && !content[media]["schema"].is_null() {
        let validator = validator(&format!("{place}/content/{}/schema", escaped(media)));
        let body = answer.json();
        let faults: Vec<String> =
            validator.iter_errors(&body).map(|e| format!("{} {e}", e.instance_path())).collect();
        assert!(faults.is_empty(), "the body breaks its schema: {faults:#?}\n{answer:?}");
    }
}

fn problem(answer: &Answer) {
    let status = answer.status.as_u16();
    assert_eq!(answer.header("Content-Type"), Some("application/problem+json"), "{answer:?}");
    let body = answer.json();
    let faults: Vec<String> =
        validator("/components/schemas/Problem").iter_errors(&body).map(|e| e.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?} {answer:?}");
    assert_eq!(body["status"], status, "{answer:?}");
    assert_eq!(body["request_id"].as_str(), answer.header("X-Request-Id"), "{answer:?}");
    assert_eq!(body["type"], format!("/problems/{}", body["code"].as_str().unwrap()));
    for name in ["title", "detail", "instance"] {
        assert!(!body[name].as_str().unwrap().is_empty(), "an empty {name}: {answer:?}");
    }
    let has_errors = body["errors"].as_array().is_some_and(|e| !e.is_empty());
    assert!(!has_errors || status == 422, "{answer:?}");
    let needs = match status {
        401 => "WWW-Authenticate",
        405 => "Allow",
        429 | 503 => "Retry-After",
        _ => "Content-Language",
    };
    assert!(answer.header(needs).is_some(), "no {needs}: {answer:?}");
}

/// Follows a reference to another part of the document.
pub fn resolved(place: &str) -> (String, &'static Value) {
    let found = DOCUMENT.pointer(place).unwrap_or(&Value::Null);
    match found["$ref"].as_str() {
        Some(target) => resolved(target.trim_start_matches('#')),
        None => (place.to_owned(), found),
    }
}

/// Returns a key as a JSON pointer writes it.
pub fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
