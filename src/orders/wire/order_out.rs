use super::both;
use crate::{
    customers::CustomerId,
    orders::{
        actions::Recorded,
        domain::{Line, OrderId, OrderKind, Reference},
        store::{Order, Wanted},
    },
    page_of,
    platform::{
        currency::Currency,
        http::{problem::Result, reply::Resource},
        time::Timestamp,
    },
    vocabulary::Channel,
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// What an order or an event is called in another system.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderRefOut {
    /// The other system; `import:` and the id of the import for a row that named none.
    #[schema(example = "shop")]
    pub system: String,
    /// The id there.
    #[schema(example = "order-4711")]
    pub id: String,
}

impl OrderRefOut {
    /// Returns the reference, if there is one.
    pub fn of(system: Option<String>, id: Option<String>) -> Option<Self> {
        system.zip(id).map(|(system, id)| Self { system, id })
    }
}

/// What was bought or given back, on one line.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderLineOut {
    /// The product.
    #[schema(example = "洗衣机 X1")]
    pub product: String,
    /// Its category.
    #[schema(example = "家电")]
    pub category: String,
    /// How many.
    #[schema(example = 1)]
    pub quantity: i64,
    /// What the line as a whole was sold for, in minor units.
    #[schema(example = 199_900)]
    pub revenue_minor: i64,
    /// What the goods of the line cost, in minor units; null where it is not known.
    #[schema(required = true, example = 120_000)]
    pub cost_minor: Option<i64>,
}

/// A purchase or a refund. It never changes; what takes back is a refund.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OrderOut {
    /// The id.
    pub id: OrderId,
    /// What it is called in another system.
    #[schema(required = true)]
    pub external_ref: Option<OrderRefOut>,
    /// The customer, as recorded: one that became part of another says into which.
    pub customer_id: CustomerId,
    /// Whether money came in or went back.
    pub kind: OrderKind,
    /// The purchase that it refunds.
    #[schema(required = true)]
    pub refund_of: Option<OrderId>,
    /// When it was.
    pub occurred_at: Timestamp,
    /// By which way it came.
    pub channel: Channel,
    /// Where it was.
    #[schema(required = true, example = "上海南京路店")]
    pub place: Option<String>,
    /// In what it was paid: ISO 4217.
    #[schema(example = "CNY")]
    pub currency: String,
    /// The sum of its lines, in minor units, never negative: `kind` gives the sign.
    #[schema(example = 199_900)]
    pub revenue_minor: i64,
    /// What its goods cost, in minor units; null where that is not known of every line.
    #[schema(required = true, example = 120_000)]
    pub cost_minor: Option<i64>,
    /// What was refunded of it so far, in minor units; 0 for a refund.
    #[schema(example = 0)]
    pub refunded_minor: i64,
    /// What it is made of.
    pub lines: Vec<OrderLineOut>,
    /// Who recorded it: `staff`, `api_key` or `system`.
    #[schema(example = "api_key")]
    pub recorded_by_kind: String,
    /// Which person or program.
    #[schema(required = true)]
    pub recorded_by: Option<Uuid>,
    /// When it was recorded.
    pub recorded_at: Timestamp,
}

impl OrderOut {
    /// Returns an order with its lines.
    pub fn of(order: Order, lines: Vec<Line>) -> Self {
        let known = lines.iter().all(|line| line.cost_minor.is_some());
        Self {
            id: order.id,
            external_ref: OrderRefOut::of(order.external_system, order.external_id),
            customer_id: order.customer_id,
            kind: order.kind,
            refund_of: order.refund_of_id,
            occurred_at: order.occurred_at.into(),
            channel: order.channel,
            place: order.place,
            currency: order.currency,
            revenue_minor: order.revenue_minor,
            cost_minor: known.then_some(order.cost_minor),
            refunded_minor: order.refunded_minor.unwrap_or(0),
            lines: lines.into_iter().map(OrderLineOut::from).collect(),
            recorded_by_kind: order.recorded_by_kind,
            recorded_by: order.recorded_by,
            recorded_at: order.recorded_at.into(),
        }
    }
}

impl From<Line> for OrderLineOut {
    fn from(line: Line) -> Self {
        Self {
            product: line.product,
            category: line.category,
            quantity: line.quantity,
            revenue_minor: line.revenue_minor,
            cost_minor: line.cost_minor,
        }
    }
}

impl Resource for OrderOut {
    fn location(&self) -> Option<String> {
        Some(format!("/api/v1/orders/{}", self.id))
    }
}

/// An order that was recorded: now, or before.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct RecordedOrderOut {
    order: OrderOut,
    /// Whether it was recorded now.
    #[serde(skip)]
    pub new: bool,
}

impl From<Recorded> for RecordedOrderOut {
    fn from(recorded: Recorded) -> Self {
        Self { order: OrderOut::of(recorded.order, recorded.lines), new: recorded.new }
    }
}

impl Resource for RecordedOrderOut {
    fn location(&self) -> Option<String> {
        self.order.location()
    }
}

page_of!(
    /// A page of orders, latest first.
    OrderPage, OrderOut
);

/// Which orders are wanted.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OrderFilter {
    /// Of this customer, and of those that became part of it.
    #[param(nullable = false)]
    pub customer_id: Option<CustomerId>,
    /// Purchases or refunds.
    #[param(nullable = false)]
    pub kind: Option<OrderKind>,
    /// By which way they came.
    #[param(nullable = false)]
    pub channel: Option<Channel>,
    /// In what they were paid.
    #[param(nullable = false)]
    pub currency: Option<Currency>,
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
    #[param(nullable = false, min_length = 1, max_length = 200, example = "order-4711")]
    pub external_id: Option<String>,
}

impl OrderFilter {
    /// Returns what a query takes; refuses half a reference.
    pub fn wanted(&self) -> Result<Wanted> {
        let reference: Option<Reference> = both(self.external_system.as_ref(), self.external_id.as_ref())?;
        Ok(Wanted {
            customers: None,
            kind: self.kind,
            channel: self.channel,
            currency: self.currency.map(|currency| currency.code().to_owned()),
            from: self.occurred_from.map(|at| at.0),
            before: self.occurred_before.map(|at| at.0),
            reference,
        })
    }
}
