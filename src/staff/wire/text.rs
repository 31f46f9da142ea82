//! The texts that staff sign in with.

use crate::{platform::auth::passwords::is_common, staff::normalised_email};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
    },
};
use validator::ValidationError;

/// An e-mail address of at most 254 characters: something, one `@`, something; no white space.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(pub String);

impl PartialSchema for Email {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(3))
            .max_length(Some(254))
            .pattern(Some(
                r"^[^\s@\u0000-\u001f\u007f-\u009f]+@[^\s@\u0000-\u001f\u007f-\u009f]+$",
            ))
            .description(Some(
                "An e-mail address of at most 254 characters. Two that differ only in case or width are the same.",
            ))
            .examples([serde_json::json!("li.na@example.com")])
            .into()
    }
}

impl ToSchema for Email {}

/// A password that somebody chooses: 8 to 128 characters, taken exactly as sent; in no log.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct NewPassword(pub String);

impl fmt::Debug for NewPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl PartialSchema for NewPassword {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .min_length(Some(8))
            .max_length(Some(128))
            .description(Some(
                "A new password of 8 to 128 characters, taken exactly as sent. Those that are tried first, and \
                 the person's own e-mail address, are refused.",
            ))
            .examples([serde_json::json!("three walls and a window")])
            .into()
    }
}

impl ToSchema for NewPassword {}

impl NewPassword {
    /// Refuses a password that is easily guessed; `pointer` names its field.
    pub fn check(&self, email: Option<&str>, pointer: &'static str) -> Result<(), ValidationError> {
        let (code, text) = if is_common(&self.0) {
            ("password_too_common", "is among the first that are tried|过于常见")
        } else if email.is_some_and(|email| normalised_email(email) == normalised_email(&self.0)) {
            ("password_is_email", "must not be the e-mail address|不能与邮箱相同")
        } else {
            return Ok(());
        };
        let mut error = ValidationError::new(code).with_message(text.into());
        error.add_param("pointer".into(), &pointer);
        Err(error)
    }
}
