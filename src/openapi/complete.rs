//! What holds for every operation and no handler names: its id, its errors, the headers that it reads.

use super::ERRORS;
use crate::platform::auth::{operations, publish};
use std::collections::BTreeSet;
use utoipa::openapi::{
    OpenApi as Document, Ref, RefOr, Required,
    path::{Operation, ParameterBuilder, ParameterIn},
    schema::{AnyOfBuilder, ObjectBuilder, Schema, Type},
};

/// Adds to each operation what holds for all: its id, the error answers that its shape allows, the headers
/// that it reads.
pub(super) fn complete(mut document: Document) -> Document {
    let shapes: Vec<(String, &'static str)> =
        operations(&document).map(|(path, method, _)| (path.to_owned(), method)).collect();
    let empty = names_of_empty(&document);
    for (path, method) in shapes {
        let Some(item) = document.paths.paths.get_mut(&path) else {
            continue;
        };
        let operation = match method {
            "GET" => &mut item.get,
            "PUT" => &mut item.put,
            "POST" => &mut item.post,
            "PATCH" => &mut item.patch,
            _ => &mut item.delete,
        };
        if let Some(operation) = operation {
            loosen_body(operation, &empty);
            complete_operation(operation, &path, method);
            publish(operation);
        }
    }
    drop_unused(&mut document);
    document
}

/// Drops the error answers that no operation gives.
fn drop_unused(document: &mut Document) {
    let used: BTreeSet<String> = operations(document)
        .flat_map(|(_, _, operation)| operation.responses.responses.values())
        .filter_map(|response| match response {
            RefOr::Ref(reference) => reference.ref_location.rsplit('/').next().map(str::to_owned),
            RefOr::T(_) => None,
        })
        .collect();
    if let Some(components) = &mut document.components {
        components.responses.retain(|name, _| used.contains(name));
    }
}

fn complete_operation(operation: &mut Operation, path: &str, method: &'static str) {
    operation.operation_id = operation.operation_id.take().map(|id| camel_case(&id));
    let secured = !crate::platform::auth::is_public(operation);
    let body = operation.request_body.is_some();
    describe_answers(operation);
    let api = path.starts_with("/api/");
    let keyed = matches!(method, "POST" | "PATCH" | "PUT") && api && !path.starts_with("/api/v1/auth/");
    let tabular = has_csv(operation);
    let responses = &mut operation.responses.responses;
    let mut add = |status: &'static str, wanted: bool| {
        let known = ERRORS.iter().find(|(code, _, _)| *code == status && wanted);
        if let Some((_, name, _)) = known {
            let response = RefOr::Ref(Ref::from_response_name(*name));
            responses.entry(status.into()).or_insert(response);
        }
    };
    add("400", api);
    add("401", secured || path.starts_with("/api/v1/auth/"));
    add("403", secured);
    add("404", path.contains('{'));
    for status in ["408", "413", "415", "422"] {
        add(status, body);
    }
    add("406", tabular);
    add("409", keyed);
    let versioned = keyed && (path.contains('{') || method == "PATCH");
    add("412", versioned);
    add("428", method == "PATCH");
    add("414", true);
    add("429", api);
    add("500", true);
    add("503", api);
    if keyed {
        let key_required = operation.extensions.as_mut().is_some_and(|all| all.remove(KEY).is_some());
        add_headers(operation, versioned, method == "PATCH", key_required);
    }
}

/// Marks an operation that moves points: `extensions(("x-idempotency-key" = json!("required")))`.
const KEY: &str = "x-idempotency-key";

/// Adds the headers that a change reads.
fn add_headers(operation: &mut Operation, versioned: bool, required: bool, key_required: bool) {
    let matching = |pattern: &str| ObjectBuilder::new().schema_type(Type::String).pattern(Some(pattern));
    let key = matching(r"^[\x21-\x7e]{1,255}$");
    let text = if key_required { REQUIRED_KEY } else { IDEMPOTENCY_KEY };
    header(operation, "Idempotency-Key", text, key_required, key);
    if versioned {
        let any = ObjectBuilder::new().schema_type(Type::String).enum_values(Some(["*"]));
        let tags = AnyOfBuilder::new().item(any).item(matching(r#"^"[0-9]{1,18}"$"#));
        header(operation, "If-Match", IF_MATCH, required, tags);
    }
}

/// Returns whether the operation answers CSV too, so that `Accept` chooses.
fn has_csv(operation: &Operation) -> bool {
    operation.responses.responses.values().any(|response| match response {
        RefOr::T(response) => response.content.contains_key("text/csv"),
        RefOr::Ref(_) => false,
    })
}

/// Returns the names of the schemas that `{}` obeys.
fn names_of_empty(document: &Document) -> BTreeSet<String> {
    let schemas = document.components.iter().flat_map(|components| &components.schemas);
    let empty = schemas.filter(|(_, schema)| match schema {
        RefOr::T(Schema::Object(object)) => object.required.is_empty() && object.min_properties.is_none(),
        _ => false,
    });
    empty.map(|(name, _)| name.clone()).collect()
}

/// Says that a body may be left out where `{}` is a whole one, and that it still is an object: `null` is none.
fn loosen_body(operation: &mut Operation, empty: &BTreeSet<String>) {
    let Some(RefOr::T(body)) = &mut operation.request_body else {
        return;
    };
    for content in body.content.values_mut() {
        if let RefOr::T(content) = content
            && let Some(RefOr::T(Schema::OneOf(either))) = &content.schema
            && let [object @ RefOr::Ref(_), RefOr::T(Schema::Object(_))]
            | [RefOr::T(Schema::Object(_)), object @ RefOr::Ref(_)] = either.items.as_slice()
        {
            content.schema = Some(object.clone());
        }
        let name = match content {
            RefOr::T(content) => content.schema.as_ref().and_then(named),
            RefOr::Ref(_) => None,
        };
        if name.is_some_and(|name| empty.contains(name)) {
            body.required = None;
        }
    }
}

fn named(schema: &RefOr<Schema>) -> Option<&str> {
    match schema {
        RefOr::Ref(reference) => reference.ref_location.rsplit('/').next(),
        RefOr::T(_) => None,
    }
}

const IDEMPOTENCY_KEY: &str = "Makes it safe to send the request again: the same key and body get the first answer, \
     with `Idempotency-Replayed: true`. Kept for 24 hours.";
const REQUIRED_KEY: &str = "Makes it safe to send the request again: the same key and body get the first answer, \
     with `Idempotency-Replayed: true`. Required, as the call moves points, and kept for ever.";
const IF_MATCH: &str =
    "The `ETag` of the version that the caller has seen; 412 when the row has changed since.";

fn header(operation: &mut Operation, name: &str, text: &str, required: bool, schema: impl Into<Schema>) {
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(text))
        .required(if required { Required::True } else { Required::False })
        .schema(Some(schema.into()))
        .build();
    operation.parameters.get_or_insert_default().push(parameter.into());
}

/// Gives every answer a description.
fn describe_answers(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            response.description = success(status).into();
        }
    }
}

/// Returns what an answer says whose handler has nothing to add.
fn success(status: &str) -> &'static str {
    match status {
        "201" => "It is made.",
        "202" => "It is taken on.",
        "204" => "It is done; there is nothing to show.",
        _ => "It is done, or found.",
    }
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut id, word| {
        let mut letters = word.chars();
        id.extend(letters.next().map(|c| c.to_ascii_uppercase()));
        id.push_str(letters.as_str());
        id
    })
}
