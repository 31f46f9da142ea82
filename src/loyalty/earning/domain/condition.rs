use super::{Fact, Facts};
use serde::{Deserialize, Serialize};

/// How many parts a condition has at most.
pub const MOST_PARTS: usize = 100;

/// What is asked of an event and its customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Condition {
    /// All of these.
    All {
        /// The parts.
        all: Vec<Condition>,
    },
    /// One of these.
    Any {
        /// The parts.
        any: Vec<Condition>,
    },
    /// Not this.
    Not {
        /// The part.
        not: Box<Condition>,
    },
    /// One of these words.
    Words {
        /// Of what.
        field: Fact,
        /// The words.
        #[serde(rename = "in")]
        words: Vec<String>,
    },
    /// A number in a range.
    Range {
        /// Of what.
        field: Fact,
        /// At least so much.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        gte: Option<i64>,
        /// Less than so much.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lt: Option<i64>,
    },
}

/// Why a part is no condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It has not one form, but none or several.
    #[error("it has not one form")]
    Form,
    /// It asks a number by words, or words by a range.
    #[error("it asks in the wrong way")]
    WrongWay,
    /// No number is in the range.
    #[error("the range is empty")]
    EmptyRange,
    /// It has too many parts.
    #[error("it has too many parts")]
    TooLarge,
}

impl Fault {
    /// Returns the stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Form => "condition_form",
            Self::WrongWay => "condition_operator",
            Self::EmptyRange => "empty_range",
            Self::TooLarge => "condition_too_large",
        }
    }
}

impl Condition {
    /// Returns whether it holds; what is not known is neither among words nor in a range.
    pub fn holds(&self, facts: &Facts) -> bool {
        match self {
            Self::All { all } => all.iter().all(|part| part.holds(facts)),
            Self::Any { any } => any.iter().any(|part| part.holds(facts)),
            Self::Not { not } => !not.holds(facts),
            Self::Words { field, words } => facts.words(*field).any(|known| words.iter().any(|w| w == known)),
            Self::Range { field, gte, lt } => facts.number(*field).is_some_and(|number| {
                gte.is_none_or(|least| number >= least) && lt.is_none_or(|end| number < end)
            }),
        }
    }

    /// Returns how many parts it has, itself included.
    pub fn parts(&self) -> usize {
        let below = match self {
            Self::All { all: parts } | Self::Any { any: parts } => parts.iter().map(Self::parts).sum(),
            Self::Not { not } => not.parts(),
            Self::Words { .. } | Self::Range { .. } => 0,
        };
        below.saturating_add(1)
    }

    /// Refuses a part that asks in the wrong way.
    pub fn check(&self) -> Result<(), Fault> {
        match self {
            Self::Words { field, .. } if field.is_number() => Err(Fault::WrongWay),
            Self::Range { field, .. } if !field.is_number() => Err(Fault::WrongWay),
            Self::Range { gte: Some(least), lt: Some(end), .. } if least >= end => Err(Fault::EmptyRange),
            _ => Ok(()),
        }
    }
}
