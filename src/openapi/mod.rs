//! The OpenAPI document: title, tags, security, and what holds for every operation.

mod complete;

use crate::platform::http::problem::{FieldProblem, Problem};
use complete::complete;
use serde_json::{Value, json};
use utoipa::{
    OpenApi,
    openapi::{
        OpenApi as Document, Ref, RefOr,
        content::ContentBuilder,
        response::{Response, ResponseBuilder},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

/// Title, tags and what no handler names.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Hearback",
        version = "1.0.0",
        description = include_str!("frame.md"),
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
        (name = "loyalty", description = "Points that cannot lie: a ledger, and what is earned and had for them."),
        (name = "orders", description = "What customers bought, gave back and used."),
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
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").description(Some(
        "The access token of `POST /api/v1/auth/login`, or an API key. An operation's `x-admits` has the \
             roles that it admits and, with a colon, the scopes of API keys.",
    ));
    components.security_schemes.insert("bearer".into(), SecurityScheme::Http(bearer.build()).into());
    for (_, name, text) in ERRORS {
        components.responses.insert((*name).into(), RefOr::T(problem_response(text)));
    }
    document
}

/// Every error answer: status, name, description.
const ERRORS: &[(&str, &str, &str)] = &[
    ("400", "Malformed", "Path, query, header or the form of the body is malformed."),
    ("401", "Unauthenticated", "No valid token was sent."),
    ("403", "Forbidden", "The caller's role may not do this."),
    ("404", "NotFound", "There is no such thing, or it is not the caller's to see."),
    ("405", "MethodNotAllowed", "The path does not know this method."),
    ("406", "NotAcceptable", "The answer has no such representation."),
    ("408", "TooSlow", "The body did not arrive in time."),
    ("409", "Conflict", "It clashes with the present state."),
    ("412", "PreconditionFailed", "The row has changed since it was read."),
    ("413", "TooLarge", "The body is too large."),
    ("414", "UriTooLong", "The address is longer than 8 KiB."),
    ("415", "UnsupportedMediaType", "The body has another media type."),
    ("422", "Invalid", "Fields break their rules."),
    ("428", "PreconditionRequired", "If-Match is required."),
    ("429", "TooMany", "Too many requests; see Retry-After."),
    ("500", "Internal", "Something went wrong on our side."),
    ("503", "Unavailable", "Not available for now; see Retry-After."),
];

fn problem_response(text: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(text).content("application/problem+json", content).build()
}

/// Returns the document as it is committed: pretty, with a final newline.
pub fn printed() -> String {
    let mut value = serde_json::to_value(document()).unwrap_or_else(|_| json!({}));
    sort_extensions(&mut value);
    let mut text = serde_json::to_string_pretty::<Value>(&value).unwrap_or_default();
    text.push('\n');
    text
}

/// Puts the extensions of each operation into one order: they are kept in none.
fn sort_extensions(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut).into_iter().flatten();
    let items = paths.filter_map(|(_, item)| item.as_object_mut());
    for operation in items.flatten().filter_map(|(_, operation)| operation.as_object_mut()) {
        let mut names: Vec<_> = operation.keys().filter(|name| name.starts_with("x-")).cloned().collect();
        names.sort_unstable();
        for name in names {
            if let Some(value) = operation.shift_remove(&name) {
                operation.insert(name, value);
            }
        }
    }
}
