//! What happened, before it becomes part of the chain.

use crate::{
    feedback::domain::EventKind,
    platform::auth::{Actor, Who},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

/// What happened, before it becomes part of the chain.
pub struct Line<'a> {
    /// What happened.
    pub kind: EventKind,
    /// Who did it.
    pub who: Who,
    /// When.
    pub at: DateTime<Utc>,
    /// Ids, codes and times.
    pub facts: Value,
    /// Words by name; only their salted hashes enter the chain.
    pub words: Vec<(&'static str, &'a str)>,
}

impl<'a> Line<'a> {
    /// Returns a step of `actor` without facts or words.
    pub fn by(actor: &Actor, kind: EventKind) -> Self {
        Self { kind, who: actor.who, at: actor.at, facts: json!({}), words: Vec::new() }
    }

    /// Returns a step that the product takes itself at `at`.
    pub fn system(at: DateTime<Utc>, kind: EventKind) -> Self {
        Self { kind, who: Who::System, at, facts: json!({}), words: Vec::new() }
    }

    /// Adds ids, codes and times.
    pub fn with(mut self, facts: Value) -> Self {
        self.facts = facts;
        self
    }

    /// Adds words.
    pub fn saying(mut self, name: &'static str, text: &'a str) -> Self {
        self.words.push((name, text));
        self
    }

    /// Adds words where there are any.
    pub fn saying_if(self, name: &'static str, text: Option<&'a str>) -> Self {
        match text {
            Some(text) => self.saying(name, text),
            None => self,
        }
    }
}
