//! Sessions as JSON.

use crate::{
    departments::DepartmentId,
    staff::{NewPassword, Staff, StaffId, StaffRole},
};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type},
    },
};
use validator::{Validate, ValidationError};

/// A password or token that somebody sends as proof; in no log.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl PartialSchema for Secret {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .min_length(Some(1))
            .max_length(Some(128))
            .description(Some("A password or a token, taken exactly as sent."))
            .into()
    }
}

impl ToSchema for Secret {}

/// Who signs in.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct LoginIn {
    /// The e-mail address of the account.
    #[schema(min_length = 1, max_length = 254, example = "admin@hearback.local")]
    pub email: String,
    /// Its password.
    pub password: Secret,
}

/// What continues a session.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RefreshIn {
    /// The newest refresh token of the session.
    pub refresh_token: Secret,
}

/// A change of one's own password.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "another_password"))]
pub struct PasswordIn {
    /// The password that counts now.
    pub current_password: Secret,
    /// The password that counts from now on.
    pub new_password: NewPassword,
}

fn another_password(input: &PasswordIn) -> Result<(), ValidationError> {
    input.new_password.check(None, "/new_password")?;
    if input.current_password.0 != input.new_password.0 {
        return Ok(());
    }
    let mut error =
        ValidationError::new("password_unchanged").with_message("is the present one|与当前密码相同".into());
    error.add_param("pointer".into(), &"/new_password");
    Err(error)
}

/// The tokens of a session.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SessionOut {
    /// Sent as `Authorization: Bearer ...` with each request.
    pub access_token: String,
    /// Changed for new tokens by `POST /api/v1/auth/refresh`, once, within 30 days.
    pub refresh_token: String,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// How many seconds the access token lives.
    #[schema(example = 600)]
    pub expires_in: i64,
}

/// Who is signed in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MeOut {
    /// Who it is.
    pub id: StaffId,
    /// The e-mail address of the account.
    #[schema(example = "admin@hearback.local")]
    pub email: String,
    /// What people call them.
    pub display_name: String,
    /// What they are there for.
    pub role: StaffRole,
    /// Where they work.
    #[schema(required = true)]
    pub department_id: Option<DepartmentId>,
}

impl From<Staff> for MeOut {
    fn from(staff: Staff) -> Self {
        Self {
            id: staff.id,
            email: staff.email,
            display_name: staff.display_name,
            role: staff.role,
            department_id: staff.department_id,
        }
    }
}

/// One public key.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JsonWebKey {
    /// `OKP`.
    #[schema(example = "OKP")]
    pub kty: &'static str,
    /// `Ed25519`.
    #[schema(example = "Ed25519")]
    pub crv: &'static str,
    /// `EdDSA`.
    #[schema(example = "EdDSA")]
    pub alg: &'static str,
    /// `sig`.
    #[schema(example = "sig")]
    pub r#use: &'static str,
    /// The id that tokens name in their header.
    pub kid: String,
    /// The public key, in base64url.
    pub x: String,
}

/// The keys that verify access tokens (RFC 7517).
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JsonWebKeySet {
    /// The key in use, and those whose tokens still live.
    pub keys: Vec<JsonWebKey>,
}
