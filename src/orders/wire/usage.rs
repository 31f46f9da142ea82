use super::{OrderRefIn, OrderRefOut, both, names_one};
use crate::{
    customers::{CustomerId, ExternalRef},
    orders::{
        actions::RecordedUsage,
        domain::{Reference, UsageId},
        store::{Usage, WantedUsage},
    },
    page_of,
    platform::{
        http::{problem::Result, reply::Resource},
        text::Code,
        time::Timestamp,
    },
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use validator::{Validate, ValidationError};

/// That a customer used something.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "names_customer"))]
pub struct UsageIn {
    /// What the event is called in another system; there it is recorded once.
    #[serde(default)]
    #[schema(nullable = false)]
    pub external_ref: Option<OrderRefIn>,
    /// The customer; or `customer_ref`.
    #[serde(default)]
    #[schema(nullable = false)]
    pub customer_id: Option<CustomerId>,
    /// The customer by an id in another system; or `customer_id`.
    #[serde(default)]
    #[schema(nullable = false)]
    pub customer_ref: Option<ExternalRef>,
    /// What was used, in the organisation's own words.
    #[schema(example = "app_opened")]
    pub kind: Code,
    /// When, not in the future; now, when left out.
    #[serde(default)]
    #[schema(nullable = false)]
    pub occurred_at: Option<Timestamp>,
}

fn names_customer(usage: &UsageIn) -> std::result::Result<(), ValidationError> {
    names_one(usage.customer_id, usage.customer_ref.as_ref())
}

/// That a customer used something. It never changes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UsageOut {
    /// The id.
    pub id: UsageId,
    /// What it is called in another system.
    #[schema(required = true)]
    pub external_ref: Option<OrderRefOut>,
    /// The customer, as recorded.
    pub customer_id: CustomerId,
    /// What was used.
    #[schema(example = "app_opened")]
    pub kind: String,
    /// When.
    pub occurred_at: Timestamp,
    /// Who recorded it: `staff`, `api_key` or `system`.
    #[schema(example = "api_key")]
    pub recorded_by_kind: String,
    /// Which person or program.
    #[schema(required = true)]
    pub recorded_by: Option<Uuid>,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

impl From<Usage> for UsageOut {
    fn from(row: Usage) -> Self {
        Self {
            id: row.id,
            external_ref: OrderRefOut::of(row.external_system, row.external_id),
            customer_id: row.customer_id,
            kind: row.kind,
            occurred_at: row.occurred_at.into(),
            recorded_by_kind: row.recorded_by_kind,
            recorded_by: row.recorded_by,
            recorded_at: row.recorded_at.into(),
        }
    }
}

impl Resource for UsageOut {}

/// A usage event that was recorded: now, or before.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct RecordedUsageOut {
    event: UsageOut,
    /// Whether it was recorded now.
    #[serde(skip)]
    pub new: bool,
}

impl From<RecordedUsage> for RecordedUsageOut {
    fn from(recorded: RecordedUsage) -> Self {
        Self { event: recorded.event.into(), new: recorded.new }
    }
}

impl Resource for RecordedUsageOut {}

page_of!(
    /// A page of usage events, latest first.
    UsagePage, UsageOut
);

/// Which usage events are wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct UsageFilter {
    /// Of this customer, and of those that became part of it.
    #[param(nullable = false)]
    pub customer_id: Option<CustomerId>,
    /// What was used.
    #[param(nullable = false, min_length = 1, max_length = 200, example = "app_opened")]
    pub kind: Option<String>,
    /// At or after this instant.
    #[serde(rename = "occurred_at.gte")]
    #[param(nullable = false)]
    pub occurred_from: Option<Timestamp>,
    /// Before this instant.
    #[serde(rename = "occurred_at.lt")]
    #[param(nullable = false)]
    pub occurred_before: Option<Timestamp>,
    /// What it is called in this other system; with `external_ref.id`.
    #[serde(rename = "external_ref.system")]
    #[param(nullable = false, min_length = 1, max_length = 64, example = "shop")]
    pub external_system: Option<String>,
    /// The id in the other system; with `external_ref.system`.
    #[serde(rename = "external_ref.id")]
    #[param(nullable = false, min_length = 1, max_length = 200, example = "event-1")]
    pub external_id: Option<String>,
}

impl UsageFilter {
    /// Returns what a query takes; refuses half a reference.
    pub fn wanted(&self) -> Result<WantedUsage> {
        let reference: Option<Reference> = both(self.external_system.as_ref(), self.external_id.as_ref())?;
        Ok(WantedUsage {
            customers: None,
            kind: self.kind.clone(),
            from: self.occurred_from.map(|at| at.0),
            before: self.occurred_before.map(|at| at.0),
            reference,
        })
    }
}
