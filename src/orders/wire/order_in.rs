use super::{fault, named_once, names_one};
use crate::{
    customers::{CustomerId, ExternalRef},
    orders::domain::{Line, OrderId, OrderKind, Reference},
    platform::{currency::Currency, text::Code, time::Timestamp},
    vocabulary::Channel,
};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

/// What an order or an event is called in another system. Nothing registers systems.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderRefIn {
    /// The other system.
    #[schema(pattern = "^[a-z0-9._-]{1,64}$", example = "shop")]
    pub system: String,
    /// The id there.
    #[schema(example = "order-4711")]
    pub id: Code,
}

impl OrderRefIn {
    /// Returns system and id.
    pub fn pair(&self) -> Reference {
        (self.system.clone(), self.id.0.clone())
    }
}

/// What was bought or given back, on one line.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderLineIn {
    /// The product, by the name or code that the organisation uses.
    #[schema(example = "洗衣机 X1")]
    pub product: Code,
    /// Its category.
    #[schema(example = "家电")]
    pub category: Code,
    /// How many.
    #[schema(minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 1)]
    pub quantity: i64,
    /// What the line as a whole was sold for, in minor units; a refund's is not negative either.
    #[schema(minimum = 0, maximum = 9_007_199_254_740_991_i64, example = 199_900)]
    pub revenue_minor: i64,
    /// What the goods of the line cost, in minor units; left out where it is not known.
    #[serde(default)]
    #[schema(nullable = false, minimum = 0, maximum = 9_007_199_254_740_991_i64, example = 120_000)]
    pub cost_minor: Option<i64>,
}

/// A purchase or a refund.
#[derive(Clone, Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[validate(schema(function = "in_order"))]
pub struct OrderIn {
    /// What the order is called in another system; there it is recorded once.
    #[serde(default)]
    #[schema(nullable = false)]
    pub external_ref: Option<OrderRefIn>,
    /// The customer; or `customer_ref`. The refund of a known purchase needs neither.
    #[serde(default)]
    #[schema(nullable = false)]
    pub customer_id: Option<CustomerId>,
    /// The customer by an id in another system; or `customer_id`.
    #[serde(default)]
    #[schema(nullable = false)]
    pub customer_ref: Option<ExternalRef>,
    /// When it was, not in the future.
    pub occurred_at: Timestamp,
    /// In what it was paid.
    pub currency: Currency,
    /// What it is made of.
    #[schema(min_items = 1, max_items = 500)]
    pub lines: Vec<OrderLineIn>,
    /// By which way it came.
    pub channel: Channel,
    /// Where it was: a shop, a site.
    #[serde(default)]
    #[schema(nullable = false, example = "上海南京路店")]
    pub place: Option<Code>,
    /// Whether money came in or went back.
    pub kind: OrderKind,
    /// The purchase that is refunded; or `refund_of_ref`. Neither where the purchase is not known.
    #[serde(default)]
    #[schema(nullable = false)]
    pub refund_of: Option<OrderId>,
    /// The purchase that is refunded by its id in another system; or `refund_of`.
    #[serde(default)]
    #[schema(nullable = false)]
    pub refund_of_ref: Option<OrderRefIn>,
}

impl OrderIn {
    /// Returns whether it names the purchase that it refunds.
    pub fn names_purchase(&self) -> bool {
        self.refund_of.is_some() || self.refund_of_ref.is_some()
    }

    /// Returns its lines.
    pub fn lines(&self) -> Vec<Line> {
        let line = |line: &OrderLineIn| Line {
            product: line.product.0.clone(),
            category: line.category.0.clone(),
            quantity: line.quantity,
            revenue_minor: line.revenue_minor,
            cost_minor: line.cost_minor,
        };
        self.lines.iter().map(line).collect()
    }
}

fn in_order(order: &OrderIn) -> Result<(), ValidationError> {
    let (id, by) = (order.customer_id, order.customer_ref.as_ref());
    if order.kind == OrderKind::Purchase && order.names_purchase() {
        let at = if order.refund_of.is_some() { "/refund_of" } else { "/refund_of_ref" };
        return Err(fault("not_a_refund", at, "is for refunds only|仅用于退款"));
    }
    if order.refund_of.is_some() && order.refund_of_ref.is_some() {
        return Err(fault(
            "given_twice",
            "/refund_of_ref",
            "is named by refund_of already|已由 refund_of 指定",
        ));
    }
    if order.names_purchase() { named_once(id, by) } else { names_one(id, by) }
}
