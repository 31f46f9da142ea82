use crate::{
    customers::CustomerId,
    orders::domain::{Line, OrderId, OrderKind, Reference},
    platform::{
        db::{Tx, static_query},
        http::problem::{Error, Result},
    },
    schema::{order_event, order_line, order_refunded},
    vocabulary::Channel,
};
use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    sql_types::{Array, Text, Uuid as SqlUuid},
};
use std::collections::HashMap;
use uuid::Uuid;

/// An order as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = order_event, check_for_backend(Pg))]
pub struct Order {
    /// The id.
    pub id: OrderId,
    /// Whose it is, as recorded.
    pub customer_id: CustomerId,
    /// Whether money came in or went back.
    pub kind: OrderKind,
    /// The purchase that it refunds.
    pub refund_of_id: Option<OrderId>,
    /// When it was.
    pub occurred_at: DateTime<Utc>,
    /// By which way it came.
    pub channel: Channel,
    /// Where it was.
    pub place: Option<String>,
    /// In what it was paid.
    pub currency: String,
    /// The sum of its lines.
    pub revenue_minor: i64,
    /// What is known of its cost.
    pub cost_minor: i64,
    /// The revenue of lines whose cost is not known.
    pub uncosted_minor: i64,
    /// The other system.
    pub external_system: Option<String>,
    /// The id there.
    pub external_id: Option<String>,
    /// Who recorded it: what kind of actor.
    pub recorded_by_kind: String,
    /// Which person or program.
    pub recorded_by: Option<Uuid>,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// What was refunded of it.
    #[diesel(select_expression = order_refunded::refunded_minor.nullable())]
    pub refunded_minor: Option<i64>,
    /// How many refunds it has.
    #[diesel(select_expression = order_refunded::refunds.nullable())]
    pub refunds: Option<i32>,
}

impl Order {
    /// Returns what it is called in another system.
    pub fn reference(&self) -> Option<Reference> {
        self.external_system.clone().zip(self.external_id.clone())
    }
}

/// Which orders are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Of one of these customers.
    pub customers: Option<Vec<CustomerId>>,
    /// Purchases or refunds.
    pub kind: Option<OrderKind>,
    /// By which way they came.
    pub channel: Option<Channel>,
    /// In what they were paid.
    pub currency: Option<String>,
    /// At or after this instant.
    pub from: Option<DateTime<Utc>>,
    /// Before this instant.
    pub before: Option<DateTime<Utc>>,
    /// What it is called in another system.
    pub reference: Option<Reference>,
}

/// Where a page of orders begins.
pub type Position = (DateTime<Utc>, OrderId);

/// Returns the orders that are wanted after the position, latest first.
pub fn page(tx: &mut Tx, wanted: &Wanted, after: Option<Position>, rows: i64) -> Result<Vec<Order>> {
    let mut query =
        order_event::table.left_join(order_refunded::table).select(Order::as_select()).into_boxed();
    match wanted.customers.as_deref() {
        None => {}
        // one is read in the order of the index, several are sorted
        Some([one]) => query = query.filter(order_event::customer_id.eq(one)),
        Some(several) => query = query.filter(order_event::customer_id.eq_any(several)),
    }
    if let Some(kind) = wanted.kind {
        query = query.filter(order_event::kind.eq(kind));
    }
    if let Some(channel) = wanted.channel {
        query = query.filter(order_event::channel.eq(channel));
    }
    if let Some(currency) = &wanted.currency {
        query = query.filter(order_event::currency.eq(currency));
    }
    if let Some(from) = wanted.from {
        query = query.filter(order_event::occurred_at.ge(from));
    }
    if let Some(before) = wanted.before {
        query = query.filter(order_event::occurred_at.lt(before));
    }
    if let Some((system, id)) = &wanted.reference {
        query = query.filter(order_event::external_system.eq(system).and(order_event::external_id.eq(id)));
    }
    if let Some((at, id)) = after {
        let earlier = order_event::occurred_at.lt(at);
        let same = order_event::occurred_at.eq(at).and(order_event::id.lt(id));
        // the first condition is what the index begins at
        query = query.filter(order_event::occurred_at.le(at)).filter(earlier.or(same));
    }
    let order = (order_event::occurred_at.desc(), order_event::id.desc());
    Ok(query.order(order).limit(rows).load(tx)?)
}

/// Returns the latest purchase of one of these customers.
pub fn last_purchase(tx: &mut Tx, customers: Vec<CustomerId>) -> Result<Option<Order>> {
    let wanted = Wanted { customers: Some(customers), kind: Some(OrderKind::Purchase), ..Wanted::default() };
    Ok(page(tx, &wanted, None, 1)?.pop())
}

/// Returns an order.
pub fn find(tx: &mut Tx, id: OrderId) -> Result<Order> {
    let query = order_event::table.left_join(order_refunded::table).filter(order_event::id.eq(id));
    query.select(Order::as_select()).first(tx).optional()?.ok_or(Error::NotFound("order"))
}

static_query! {
    /// Finds the orders that are called so in other systems.
    struct ByRefs<'a> { systems: Vec<&'a str> => Array<Text>, ids: Vec<&'a str> => Array<Text> } -> SqlUuid =
        "SELECT o.id FROM unnest($systems, $ids) AS r(system, id) \
         JOIN order_event o ON o.external_system = r.system AND o.external_id = r.id"
}

/// Returns the orders with one of these ids or references.
pub fn known(tx: &mut Tx, ids: &[OrderId], references: &[Reference]) -> Result<Vec<Order>> {
    let mut all = ids.to_vec();
    if !references.is_empty() {
        let (systems, ids) = references.iter().map(|(system, id)| (system.as_str(), id.as_str())).unzip();
        let found: Vec<OrderId> = ByRefs { systems, ids }.load(tx)?;
        all.extend(found);
    }
    if all.is_empty() {
        return Ok(Vec::new());
    }
    let query = order_event::table.left_join(order_refunded::table).filter(order_event::id.eq_any(all));
    Ok(query.select(Order::as_select()).load(tx)?)
}

type LineRow = (OrderId, String, String, i64, i64, Option<i64>);

/// Returns the lines of orders, each in its order.
pub fn lines(tx: &mut Tx, ids: &[OrderId]) -> Result<HashMap<OrderId, Vec<Line>>> {
    let mut found: HashMap<OrderId, Vec<Line>> = HashMap::new();
    if ids.is_empty() {
        return Ok(found);
    }
    let columns = (
        order_line::order_id,
        order_line::product,
        order_line::category,
        order_line::quantity,
        order_line::revenue_minor,
        order_line::cost_minor,
    );
    let query = order_line::table.filter(order_line::order_id.eq_any(ids)).select(columns);
    let rows: Vec<LineRow> = query.order((order_line::order_id, order_line::position)).load(tx)?;
    for (id, product, category, quantity, revenue_minor, cost_minor) in rows {
        let line = Line { product, category, quantity, revenue_minor, cost_minor };
        found.entry(id).or_default().push(line);
    }
    Ok(found)
}
