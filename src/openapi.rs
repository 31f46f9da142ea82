//! The OpenAPI document: title, tags, security, and what holds for every operation.

use crate::platform::{
    auth::operations,
    http::problem::{FieldProblem, Problem},
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use utoipa::{
    OpenApi,
    openapi::{
        OpenApi as Document, Ref, RefOr, Required,
        content::ContentBuilder,
        path::{Operation, ParameterBuilder, ParameterIn},
        response::{Response, ResponseBuilder},
        schema::{ObjectBuilder, Type},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

/// Title, tags and what no handler names.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hearback",
        version = "1.0.0",
        description = include_str!("openapi.md"),
        license(name = "MIT", identifier = "MIT"),
        contact(name = "Hearback", url = "https://hearback.example")
    ),
    servers((url = "/", description = "This server")),
    components(schemas(Problem, FieldProblem)),
    tags(
        (name = "session", description = "Sign in, refresh, sign out."),
        (name = "staff", description = "People, their roles, absences and API keys."),
        (name = "departments", description = "Departments, their heads and their tree."),
        (name = "calendars", description = "Working time: calendars, holidays, make-up working days."),
        (name = "sla", description = "Service levels: which clock runs how long."),
        (name = "routing", description = "Which department takes which feedback."),
        (name = "settings", description = "The organisation, and the labels of all enumerations."),
        (name = "customers", description = "One view of each customer."),
        (name = "feedback", description = "The closed loop, from the first word to the ending."),
        (name = "track", description = "The customer's own window: no account, one token."),
        (name = "work", description = "What waits for me: worklist, approvals, notifications."),
        (name = "audits", description = "Proof that the loop is closed and history is whole."),
        (name = "imports", description = "Many rows at once: CSV and NDJSON."),
        (name = "operations", description = "Health and figures for operators."),
    )
)]
struct Frame;

/// Returns the document of everything that `app::mount` mounts.
pub fn document() -> Document {
    complete(crate::app::gather(frame()))
}

/// Returns the document before any slice is mounted.
pub fn frame() -> Document {
    let mut document = Frame::openapi();
    let components = document.components.get_or_insert_default();
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some(
            "The access token of `POST /api/v1/auth/login`, or an API key. The names in an operation's \
             requirement are the roles that it admits, and, with a colon, the scopes of API keys.",
        ));
    components
        .security_schemes
        .insert("bearer".into(), SecurityScheme::Http(bearer.build()).into());
    for (_, name, text) in ERRORS {
        components
            .responses
            .insert((*name).into(), RefOr::T(problem_response(text)));
    }
    document
}

/// Every error answer: status, name, description.
const ERRORS: &[(&str, &str, &str)] = &[
    (
        "400",
        "Malformed",
        "Path, query, header or the form of the body is malformed.",
    ),
    ("401", "Unauthenticated", "No valid token was sent."),
    ("403", "Forbidden", "The caller's role may not do this."),
    (
        "404",
        "NotFound",
        "There is no such thing, or it is not the caller's to see.",
    ),
    ("405", "MethodNotAllowed", "The path does not know this method."),
    ("406", "NotAcceptable", "The answer has no such representation."),
    ("408", "TooSlow", "The body did not arrive in time."),
    ("409", "Conflict", "It clashes with the present state."),
    (
        "412",
        "PreconditionFailed",
        "The row has changed since it was read.",
    ),
    ("413", "TooLarge", "The body is too large."),
    ("414", "UriTooLong", "The address is longer than 8 KiB."),
    ("415", "UnsupportedMediaType", "The body has another media type."),
    ("422", "Invalid", "Fields break their rules."),
    ("428", "PreconditionRequired", "If-Match is required."),
    ("429", "TooMany", "Too many requests; see Retry-After."),
    ("500", "Internal", "Something went wrong on our side."),
    ("503", "Unavailable", "Not available for now; see Retry-After."),
];

/// Adds to each operation what holds for all: its id, the error answers that its shape allows, the headers
/// that it reads.
fn complete(mut document: Document) -> Document {
    let shapes: Vec<(String, &'static str)> = operations(&document)
        .map(|(path, method, _)| (path.to_owned(), method))
        .collect();
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
            complete_operation(operation, &path, method);
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
        add_headers(operation, versioned, method == "PATCH");
    }
}

/// Adds the headers that a change reads.
fn add_headers(operation: &mut Operation, versioned: bool, required: bool) {
    let key = r"^[\x21-\x7e]{1,255}$";
    header(operation, "Idempotency-Key", IDEMPOTENCY_KEY, false, key);
    if versioned {
        let tags = r#"^(\*|(W/)?"[0-9]{1,18}")$"#;
        header(operation, "If-Match", IF_MATCH, required, tags);
    }
}

/// Returns whether the operation answers CSV too, so that `Accept` chooses.
fn has_csv(operation: &Operation) -> bool {
    operation
        .responses
        .responses
        .values()
        .any(|response| match response {
            RefOr::T(response) => response.content.contains_key("text/csv"),
            RefOr::Ref(_) => false,
        })
}

const IDEMPOTENCY_KEY: &str = "Makes it safe to send the request again: the same key and body get the first answer, \
     with `Idempotency-Replayed: true`. Kept for 24 hours.";
const IF_MATCH: &str =
    "The `ETag` of the version that the caller has seen; 412 when the row has changed since.";

fn header(operation: &mut Operation, name: &str, text: &str, required: bool, pattern: &str) {
    let schema = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(pattern));
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(text))
        .required(if required { Required::True } else { Required::False })
        .schema(Some(schema))
        .build();
    operation
        .parameters
        .get_or_insert_default()
        .push(parameter.into());
}

fn problem_response(text: &str) -> Response {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .build();
    ResponseBuilder::new()
        .description(text)
        .content("application/problem+json", content)
        .build()
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

/// Returns the document as it is committed: pretty, with a final newline.
pub fn printed() -> String {
    let value = serde_json::to_value(document()).unwrap_or_else(|_| json!({}));
    let mut text = serde_json::to_string_pretty::<Value>(&value).unwrap_or_default();
    text.push('\n');
    text
}
