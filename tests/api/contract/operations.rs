//! What every operation says of itself.

use super::nothing;
use crate::support::{
    document,
    operation::{Operation, operations},
    schema,
};
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn every_operation_has_an_id_of_its_own_in_camel_case() {
    let mut seen = BTreeSet::new();
    let bad = operations().into_iter().filter(|operation| {
        let id = operation.spec["operationId"].as_str().unwrap_or_default();
        let camel =
            id.starts_with(|c: char| c.is_ascii_lowercase()) && id.chars().all(|c| c.is_ascii_alphanumeric());
        !camel || !seen.insert(id.to_owned())
    });
    nothing(bad.map(|operation| operation.name()).collect());
}

#[test]
fn every_operation_has_a_summary_and_a_description() {
    let bad = operations().into_iter().filter(|operation| {
        let summary = operation.spec["summary"].as_str().unwrap_or_default();
        let description = operation.spec["description"].as_str().unwrap_or_default();
        let line = !summary.contains('\n') && !summary.ends_with('.') && (5..=100).contains(&summary.len());
        !line || description.trim().len() < 10
    });
    nothing(bad.map(|operation| operation.name()).collect());
}

#[test]
fn every_operation_has_one_known_tag() {
    let tags = document()["tags"].as_array().unwrap();
    let known: Vec<&Value> = tags.iter().map(|tag| &tag["name"]).collect();
    let bad = operations().into_iter().filter(|operation| {
        let own = operation.spec["tags"].as_array().cloned().unwrap_or_default();
        own.len() != 1 || !known.contains(&&own[0])
    });
    nothing(bad.map(|operation| operation.name()).collect());
}

#[test]
fn every_operation_says_who_may_call_it() {
    let bad = operations().into_iter().filter(|operation| {
        let needs = operation.spec["security"].as_array().cloned().unwrap_or_default();
        let one = needs.len() == 1;
        let public = one && needs[0] == serde_json::json!({});
        let admits = operation.admits().unwrap_or_default();
        let named = one && needs[0] == serde_json::json!({ "bearer": [] }) && !admits.is_empty();
        !public && !named
    });
    nothing(bad.map(|operation| operation.name()).collect());
}

#[test]
fn every_error_is_a_problem() {
    let mut bad = Vec::new();
    for operation in operations() {
        for (status, response) in operation.spec["responses"].as_object().unwrap() {
            let problem =
                &schema::resolved(response)["content"]["application/problem+json"]["schema"]["$ref"];
            if status.starts_with(['4', '5']) && *problem != "#/components/schemas/Problem" {
                bad.push(format!("{} {status}", operation.name()));
            }
        }
    }
    nothing(bad);
}

#[test]
fn every_operation_names_the_errors_that_it_can_answer() {
    let mut bad = Vec::new();
    for operation in operations() {
        let secured = operation.spec["security"][0].get("bearer").is_some();
        let body = operation.spec.get("requestBody").is_some();
        let versioned = operation.method == "patch";
        let wanted = [
            ("401", secured),
            ("403", secured),
            ("404", operation.path.contains('{')),
            ("412", versioned),
            ("428", versioned),
            ("413", body),
            ("415", body),
            ("422", body),
            ("500", true),
        ];
        let lacking =
            wanted.iter().filter(|(status, is)| *is && operation.spec["responses"].get(status).is_none());
        bad.extend(lacking.map(|(status, _)| format!("{} {status}", operation.name())));
    }
    nothing(bad);
}

#[test]
fn every_list_answers_a_page() {
    // as many as the program or one case has: never so many that they need pages
    let whole = [
        "GET /api/v1/enums",
        "GET /api/v1/feedback/{id}/actions",
        "GET /api/v1/feedback/{id}/clocks",
        "GET /api/v1/feedback/{id}/plans",
        "GET /api/v1/feedback/{id}/replies",
        "GET /api/v1/feedback/{id}/time-ledger",
    ];
    let mut bad = Vec::new();
    for operation in operations().into_iter().filter(|o| !whole.contains(&o.name().as_str())) {
        let Some(answer) = operation.answer() else {
            continue;
        };
        let answer = schema::resolved(answer);
        let is_page = answer["properties"].get("items").is_some();
        let pages = answer["properties"].get("next_cursor").is_some()
            && ["limit", "cursor"].iter().all(|name| parameter(&operation, name).is_some());
        if answer["type"] == "array" || is_page != pages {
            bad.push(operation.name());
        }
    }
    nothing(bad);
}

#[test]
fn every_parameter_is_described_and_bounded() {
    let mut bad = Vec::new();
    for operation in operations() {
        for parameter in operation.spec["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            let described = !parameter["description"].as_str().unwrap_or_default().is_empty();
            let by_its_kind = parameter["in"] == "path";
            if !(described || by_its_kind) || !schema::is_bounded(&parameter["schema"]) {
                bad.push(format!("{} {name}: {}", operation.name(), parameter["schema"]));
            }
        }
        let in_path = operation.path.matches('{').count();
        let declared = operation.spec["parameters"].as_array().into_iter().flatten();
        if declared.filter(|p| p["in"] == "path").count() != in_path {
            bad.push(format!("{}: the parameters of its path", operation.name()));
        }
    }
    nothing(bad);
}

#[test]
fn every_change_can_be_sent_again_safely() {
    let bad = operations().into_iter().filter(|operation| {
        let changes = ["post", "put", "patch"].contains(&operation.method) && operation.body().is_some();
        let session = operation.path.starts_with("/api/v1/auth/");
        changes && !session && parameter(operation, "Idempotency-Key").is_none()
    });
    nothing(bad.map(|operation| operation.name()).collect());
}

fn parameter(operation: &Operation, name: &str) -> Option<&'static Value> {
    let mut all = operation.spec["parameters"].as_array()?.iter();
    all.find(|parameter| parameter["name"] == name)
}
