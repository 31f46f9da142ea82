use crate::{
    orders::store::Rollup,
    platform::{http::reply::Resource, time::Timestamp},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// A step that needs nothing but its name.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RebuildIn {}

/// In whose days purchases and usage are summed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RollupOut {
    /// The zone whose midnight begins the days.
    #[schema(example = "Asia/Shanghai")]
    pub time_zone: String,
    /// The zone of the rebuild that is under way; null when none is.
    #[schema(required = true, example = "America/New_York")]
    pub building: Option<String>,
    /// When the last rebuild ended.
    #[schema(required = true)]
    pub built_at: Option<Timestamp>,
}

impl From<Rollup> for RollupOut {
    fn from(row: Rollup) -> Self {
        Self { time_zone: row.time_zone, building: row.building, built_at: row.built_at.map(Timestamp) }
    }
}

impl Resource for RollupOut {}
