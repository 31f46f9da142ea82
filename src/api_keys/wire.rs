//! API keys as JSON.

use super::{domain::ApiKeyId, store::ApiKey};
use crate::{
    departments::DepartmentId,
    page_of,
    platform::{
        http::{body::present, reply::Resource},
        text::Name,
        time::Timestamp,
    },
    staff::StaffId,
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

/// A new API key.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyIn {
    /// What people call it.
    #[schema(example = "Shop")]
    pub name: Name,
    /// What it may do: the names with a colon in the security requirements of the operations.
    #[schema(min_items = 1, max_items = 100, example = json!(["customers:read"]))]
    pub scopes: Vec<ApiScope>,
    /// Sees only what is or was dispatched to this department or one below it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<DepartmentId>)]
    pub department_id: Option<Option<DepartmentId>>,
    /// When it ends; null for never.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Timestamp>)]
    pub expires_at: Option<Option<Timestamp>>,
}

crate::text_type!(
    /// One thing that an API key may do, such as `customers:read`.
    ApiScope, 100, lines = false
);

/// A step that needs nothing but its name.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyStepIn {}

/// An API key.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApiKeyOut {
    /// Which one.
    pub id: ApiKeyId,
    /// What people call it.
    #[schema(example = "Shop")]
    pub name: String,
    /// How the key begins, to tell it from others.
    #[schema(example = "hbk_live_4fT9")]
    pub prefix: String,
    /// The key itself, in the answer to its making and never again. Sent as `Authorization: Bearer ...`.
    #[schema(required = true)]
    pub key: Option<String>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Sees only what is or was dispatched to this department or one below it.
    #[schema(required = true)]
    pub department_id: Option<DepartmentId>,
    /// Whether it is neither revoked nor past its end.
    pub active: bool,
    /// When it ends.
    #[schema(required = true)]
    pub expires_at: Option<Timestamp>,
    /// When it was last used; some seconds late.
    #[schema(required = true)]
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    #[schema(required = true)]
    pub revoked_at: Option<Timestamp>,
    /// Who made it.
    #[schema(required = true)]
    pub created_by: Option<StaffId>,
    /// Grows with every change.
    #[schema(example = 1)]
    pub version: i64,
    /// When it was made.
    pub created_at: Timestamp,
}

impl ApiKeyOut {
    /// Returns how the key looks at `at`; with the key itself right after its making.
    pub fn of(row: ApiKey, key: Option<String>, at: DateTime<Utc>) -> Self {
        let lasts = row.expires_at.is_none_or(|end| at < end);
        Self {
            id: row.id,
            name: row.name,
            prefix: row.prefix,
            key,
            scopes: row.scopes,
            department_id: row.department_id,
            active: lasts && row.revoked_at.is_none(),
            expires_at: row.expires_at.map(Timestamp),
            last_used_at: row.last_used_at.map(Timestamp),
            revoked_at: row.revoked_at.map(Timestamp),
            created_by: row.created_by,
            version: row.version,
            created_at: row.created_at.into(),
        }
    }
}

impl Resource for ApiKeyOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/api-keys/{}", self.id))
    }
    fn shown_once() -> Option<&'static str> {
        Some("key")
    }
}

page_of!(
    /// One page of API keys, by the time of their making.
    ApiKeyPage, ApiKeyOut
);

/// No filter.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoApiKeyFilter {}
