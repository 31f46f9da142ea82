//! What a look at all data finds: the places where an invariant does not hold.

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
