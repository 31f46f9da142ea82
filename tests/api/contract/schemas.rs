//! What every schema says of itself.

use super::nothing;
use crate::support::{
    document,
    operation::operations,
    schema,
    schema::{is_bounded, resolved},
};
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn every_property_is_described() {
    let mut bad = Vec::new();
    for (name, schema) in components() {
        schema::visit(schema, name, &mut |place, part| {
            for (property, of) in part["properties"].as_object().into_iter().flatten() {
                if !is_described(of) {
                    bad.push(format!("{place}/{property}"));
                }
            }
        });
    }
    nothing(bad);
}

#[test]
fn every_schema_is_described() {
    let bare = |schema: &Value| schema["description"].as_str().unwrap_or_default().is_empty();
    let ids = |schema: &Value| schema["format"] == "uuid";
    let bad = components().filter(|(_, schema)| bare(schema) && !ids(schema));
    nothing(bad.map(|(name, _)| name.to_owned()).collect());
}

#[test]
fn requests_admit_no_unknown_fields() {
    requests_never(|part| part["properties"].is_object() && part["additionalProperties"] != false);
}

#[test]
fn requests_bound_every_text_number_and_list() {
    requests_never(|part| !is_bounded(part));
}

#[test]
fn maps_in_requests_are_bounded() {
    requests_never(|part| part["additionalProperties"].is_object() && part["maxProperties"].is_null());
}

#[test]
fn enumerations_list_codes() {
    let mut bad = Vec::new();
    let is_code = |value: &Value| {
        let text = value.as_str().unwrap_or("?").trim_start_matches('-');
        let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-".contains(c);
        !text.is_empty() && text.chars().all(is_part)
    };
    let spelt = ["Bearer"];
    // currencies have the codes of ISO 4217
    for (name, schema) in components().filter(|(name, _)| *name != "Currency") {
        schema::visit(schema, name, &mut |place, part| {
            for value in part["enum"].as_array().into_iter().flatten() {
                let excepted = value.is_null() || value.as_str().is_some_and(|v| spelt.contains(&v));
                if !is_code(value) && !excepted {
                    bad.push(format!("{place}: {value}"));
                }
            }
        });
    }
    nothing(bad);
}

#[test]
fn every_reference_leads_somewhere() {
    let mut bad = Vec::new();
    let mut left = vec![document()];
    while let Some(part) = left.pop() {
        if let Some(target) = part["$ref"].as_str()
            && document().pointer(target.trim_start_matches('#')).is_none()
        {
            bad.push(target.to_owned());
        }
        left.extend(part.as_object().into_iter().flatten().map(|(_, part)| part));
        left.extend(part.as_array().into_iter().flatten());
    }
    nothing(bad);
}

#[test]
fn every_schema_compiles() {
    for (name, _) in components() {
        crate::support::validator(&format!("/components/schemas/{name}"));
    }
}

#[test]
fn every_example_obeys_its_schema() {
    let mut bad = Vec::new();
    for (name, schema) in components() {
        schema::visit(schema, name, &mut |place, part| {
            let examples = part["examples"].as_array().into_iter().flatten();
            for example in examples.chain(part.get("example")) {
                let faults = schema::faults(part, example);
                bad.extend(faults.into_iter().map(|fault| format!("{place}: {fault}")));
            }
        });
    }
    nothing(bad);
}

#[test]
fn every_schema_is_used() {
    let text = document().to_string();
    let unused = components().filter(|(name, _)| !text.contains(&format!("/schemas/{name}\"")));
    nothing(unused.map(|(name, _)| name.to_owned()).collect());
}

#[test]
fn answers_always_have_the_same_fields() {
    let mut bad = Vec::new();
    let mut seen = BTreeSet::new();
    for operation in operations() {
        let Some(answer) = operation.answer() else {
            continue;
        };
        schema::visit_all(answer, &operation.name(), &mut seen, &mut |place, part| {
            for (name, _) in part["properties"].as_object().into_iter().flatten() {
                let required = part["required"].as_array().is_some_and(|r| r.contains(&name.as_str().into()));
                let sometimes = ["Problem", "ActionOut"];
                // a condition has one of its forms
                let sometimes = sometimes.contains(&place) || place.starts_with("Condition");
                if !required && !sometimes {
                    bad.push(format!("{place}/{name}"));
                }
            }
        });
    }
    nothing(bad);
}

fn components() -> impl Iterator<Item = (&'static str, &'static Value)> {
    let all = document()["components"]["schemas"].as_object().unwrap();
    all.iter().map(|(name, schema)| (name.as_str(), schema))
}

/// Looks at every part of every request.
#[track_caller]
fn requests_never(wrong: impl Fn(&Value) -> bool) {
    let mut bad = Vec::new();
    let mut seen = BTreeSet::new();
    for operation in operations() {
        let Some(body) = operation.body() else { continue };
        schema::visit_all(body, &operation.name(), &mut seen, &mut |place, part| {
            if wrong(part) {
                bad.push(place.to_owned());
            }
        });
    }
    nothing(bad);
}

/// A reference is described by what it names.
fn is_described(schema: &Value) -> bool {
    let own = |s: &Value| !s["description"].as_str().unwrap_or_default().trim().is_empty();
    let target = resolved(schema);
    let branches = ["oneOf", "anyOf", "allOf"];
    own(schema)
        || own(target)
        || branches.iter().any(|b| schema[b].as_array().is_some_and(|all| all.iter().any(is_described)))
}
