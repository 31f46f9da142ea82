use crate::platform::audit::{Findings, Violation};
use serde::Serialize;
use utoipa::ToSchema;

/// How many violations are named.
const MOST: usize = 1000;

/// One place where a rule is broken.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ViolationOut {
    /// The rule.
    #[schema(example = "closed_without_reply")]
    pub rule: String,
    /// What breaks it: a number, or the id of a row.
    #[schema(example = "FB-20260109-000001")]
    pub subject: String,
    /// How.
    #[schema(example = "closed as resolved, but no reply was sent")]
    pub detail: String,
}

impl From<Violation> for ViolationOut {
    fn from(row: Violation) -> Self {
        Self { rule: row.rule, subject: row.subject, detail: row.detail }
    }
}

/// What an audit found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditOut {
    /// How many things were checked.
    #[schema(example = 5000)]
    pub checked: i64,
    /// What is broken; at most 1,000 are named.
    pub violations: Vec<ViolationOut>,
}

impl From<Findings> for AuditOut {
    fn from(found: Findings) -> Self {
        let violations = found.violations.into_iter().take(MOST).map(Into::into).collect();
        Self { checked: found.checked, violations }
    }
}
