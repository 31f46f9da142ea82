//! Texts with a grammar: telephone numbers, e-mail addresses, tags, references, birthdays.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use serde_json::json;
use utoipa::openapi::{
    RefOr,
    schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
};

/// What neither part of an e-mail address has: white space, control characters, dots and signs with a meaning.
const NOT_IN_ATOM: &str =
    r#"\u0000-\u0020"(),.:;<>@\[\\\]\u007f-\u00a0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff"#;

fn email_pattern() -> String {
    format!("^[^{NOT_IN_ATOM}]+([.][^{NOT_IN_ATOM}]+)*@[^{NOT_IN_ATOM}]+([.][^{NOT_IN_ATOM}]+)+$")
}

fn phone_pattern() -> String {
    let between = r"[ ().\-/\u3000\uff08\uff09\uff0d\uff0e]";
    format!(r"^{between}*[+\uff0b]?({between}*[0-9\uff10-\uff19]){{3,20}}{between}*$")
}

fn tag_pattern() -> String {
    // a tag's name stands in paths
    crate::platform::text::pattern(false).replace("[^", "[^/")
}

macro_rules! grammar_type {
    ($(#[doc = $doc:literal])+ $name:ident, $longest:literal, $pattern:expr, $example:literal) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl std::ops::Deref for $name {
            type Target = str;
            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .min_length(Some(1))
                    .max_length(Some($longest))
                    .pattern(Some($pattern))
                    .description(Some(concat!($($doc, "\n",)+).trim()))
                    .examples([json!($example)])
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}

grammar_type!(
    /// A telephone number: 3 to 20 digits with `+`, spaces, brackets, dots, hyphens or slashes as people write
    /// them, also full-width. No letters, no extension. Kept as written; compared without separators, `00` as `+`
    /// and mainland mobiles with `+86`.
    PhoneNumber, 40, phone_pattern(), "138-0013-8000"
);
grammar_type!(
    /// An e-mail address: atoms with dots between them, `@`, a domain with a dot; international letters are
    /// welcome, quoted local parts and address literals are not. Compared without regard to case or width.
    EmailAddress, 254, email_pattern(), "wang.fang@example.com"
);
grammar_type!(
    /// A tag's name: one line without `/`. Names that look the same are the same, however they are composed.
    TagName, 100, tag_pattern(), "VIP"
);
grammar_type!(
    /// The system that a reference belongs to.
    RefSystem, 64, "^[a-z0-9._-]{1,64}$", "erp"
);
grammar_type!(
    /// A colour.
    Colour, 7, "^#[0-9a-f]{6}$", "#e11d48"
);

/// A date of birth: from 1800 to today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Birthday(pub NaiveDate);

impl<'de> Deserialize<'de> for Birthday {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let day = NaiveDate::deserialize(from)?;
        if (1800..2200).contains(&day.year()) { Ok(Self(day)) } else { Err(D::Error::custom("invalid_time")) }
    }
}

impl utoipa::PartialSchema for Birthday {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .pattern(Some("^(18|19|20|21)[0-9]{2}-[0-9]{2}-[0-9]{2}$"))
            .description(Some("A date of birth: from 1800 to today."))
            .examples([json!("1988-05-01")])
            .into()
    }
}

impl utoipa::ToSchema for Birthday {}
