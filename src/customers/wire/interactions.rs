//! Interactions in JSON.

use crate::{
    customers::{
        domain::{CustomerId, InteractionId},
        store::Interaction,
    },
    page_of,
    platform::{http::reply::Resource, text::LongText, time::Timestamp},
    staff::StaffId,
    vocabulary::{Channel, Direction, InteractionKind},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use validator::Validate;

/// An interaction to be noted.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct InteractionIn {
    /// By which way it went.
    pub channel: Channel,
    /// From whom to whom it went.
    pub direction: Direction,
    /// In which form.
    pub kind: InteractionKind,
    /// What was said.
    pub summary: LongText,
    /// How the customer felt, from -1 (very bad) to 1 (very good); kept to three decimals.
    #[serde(default)]
    #[schema(minimum = -1, maximum = 1, example = -0.4)]
    pub sentiment: Option<f64>,
    /// When it was, not in the future; now, when left out.
    #[serde(default)]
    pub occurred_at: Option<Timestamp>,
    /// The feedback that it refers to, of the same customer.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    pub feedback_id: Option<Uuid>,
}

/// An interaction.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct InteractionOut {
    /// The id.
    pub id: InteractionId,
    /// The customer.
    pub customer_id: CustomerId,
    /// The feedback that it refers to.
    #[schema(required = true)]
    pub feedback_id: Option<Uuid>,
    /// By which way it went.
    pub channel: Channel,
    /// From whom to whom it went.
    pub direction: Direction,
    /// In which form.
    pub kind: InteractionKind,
    /// What was said.
    #[schema(example = "回访：客户对换货结果满意")]
    pub summary: String,
    /// How the customer felt, from -1 to 1.
    #[schema(required = true, example = 0.8)]
    pub sentiment: Option<f64>,
    /// When it was.
    pub occurred_at: Timestamp,
    /// The member of staff who took part.
    #[schema(required = true)]
    pub staff_id: Option<StaffId>,
    /// When it was noted.
    pub created_at: Timestamp,
}

impl From<Interaction> for InteractionOut {
    fn from(row: Interaction) -> Self {
        Self {
            id: row.id,
            customer_id: row.customer_id,
            feedback_id: row.feedback_id,
            channel: row.channel,
            direction: row.direction,
            kind: row.kind,
            summary: row.summary,
            sentiment: row.sentiment,
            occurred_at: row.occurred_at.into(),
            staff_id: row.staff_id,
            created_at: row.created_at.into(),
        }
    }
}

impl Resource for InteractionOut {}

page_of!(
    /// A page of interactions, latest first.
    InteractionPage, InteractionOut
);
