//! Schemas of the document: their parts, their bounds, and values just inside and just outside of these.

use super::contract::{compiled, document};
use serde_json::Value;
use std::collections::BTreeSet;

/// Formats that bound their text.
const FORMATS: [&str; 6] = ["uuid", "date", "date-time", "time", "email", "binary"];

/// Returns what a schema, response or parameter refers to, or itself.
pub fn resolved(schema: &Value) -> &Value {
    match schema["$ref"].as_str() {
        Some(target) => {
            let found = document().pointer(target.trim_start_matches('#'));
            resolved(found.unwrap_or_else(|| panic!("{target} is nowhere")))
        }
        None => schema,
    }
}

/// Calls `look` with each part of a schema that is written in it.
pub fn visit(schema: &Value, place: &str, look: &mut impl FnMut(&str, &Value)) {
    look(place, schema);
    for (place, part) in parts(schema, place) {
        visit(part, &place, look);
    }
}

/// Calls `look` with each part of a schema, those that it refers to included, but none that was `seen`.
pub fn visit_all(
    schema: &Value,
    place: &str,
    seen: &mut BTreeSet<String>,
    look: &mut impl FnMut(&str, &Value),
) {
    if let Some(target) = schema["$ref"].as_str() {
        if seen.insert(target.to_owned()) {
            let name = target.rsplit('/').next().unwrap_or(target);
            visit_all(resolved(schema), name, seen, look);
        }
        return;
    }
    look(place, schema);
    for (place, part) in parts(schema, place) {
        visit_all(part, &place, seen, look);
    }
}

fn parts<'a>(schema: &'a Value, place: &str) -> Vec<(String, &'a Value)> {
    let mut found = Vec::new();
    for (name, part) in schema["properties"].as_object().into_iter().flatten() {
        found.push((format!("{place}/{name}"), part));
    }
    for name in ["items", "additionalProperties"] {
        if schema[name].is_object() {
            found.push((format!("{place}/{name}"), &schema[name]));
        }
    }
    for name in ["oneOf", "anyOf", "allOf", "prefixItems"] {
        let branches = schema[name].as_array().into_iter().flatten();
        found.extend(branches.map(|part| (format!("{place}/{name}"), part)));
    }
    found
}

/// Returns whether a schema names one of these types.
pub fn is(schema: &Value, name: &str) -> bool {
    let all = &schema["type"];
    all == name || all.as_array().is_some_and(|types| types.contains(&name.into()))
}

/// Returns whether every value of the schema has a largest size, its parts aside.
pub fn is_bounded(schema: &Value) -> bool {
    let schema = resolved(schema);
    let says = |name: &str| !schema[name].is_null();
    if says("enum") || says("const") {
        return true;
    }
    let format = schema["format"].as_str().unwrap_or_default();
    let text = !is(schema, "string") || says("maxLength") || FORMATS.contains(&format);
    let endless = |pattern: &str| pattern.replace("\\*", "").contains(['*', '+']);
    let text = text || schema["pattern"].as_str().is_some_and(|p| !endless(p));
    let number = !is(schema, "integer") && !is(schema, "number")
        || says("minimum") && says("maximum")
        || format == "int32";
    let list = !is(schema, "array") || says("maxItems");
    text && number && list
}

/// Returns what is wrong with a value, by a part of the document.
pub fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let validator = compiled(schema);
    let errors = validator.iter_errors(value);
    errors.map(|e| format!("{} {e}", e.instance_path())).collect()
}

/// Returns whether a schema is that of a list's page.
pub fn is_page(schema: &Value) -> bool {
    let members = &resolved(schema)["properties"];
    members.get("items").is_some() && members.get("next_cursor").is_some()
}
