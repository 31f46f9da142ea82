//! How orders are stored: they, their lines, what they take back and the sums of their days, a statement each.

use super::Order;
use crate::{
    customers::CustomerId,
    orders::domain::{Line, OrderId, Refusal, Taken},
    platform::{
        codes::Codes,
        db::{Tx, on_constraint, static_query},
        http::problem::{Error, Result},
    },
};
use chrono::{DateTime, Utc};
use diesel::{
    RunQueryDsl,
    sql_types::{Array, BigInt, Bool, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

/// A new order.
#[derive(Clone, Debug)]
pub struct New {
    /// The order.
    pub order: Order,
    /// The live customer in whose days it counts.
    pub owner: CustomerId,
    /// Its lines.
    pub lines: Vec<Line>,
    /// What it takes back of the purchase that it refunds.
    pub taken: Option<Taken>,
}

static_query! {
    /// Adds orders.
    struct Orders<'a> {
        ids: Vec<OrderId> => Array<SqlUuid>, customers: Vec<CustomerId> => Array<SqlUuid>,
        kinds: Vec<&'a str> => Array<Text>, purchases: Vec<Option<OrderId>> => Array<Nullable<SqlUuid>>,
        occurred: Vec<DateTime<Utc>> => Array<Timestamptz>, channels: Vec<&'a str> => Array<Text>,
        places: Vec<Option<&'a str>> => Array<Nullable<Text>>, currencies: Vec<&'a str> => Array<Text>,
        revenues: Vec<i64> => Array<BigInt>, costs: Vec<i64> => Array<BigInt>, uncosted: Vec<i64> => Array<BigInt>,
        systems: Vec<Option<&'a str>> => Array<Nullable<Text>>, externals: Vec<Option<&'a str>> => Array<Nullable<Text>>,
        actor_kinds: Vec<&'a str> => Array<Text>, actors: Vec<Option<Uuid>> => Array<Nullable<SqlUuid>>,
        recorded: Vec<DateTime<Utc>> => Array<Timestamptz>
    } -> () =
        "INSERT INTO order_event (id, customer_id, kind, refund_of_id, occurred_at, channel, place, currency, \
         revenue_minor, cost_minor, uncosted_minor, external_system, external_id, recorded_by_kind, recorded_by, \
         recorded_at) SELECT * FROM unnest($ids, $customers, $kinds, $purchases, $occurred, $channels, $places, \
         $currencies, $revenues, $costs, $uncosted, $systems, $externals, $actor_kinds, $actors, $recorded)"
}

static_query! {
    /// Adds the lines of orders.
    struct Lines<'a> {
        orders: Vec<OrderId> => Array<SqlUuid>, positions: Vec<i32> => Array<Integer>,
        products: Vec<&'a str> => Array<Text>, categories: Vec<&'a str> => Array<Text>,
        quantities: Vec<i64> => Array<BigInt>, revenues: Vec<i64> => Array<BigInt>,
        costs: Vec<Option<i64>> => Array<Nullable<BigInt>>
    } -> () =
        "INSERT INTO order_line (order_id, position, product, category, quantity, revenue_minor, cost_minor) \
         SELECT * FROM unnest($orders, $positions, $products, $categories, $quantities, $revenues, $costs)"
}

static_query! {
    /// Adds to what was refunded of purchases.
    struct Refunded {
        orders: Vec<OrderId> => Array<SqlUuid>, taken: Vec<i64> => Array<BigInt>
    } -> () =
        "INSERT INTO order_refunded AS r (order_id, revenue_minor, refunded_minor, refunds) \
         SELECT o.id, o.revenue_minor, sum(t.minor), count(*) FROM unnest($orders, $taken) AS t(id, minor) \
         JOIN order_event o ON o.id = t.id GROUP BY o.id ORDER BY o.id \
         ON CONFLICT (order_id) DO UPDATE SET refunded_minor = r.refunded_minor + excluded.refunded_minor, \
         refunds = r.refunds + excluded.refunds"
}

static_query! {
    /// Adds orders to the days on which they lie.
    struct Days<'a> {
        owners: Vec<CustomerId> => Array<SqlUuid>, kinds: Vec<&'a str> => Array<Text>,
        currencies: Vec<&'a str> => Array<Text>, occurred: Vec<DateTime<Utc>> => Array<Timestamptz>,
        revenues: Vec<i64> => Array<BigInt>, costs: Vec<i64> => Array<BigInt>, uncosted: Vec<i64> => Array<BigInt>,
        zone: &'a str => Text
    } -> () = include_str!("add_days.sql")
}

static_query! {
    /// Takes what was refunded from the days of its purchases.
    struct Returned<'a> {
        owners: Vec<CustomerId> => Array<SqlUuid>, currencies: Vec<&'a str> => Array<Text>,
        bought: Vec<DateTime<Utc>> => Array<Timestamptz>, taken: Vec<i64> => Array<BigInt>,
        last: Vec<bool> => Array<Bool>, zone: &'a str => Text
    } -> () =
        "UPDATE purchase_day d SET returned_minor = d.returned_minor + t.minor, kept = d.kept - t.gone FROM ( \
           SELECT owner, currency, (at AT TIME ZONE $zone)::date AS day, sum(minor)::bigint AS minor, \
           count(*) FILTER (WHERE last) AS gone \
           FROM unnest($owners, $currencies, $bought, $taken, $last) AS t(owner, currency, at, minor, last) \
           GROUP BY 1, 2, 3) t \
         WHERE d.customer_id = t.owner AND d.currency = t.currency AND d.local_day = t.day"
}

/// Adds orders with all that follows from them; the owners' locks are held. Refuses `amount_out_of_range` where the sums
/// of a day are.
pub fn insert(tx: &mut Tx, new: &[New], zone: &str) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    insert_orders(tx, new)?;
    insert_lines(tx, new)?;
    let days = Days {
        owners: new.iter().map(|n| n.owner).collect(),
        kinds: new.iter().map(|n| n.order.kind.code()).collect(),
        currencies: new.iter().map(|n| n.order.currency.as_str()).collect(),
        occurred: new.iter().map(|n| n.order.occurred_at).collect(),
        revenues: new.iter().map(|n| n.order.revenue_minor).collect(),
        costs: new.iter().map(|n| n.order.cost_minor).collect(),
        uncosted: new.iter().map(|n| n.order.uncosted_minor).collect(),
        zone,
    };
    on_constraint(days.execute(tx), "purchase_day_range_check", Refusal::OutOfRange)?;
    take_back(tx, new, zone)
}

fn insert_orders(tx: &mut Tx, new: &[New]) -> Result<()> {
    let orders = || new.iter().map(|n| &n.order);
    let insert = Orders {
        ids: orders().map(|o| o.id).collect(),
        customers: orders().map(|o| o.customer_id).collect(),
        kinds: orders().map(|o| o.kind.code()).collect(),
        purchases: orders().map(|o| o.refund_of_id).collect(),
        occurred: orders().map(|o| o.occurred_at).collect(),
        channels: orders().map(|o| o.channel.code()).collect(),
        places: orders().map(|o| o.place.as_deref()).collect(),
        currencies: orders().map(|o| o.currency.as_str()).collect(),
        revenues: orders().map(|o| o.revenue_minor).collect(),
        costs: orders().map(|o| o.cost_minor).collect(),
        uncosted: orders().map(|o| o.uncosted_minor).collect(),
        systems: orders().map(|o| o.external_system.as_deref()).collect(),
        externals: orders().map(|o| o.external_id.as_deref()).collect(),
        actor_kinds: orders().map(|o| o.recorded_by_kind.as_str()).collect(),
        actors: orders().map(|o| o.recorded_by).collect(),
        recorded: orders().map(|o| o.recorded_at).collect(),
    };
    // another request has recorded the same reference just now: begin again, and find it
    on_constraint(insert.execute(tx), "order_event_external_key", Error::Retry).map(|_| ())
}

fn insert_lines(tx: &mut Tx, new: &[New]) -> Result<()> {
    let lines: Vec<(OrderId, i32, &Line)> =
        new.iter().flat_map(|n| (1..).zip(&n.lines).map(|(place, line)| (n.order.id, place, line))).collect();
    let insert = Lines {
        orders: lines.iter().map(|(order, ..)| *order).collect(),
        positions: lines.iter().map(|(_, place, _)| *place).collect(),
        products: lines.iter().map(|(.., line)| line.product.as_str()).collect(),
        categories: lines.iter().map(|(.., line)| line.category.as_str()).collect(),
        quantities: lines.iter().map(|(.., line)| line.quantity).collect(),
        revenues: lines.iter().map(|(.., line)| line.revenue_minor).collect(),
        costs: lines.iter().map(|(.., line)| line.cost_minor).collect(),
    };
    insert.execute(tx)?;
    Ok(())
}

fn take_back(tx: &mut Tx, new: &[New], zone: &str) -> Result<()> {
    let all: Vec<(&New, OrderId, Taken)> =
        new.iter().filter_map(|n| Some((n, n.order.refund_of_id?, n.taken?))).collect();
    if all.is_empty() {
        return Ok(());
    }
    let refunded = Refunded {
        orders: all.iter().map(|(_, purchase, _)| *purchase).collect(),
        taken: all.iter().map(|(.., taken)| taken.minor).collect(),
    };
    // somebody without the owner's lock was there in between: begin again, and see what is left
    on_constraint(refunded.execute(tx), "order_refunded_refunded_minor_check", Error::Retry)?;
    let returned = Returned {
        owners: all.iter().map(|(n, ..)| n.owner).collect(),
        currencies: all.iter().map(|(n, ..)| n.order.currency.as_str()).collect(),
        bought: all.iter().map(|(.., taken)| taken.bought_at).collect(),
        taken: all.iter().map(|(.., taken)| taken.minor).collect(),
        last: all.iter().map(|(.., taken)| taken.is_last).collect(),
        zone,
    };
    returned.execute(tx)?;
    Ok(())
}
