use super::{MergeId, store::Merge};
use crate::{
    customers::CustomerId,
    platform::{http::reply::Resource, time::Timestamp},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

/// Into whom a customer is merged.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct MergeCustomerIn {
    /// The customer that stays.
    pub into_id: CustomerId,
}

/// A step that needs nothing but its name.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct UnmergeIn {}

/// How many rows moved to the survivor, or back.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct MovedRowsOut {
    /// Feedback.
    #[schema(example = 3)]
    pub feedback: usize,
    /// Interactions.
    #[schema(example = 5)]
    pub interactions: usize,
    /// External references.
    #[schema(example = 1)]
    pub external_refs: usize,
    /// Phones, e-mails and other addresses that the survivor did not have.
    #[schema(example = 1)]
    pub contact_points: usize,
    /// Tags that the survivor did not have.
    #[schema(example = 0)]
    pub tags: usize,
}

/// A merge of two customers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CustomerMergeOut {
    /// The id.
    pub id: MergeId,
    /// The customer that stays.
    pub survivor_id: CustomerId,
    /// The customer that became a part of it.
    pub merged_id: CustomerId,
    /// What moved.
    pub moved: MovedRowsOut,
    /// When they were merged.
    pub merged_at: Timestamp,
    /// When they were parted again.
    #[schema(required = true)]
    pub undone_at: Option<Timestamp>,
}

impl From<Merge> for CustomerMergeOut {
    fn from(row: Merge) -> Self {
        let moved = row.moved();
        Self {
            id: row.id,
            survivor_id: row.survivor_id,
            merged_id: row.merged_id,
            moved: MovedRowsOut {
                feedback: moved.feedback.len(),
                interactions: moved.interactions.len(),
                external_refs: moved.external_refs.len(),
                contact_points: moved.contact_points.len(),
                tags: moved.tags.len(),
            },
            merged_at: Timestamp(row.merged_at),
            undone_at: row.undone_at.map(Timestamp),
        }
    }
}

impl Resource for CustomerMergeOut {}
