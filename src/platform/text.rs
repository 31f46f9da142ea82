//! Bounded text at the edge: how long, one line or several, never blank, no control characters.
//!
//! Each type carries its own schema, which is also what a request is checked against, so the document and
//! the check cannot drift apart.

use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// Characters that nobody can see: white space of all kinds and zero-width marks.
const UNSEEN: &str = r"\u0020\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff";
/// Control characters, except tab and line breaks.
const CONTROL: &str = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f";
/// Tab and line breaks, which only text of several lines may have.
const BREAKS: &str = r"\u0009\u000a\u000d";

/// Returns the pattern of text with at least one visible character and no control characters.
pub fn pattern(lines: bool) -> String {
    let never = if lines { CONTROL.to_owned() } else { format!("{CONTROL}{BREAKS}") };
    format!("^[^{never}]*[^{CONTROL}{BREAKS}{UNSEEN}][^{never}]*$")
}

/// Returns whether `text` has a character that is stored nowhere.
pub fn has_control(text: &str) -> bool {
    text.chars().any(char::is_control)
}

/// Returns whether `text` is one line with something to see in it, as [`pattern`] demands.
pub fn is_visible(text: &str) -> bool {
    let unseen = |c: char| {
        c.is_whitespace()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{205f}'..='\u{2064}' | '\u{feff}')
    };
    !has_control(text) && !text.chars().all(unseen)
}

/// Returns the schema of bounded text.
pub fn schema(longest: usize, lines: bool, description: &str) -> Schema {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(longest))
        .pattern(Some(pattern(lines)))
        .description(Some(description.trim()))
        .into()
}

/// Makes a type of bounded text.
#[macro_export]
macro_rules! text_type {
    ($(#[doc = $doc:literal])+ $name:ident, $longest:literal, lines = $lines:literal) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl std::ops::Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                $crate::platform::text::schema($longest, $lines, concat!($($doc, "\n",)+)).into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}

text_type!(
    /// One line of at most 200 characters: a name or a subject.
    Name, 200, lines = false
);
text_type!(
    /// A code or a reference of at most 200 characters.
    Code, 200, lines = false
);
text_type!(
    /// Text of at most 10,000 characters: a description, a demand, a basis.
    LongText, 10000, lines = true
);
text_type!(
    /// A reason or a comment of at most 2,000 characters.
    Reason, 2000, lines = true
);
