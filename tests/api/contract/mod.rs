//! The OpenAPI document is current, complete and true.

mod limits;
mod operations;
mod schemas;

use crate::support::document;
use hearback::openapi;
use serde_json::Value;
use std::{fs, path::Path};

#[test]
fn the_committed_document_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi/openapi.json");
    let Ok(committed) = fs::read_to_string(path) else {
        return;
    };
    assert!(
        committed == openapi::printed(),
        "openapi/openapi.json is out of date: run `cargo run -- openapi > openapi/openapi.json`"
    );
}

#[test]
fn the_document_is_the_same_each_time() {
    assert_eq!(openapi::printed(), openapi::printed());
}

/// One operation of the document.
struct Operation {
    method: &'static str,
    path: &'static str,
    spec: &'static Value,
}

impl Operation {
    fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }

    /// Returns the schema of the JSON body that a caller sends.
    fn body(&self) -> Option<&'static Value> {
        let content = self.spec["requestBody"]["content"].as_object()?;
        let (_, media) = content.iter().find(|(media, _)| media.ends_with("json"))?;
        Some(&media["schema"])
    }

    /// Returns the schema of a successful JSON answer.
    fn answer(&self) -> Option<&'static Value> {
        let responses = self.spec["responses"].as_object()?;
        let (_, success) = responses.iter().find(|(status, _)| status.starts_with('2'))?;
        success["content"].get("application/json")?.get("schema")
    }
}

/// Returns every operation of the document.
fn operations() -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for method in ["get", "put", "post", "patch", "delete"] {
            if let Some(spec) = item.get(method) {
                found.push(Operation { method, path, spec });
            }
        }
    }
    found
}

#[track_caller]
fn nothing(found: Vec<String>) {
    assert!(found.is_empty(), "{found:#?}");
}
