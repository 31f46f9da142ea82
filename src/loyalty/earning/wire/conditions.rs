//! Conditions as they travel: as deep as their schema, so that it checks them whole.

use crate::{
    loyalty::earning::domain::{Condition, Fact, Fault, MOST_PARTS},
    platform::{
        http::problem::{Error, FieldError, Result, Text},
        text::Name,
    },
};
use serde::Deserialize;
use utoipa::ToSchema;

/// Makes one level of a condition, with `$inner` below it.
macro_rules! level {
    ($(#[doc = $doc:literal])+ $name:ident, $inner:ident) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name {
            /// All of these hold.
            #[schema(nullable = false, min_items = 1, max_items = 20)]
            pub all: Option<Vec<$inner>>,
            /// One of these holds.
            #[schema(nullable = false, min_items = 1, max_items = 20)]
            pub any: Option<Vec<$inner>>,
            /// This does not hold.
            #[schema(nullable = false)]
            pub not: Option<Box<$inner>>,
            /// What is asked about.
            #[schema(nullable = false)]
            pub field: Option<Fact>,
            /// One of these words.
            #[schema(nullable = false, min_items = 1, max_items = 100, example = json!(["store"]))]
            pub r#in: Option<Vec<Name>>,
            /// A number of at least so much.
            #[schema(nullable = false, minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64, example = 10000)]
            pub gte: Option<i64>,
            /// A number of less than so much.
            #[schema(nullable = false, minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64, example = 50000)]
            pub lt: Option<i64>,
        }

        impl Level for $name {
            fn read(&self, at: &str) -> std::result::Result<Condition, FieldError> {
                let each = |parts: &Vec<$inner>, name: &str| -> std::result::Result<Vec<Condition>, FieldError> {
                    let parts = parts.iter().enumerate();
                    parts.map(|(index, part)| part.read(&format!("{at}/{name}/{index}"))).collect()
                };
                match (&self.all, &self.any, &self.not, &self.field) {
                    (Some(all), None, None, None) => Ok(Condition::All { all: each(all, "all")? }),
                    (None, Some(any), None, None) => Ok(Condition::Any { any: each(any, "any")? }),
                    (None, None, Some(not), None) => {
                        Ok(Condition::Not { not: Box::new(not.read(&format!("{at}/not"))?) })
                    }
                    (None, None, None, Some(field)) => {
                        return question(*field, self.r#in.as_ref(), (self.gte, self.lt), at);
                    }
                    _ => Err(fault(at, Fault::Form)),
                }
                .and_then(|read| {
                    let bare = self.r#in.is_none() && self.gte.is_none() && self.lt.is_none();
                    if bare { Ok(read) } else { Err(fault(at, Fault::Form)) }
                })
            }
        }
    };
}

level! {
    /// What is asked of an event and its customer, in one of these forms: `all`, `any`, `not`, or a `field` with `in` for
    /// words or with `gte`, `lt` for numbers. At most four levels and 100 parts. What is not known meets no `field`.
    ConditionIn, ConditionPartIn
}
level! {
    /// A part of a condition, in one of its forms.
    ConditionPartIn, ConditionGroupIn
}
level! {
    /// A part of a part of a condition, in one of its forms.
    ConditionGroupIn, ConditionFieldIn
}

/// The innermost part of a condition: a `field` with `in` for words or with `gte`, `lt` for numbers.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConditionFieldIn {
    /// What is asked about.
    pub field: Fact,
    /// One of these words.
    #[schema(nullable = false, min_items = 1, max_items = 100, example = json!(["store"]))]
    pub r#in: Option<Vec<Name>>,
    /// A number of at least so much.
    #[schema(nullable = false, minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64, example = 10000)]
    pub gte: Option<i64>,
    /// A number of less than so much.
    #[schema(nullable = false, minimum = -9_007_199_254_740_991_i64, maximum = 9_007_199_254_740_991_i64, example = 50000)]
    pub lt: Option<i64>,
}

/// A level of a condition.
trait Level {
    /// Returns what it asks, or the first part at fault.
    fn read(&self, at: &str) -> std::result::Result<Condition, FieldError>;
}

impl Level for ConditionFieldIn {
    fn read(&self, at: &str) -> std::result::Result<Condition, FieldError> {
        question(self.field, self.r#in.as_ref(), (self.gte, self.lt), at)
    }
}

/// Returns what a condition asks; refuses `condition_form`, `condition_operator`, `empty_range`, `condition_too_large`.
pub fn condition(asked: &ConditionIn) -> Result<Condition> {
    let read = asked.read("/conditions").map_err(|fault| Error::Invalid(vec![fault]))?;
    if read.parts() > MOST_PARTS {
        return Err(Error::Invalid(vec![fault("/conditions", Fault::TooLarge)]));
    }
    Ok(read)
}

fn question(
    field: Fact,
    words: Option<&Vec<Name>>,
    (gte, lt): (Option<i64>, Option<i64>),
    at: &str,
) -> std::result::Result<Condition, FieldError> {
    let asked = match (words, gte.or(lt)) {
        (Some(words), None) => {
            Condition::Words { field, words: words.iter().map(|word| word.0.clone()).collect() }
        }
        (None, Some(_)) => Condition::Range { field, gte, lt },
        _ => return Err(fault(at, Fault::Form)),
    };
    asked.check().map_err(|wrong| fault(at, wrong))?;
    Ok(asked)
}

fn fault(at: &str, fault: Fault) -> FieldError {
    let (en, zh) = match fault {
        Fault::Form => ("has not exactly one of its forms", "条件形式有误，应且仅应为其中一种"),
        Fault::WrongWay => ("asks words by in, and numbers by gte and lt", "文本用 in，数值用 gte 与 lt"),
        Fault::EmptyRange => ("leaves no number between gte and lt", "gte 与 lt 之间没有数值"),
        Fault::TooLarge => ("has more than 100 parts", "条件超过 100 项"),
    };
    FieldError::new(at, fault.code(), Text::new(en, zh))
}
