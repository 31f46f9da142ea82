//! What a look at all data finds: the places where an invariant does not hold.

use serde::Serialize;
use utoipa::ToSchema;

/// One place where a rule is broken.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The rule.
    pub rule: String,
    /// What breaks it.
    pub subject: String,
    /// How.
    pub detail: String,
}

impl Violation {
    /// Returns the violation of `rule` by `subject`.
    pub fn new(rule: &str, subject: &str, detail: impl Into<String>) -> Self {
        Self { rule: rule.to_owned(), subject: subject.to_owned(), detail: detail.into() }
    }
}

/// What an audit found.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// How many things were checked.
    pub checked: i64,
    /// What is broken.
    pub violations: Vec<Violation>,
}

impl Findings {
    /// Adds what was found among `checked` more things.
    pub fn add(&mut self, checked: usize, violations: Vec<Violation>) {
        self.checked = self.checked.saturating_add(i64::try_from(checked).unwrap_or(i64::MAX));
        self.violations.extend(violations);
    }
}

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
