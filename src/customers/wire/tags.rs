//! Tags in JSON.

use super::{Colour, TagName};
use crate::{
    customers::{domain::TagId, store::Tag},
    page_of,
    platform::{
        http::{body::present, reply::Resource},
        time::Timestamp,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// A new tag.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct TagIn {
    /// The name.
    pub name: TagName,
    /// The colour that front ends show it in.
    #[serde(default)]
    pub colour: Option<Colour>,
}

/// Changes of a tag.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct TagPatch {
    /// The name.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    pub name: Option<TagName>,
    /// The colour that front ends show it in.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<Colour>)]
    pub colour: Option<Option<Colour>>,
}

/// A tag for one customer.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CustomerTagIn {
    /// The tag's name; a name that no tag has yet becomes a tag.
    pub name: TagName,
    /// When the customer ceases to have it; never, when left out.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// A tag.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TagOut {
    /// The id.
    pub id: TagId,
    /// The name.
    #[schema(example = "VIP")]
    pub name: String,
    /// The colour that front ends show it in.
    #[schema(required = true, example = "#e11d48")]
    pub colour: Option<String>,
    /// The version, as the `ETag` shows it.
    #[schema(example = 1)]
    pub version: i64,
    /// When the tag was made.
    pub created_at: Timestamp,
}

impl From<Tag> for TagOut {
    fn from(tag: Tag) -> Self {
        Self {
            id: tag.id,
            name: tag.name,
            colour: tag.colour,
            version: tag.version,
            created_at: tag.created_at.into(),
        }
    }
}

impl Resource for TagOut {
    fn version(&self) -> Option<i64> {
        Some(self.version)
    }
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/tags/{}", self.id))
    }
}

page_of!(
    /// A page of tags, by name.
    TagPage, TagOut
);
