//! What lies on which day: counted anew from orders and usage, compared with them, summed.

use crate::{
    customers::CustomerId,
    platform::{
        audit::Violation,
        db::{Tx, static_query},
        http::problem::Result,
    },
    schema::{activity_rollup, customer, purchase_day, usage_day},
};
use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid},
};

/// In whose days everything is, and how far a rebuild is.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = activity_rollup, check_for_backend(Pg))]
pub struct Rollup {
    /// The zone of the days.
    pub time_zone: String,
    /// The zone of the rebuild that is under way.
    pub building: Option<String>,
    /// Customers up to this one are rebuilt.
    pub position: Option<CustomerId>,
    /// When the last rebuild ended.
    pub built_at: Option<DateTime<Utc>>,
}

/// Returns in whose days everything is.
pub fn rollup(tx: &mut Tx) -> Result<Rollup> {
    Ok(activity_rollup::table.select(Rollup::as_select()).first(tx)?)
}

/// Locks and returns in whose days everything is.
pub fn lock_rollup(tx: &mut Tx) -> Result<Rollup> {
    Ok(activity_rollup::table.select(Rollup::as_select()).for_update().first(tx)?)
}

/// Begins a rebuild unless one is under way.
pub fn begin_rebuild(tx: &mut Tx, zone: &str) -> Result<()> {
    let idle = activity_rollup::table.filter(activity_rollup::building.is_null());
    let set = (activity_rollup::building.eq(zone), activity_rollup::position.eq(None::<CustomerId>));
    diesel::update(idle).set(set).execute(tx)?;
    Ok(())
}

/// Notes up to whom the rebuild is done.
pub fn set_position(tx: &mut Tx, position: CustomerId) -> Result<()> {
    diesel::update(activity_rollup::table).set(activity_rollup::position.eq(position)).execute(tx)?;
    Ok(())
}

/// Ends the rebuild.
pub fn end_rebuild(tx: &mut Tx, zone: &str, at: DateTime<Utc>) -> Result<()> {
    let set = (
        activity_rollup::time_zone.eq(zone),
        activity_rollup::building.eq(None::<String>),
        activity_rollup::position.eq(None::<CustomerId>),
        activity_rollup::built_at.eq(at),
    );
    diesel::update(activity_rollup::table).set(set).execute(tx)?;
    Ok(())
}

/// Returns customers after `after` by id.
pub fn portion(tx: &mut Tx, after: Option<CustomerId>, rows: i64) -> Result<Vec<CustomerId>> {
    let mut query = customer::table.select(customer::id).into_boxed();
    if let Some(after) = after {
        query = query.filter(customer::id.gt(after));
    }
    Ok(query.order(customer::id).limit(rows).load(tx)?)
}

static_query! {
    /// Counts the days of purchases anew.
    struct CountPurchases<'a> { owners: &'a [CustomerId] => Array<SqlUuid>, zone: &'a str => Text } -> () =
        concat!("INSERT INTO purchase_day ", include_str!("purchase_days.sql"))
}

static_query! {
    /// Counts the days of usage anew.
    struct CountUsage<'a> { owners: &'a [CustomerId] => Array<SqlUuid>, zone: &'a str => Text } -> () =
        concat!("INSERT INTO usage_day ", include_str!("usage_days.sql"))
}

/// Counts the days of customers anew, whose locks are held; one that became part of another has none.
pub fn recount(tx: &mut Tx, owners: &[CustomerId], zone: &str) -> Result<()> {
    diesel::delete(purchase_day::table.filter(purchase_day::customer_id.eq_any(owners))).execute(tx)?;
    diesel::delete(usage_day::table.filter(usage_day::customer_id.eq_any(owners))).execute(tx)?;
    CountPurchases { owners, zone }.execute(tx)?;
    CountUsage { owners, zone }.execute(tx)?;
    Ok(())
}

static_query! {
    /// Looks for what orders, refunds and days do not agree on.
    struct Broken<'a> {
        owners: &'a [CustomerId] => Array<SqlUuid>, zone: &'a str => Text, settled: bool => Bool
    } -> (Text, Text, Text) = concat!(
        "WITH counted AS (", include_str!("purchase_days.sql"), "), used AS (", include_str!("usage_days.sql"), ") ",
        include_str!("audit.sql")
    )
}

/// Returns what orders, refunds and days of these customers do not agree on; days only where they are `settled`.
pub fn broken(tx: &mut Tx, owners: &[CustomerId], zone: &str, settled: bool) -> Result<Vec<Violation>> {
    let rows: Vec<(String, String, String)> = Broken { owners, zone, settled }.load(tx)?;
    Ok(rows.into_iter().map(|(rule, subject, detail)| Violation { rule, subject, detail }).collect())
}

/// What a customer bought in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Totals {
    /// The currency.
    pub currency: String,
    /// How many purchases.
    pub purchases: i64,
    /// What they brought.
    pub revenue_minor: i64,
    /// What was refunded.
    pub refunded_minor: i64,
}

static_query! {
    /// Sums the days of a customer.
    struct Sums { customer: CustomerId => SqlUuid } -> (Text, BigInt, BigInt, BigInt) =
        "SELECT currency, sum(purchases)::bigint, least(sum(revenue_minor), 9007199254740991)::bigint, \
         least(sum(refunded_minor), 9007199254740991)::bigint \
         FROM purchase_day WHERE customer_id = $customer GROUP BY currency ORDER BY currency"
}

/// Returns what a customer bought, merged records included, by currency.
pub fn totals(tx: &mut Tx, customer: CustomerId) -> Result<Vec<Totals>> {
    Ok(Sums { customer }.load(tx)?)
}
