//! The OpenAPI document is current, complete and true.

mod limits;
mod operations;
mod schemas;

use hearback::openapi;
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

#[track_caller]
fn nothing(found: Vec<String>) {
    assert!(found.is_empty(), "{found:#?}");
}
