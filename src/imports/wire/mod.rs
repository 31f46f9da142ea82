//! Imports as JSON and as a form; rows of a file as bodies.

mod cells;
mod mapping;
mod path;
mod shape;

pub use self::{
    mapping::{Mapping, Plan},
    path::Path,
    shape::Shape,
};

use super::{
    domain::{ImportAction, ImportFailure, ImportFormat, ImportId, allowed_actions},
    store::{Import, RowFault, RowResult},
};
use crate::{
    page_of,
    platform::{http::language::Language, http::reply::Resource, time::Timestamp},
    vocabulary::{ImportKind, ImportStatus},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::Validate;

/// A file and how to read it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its schema is used; the parts are read as they arrive")]
pub struct ImportForm {
    /// What the rows become.
    kind: ImportKind,
    /// CSV with a header or one JSON object a line, in UTF-8, at most 64 MiB and 1,000,000 rows. The part's
    /// media type (`text/csv`, `application/x-ndjson`), else the file's name, else its first byte tells which.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
    /// For CSV, as JSON: target field to column, or to `{"column": .., "values": {from: to}}`. Targets are
    /// fields of the create call, such as `contact.name` or `phones[0]`. Without it, columns are named like
    /// fields. An empty cell leaves its field out; a list may be one cell, separated by `;`. For orders
    /// `lines[0].revenue` and `lines[0].cost` take decimal amounts such as `29.33`.
    #[schema(value_type = Option<Object>, nullable = false,
        example = json!({ "description": "text", "type": { "column": "sentiment", "values": { "negative": "complaint" } } }))]
    mapping: Option<serde_json::Value>,
    /// As JSON: target field to the value of rows that state none; dotted names or nested objects.
    #[schema(value_type = Option<Object>, nullable = false, example = json!({ "channel": "web_form" }))]
    defaults: Option<serde_json::Value>,
    /// `true` checks everything, stores nothing and waits for `start`.
    #[schema(nullable = false, default = false)]
    preview: Option<bool>,
    /// `true` lets imported orders fire earning rules as others do.
    #[schema(nullable = false, default = false)]
    run_rules: Option<bool>,
}

/// How an import is begun.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// `true` is a preview that can never be started.
    #[param(nullable = false)]
    pub dry_run: Option<bool>,
}

/// Which imports are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportFilter {
    /// What their rows become.
    #[param(nullable = false, inline)]
    pub kind: Option<ImportKind>,
    /// Where they stand.
    #[param(nullable = false, inline)]
    pub status: Option<ImportStatus>,
}

/// Nothing more is asked.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFilter {}

/// A step of an import, which needs nothing more.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ImportStepIn {}

/// An import and how far it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportOut {
    /// Its id.
    pub id: ImportId,
    /// What the rows become.
    pub kind: ImportKind,
    /// The form of the file.
    pub format: ImportFormat,
    /// The name that the file came with.
    #[schema(required = true, example = "reviews.csv")]
    pub file_name: Option<String>,
    /// The size of the file in bytes.
    #[schema(minimum = 0, example = 1_099_250)]
    pub file_bytes: i64,
    /// Where it stands.
    pub status: ImportStatus,
    /// Whether the present pass stores nothing.
    pub preview: bool,
    /// Whether it can never be started.
    pub dry_run: bool,
    /// Whether imported orders fire earning rules as others do.
    pub run_rules: bool,
    /// Why it ended before its end.
    #[schema(required = true)]
    pub failure: Option<ImportFailure>,
    /// How many rows the file has, the header not counted.
    #[schema(minimum = 0, example = 5000)]
    pub rows_total: i32,
    /// How many rows were stored so far; in a preview, how many could be.
    #[schema(minimum = 0, example = 4998)]
    pub rows_done: i32,
    /// How many rows were refused so far.
    #[schema(minimum = 0, example = 2)]
    pub rows_failed: i32,
    /// What can be done with it now.
    pub allowed_actions: Vec<ImportAction>,
    /// Who made it: a member of staff or an API key.
    pub created_by: Uuid,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last went on.
    pub updated_at: Timestamp,
    /// When it ended.
    #[schema(required = true)]
    pub finished_at: Option<Timestamp>,
    /// Its version.
    #[schema(minimum = 1, example = 1)]
    pub version: i64,
}

page_of!(
    /// A page of imports.
    ImportPage, ImportOut
);

/// What was wrong with a row.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportErrorOut {
    /// The number of the row: the first after the header is 1.
    #[schema(minimum = 1, example = 7)]
    pub row: i32,
    /// The line of the file on which the row begins: the header is line 1.
    #[schema(minimum = 1, example = 8)]
    pub line: i64,
    /// JSON Pointer of the field; empty for the row as a whole.
    #[schema(example = "/channel")]
    pub pointer: String,
    /// Stable code of the rule.
    #[schema(example = "unknown_code")]
    pub code: String,
    /// The rule in words, in the caller's language.
    #[schema(example = "is not one of the known codes")]
    pub detail: String,
}

page_of!(
    /// A page of what was wrong with rows.
    ImportErrorPage, ImportErrorOut
);

/// What a row became.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ImportResultOut {
    /// The number of the row: the first after the header is 1.
    #[schema(minimum = 1, example = 7)]
    pub row: i32,
    /// The id of what it became: of the customer, the feedback, the points entry or the order.
    pub id: Uuid,
}

page_of!(
    /// A page of what rows became.
    ImportResultPage, ImportResultOut
);

impl From<Import> for ImportOut {
    fn from(import: Import) -> Self {
        Self {
            allowed_actions: allowed_actions(import.status, import.dry_run),
            id: import.id,
            kind: import.kind,
            format: import.format,
            file_name: import.file_name,
            file_bytes: import.file_bytes,
            status: import.status,
            preview: import.preview,
            dry_run: import.dry_run,
            run_rules: import.run_rules,
            failure: import.failure,
            rows_total: import.rows_total,
            rows_done: import.rows_done,
            rows_failed: import.rows_failed,
            created_by: import.created_by,
            created_at: import.created_at.into(),
            updated_at: import.updated_at.into(),
            finished_at: import.finished_at.map(Timestamp),
            version: import.version,
        }
    }
}

impl ImportErrorOut {
    /// Returns the fault in the caller's language.
    pub fn of(fault: RowFault, language: Language) -> Self {
        Self {
            row: fault.row_number,
            line: fault.line,
            pointer: fault.pointer,
            code: fault.code,
            detail: match language {
                Language::En => fault.detail_en,
                Language::Zh => fault.detail_zh,
            },
        }
    }
}

impl From<RowResult> for ImportResultOut {
    fn from(result: RowResult) -> Self {
        Self { row: result.row_number, id: result.subject_id }
    }
}

impl Resource for ImportOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }

    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/imports/{}", self.id))
    }
}
