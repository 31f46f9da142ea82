//! The body of every error.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What went wrong (RFC 9457). `code` is stable and never changes with the language; `title` and `detail`
/// follow `Accept-Language` (`en`, `zh-CN`).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A URI reference that names the kind of problem.
    #[schema(example = "/problems/not_found")]
    pub r#type: String,
    /// The kind of problem in words.
    #[schema(example = "Not found")]
    pub title: String,
    /// The HTTP status, once more.
    #[schema(example = 404, minimum = 400, maximum = 599)]
    pub status: u16,
    /// The stable code of the problem.
    #[schema(example = "not_found")]
    pub code: String,
    /// What is wrong with this very request.
    #[schema(example = "There is no such customer.")]
    pub detail: String,
    /// The path that was asked.
    #[schema(example = "/api/v1/customers/018f6b1e-0000-7000-8000-000000000001")]
    pub instance: String,
    /// The id of the request, as in `X-Request-Id`.
    #[schema(example = "018f6b1e-0000-7000-8000-000000000002")]
    pub request_id: String,
    /// The fields that break their rules (422).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(nullable = false)]
    pub errors: Vec<FieldProblem>,
    /// The status that the feedback has now (409, 412).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub current_status: Option<String>,
    /// The version that the row has now (409, 412).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub current_version: Option<i64>,
    /// What the caller may do now instead (409).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub allowed_actions: Option<Vec<String>>,
    /// How many rows stand in the way (409).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub count: Option<i64>,
    /// How many points are missing (422).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub shortfall: Option<i64>,
    /// How much there is left of what was asked for (422).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub left: Option<i64>,
    /// The customer that this one became a part of (409).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub merged_into: Option<String>,
}

/// One field that breaks its rules.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// JSON Pointer of the field.
    #[schema(example = "/name")]
    pub pointer: String,
    /// The stable code of the rule.
    #[schema(example = "too_long")]
    pub code: String,
    /// The rule in words.
    #[schema(example = "must have at most 200 characters")]
    pub detail: String,
}
