//! Lots: those that matter to a command, and none of the others.

pub use crate::loyalty::points::domain::LotId as Id;
use crate::{
    loyalty::points::domain::{AccountId, ConsumptionOrder, EntryId, Expiring, Lot, Place},
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
    schema::points_lot,
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    sql_types::{Array, BigInt, Bool, Date, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use std::collections::BTreeMap;

/// A lot as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = points_lot, check_for_backend(Pg))]
pub struct Row {
    id: Id,
    account_id: AccountId,
    source_entry_id: EntryId,
    credit_id: EntryId,
    original: i64,
    remaining: i64,
    held: i64,
    expired: i64,
    reversal_requested: i64,
    reversal_done: i64,
    available_at: Option<DateTime<Utc>>,
    expires_at: Option<DateTime<Utc>>,
    activated: bool,
    reinstated: bool,
    confirmed_at: Option<DateTime<Utc>>,
}

impl From<Row> for Lot {
    fn from(row: Row) -> Self {
        Self {
            id: row.id,
            account: row.account_id,
            source: row.source_entry_id,
            credit: row.credit_id,
            original: row.original,
            remaining: row.remaining,
            held: row.held,
            expired: row.expired,
            reversal_requested: row.reversal_requested,
            reversal_done: row.reversal_done,
            available_at: row.available_at,
            expires_at: row.expires_at,
            activated: row.activated,
            reinstated: row.reinstated,
            confirmed_at: row.confirmed_at,
        }
    }
}

type RowSql = (
    SqlUuid,
    SqlUuid,
    SqlUuid,
    SqlUuid,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    Nullable<Timestamptz>,
    Nullable<Timestamptz>,
    Bool,
    Bool,
    Nullable<Timestamptz>,
);

static_query! {
    /// Finds the lots that end or begin by an instant.
    struct Due { accounts: Vec<AccountId> => Array<SqlUuid>, at: DateTime<Utc> => Timestamptz } -> RowSql =
        "SELECT l.id, l.account_id, l.source_entry_id, l.credit_id, l.original, l.remaining, l.held, l.expired, \
         l.reversal_requested, l.reversal_done, l.available_at, l.expires_at, l.activated, l.reinstated, l.confirmed_at \
         FROM points_lot l WHERE l.account_id = ANY($accounts) AND l.remaining > 0 AND l.expires_at <= $at \
         UNION SELECT l.id, l.account_id, l.source_entry_id, l.credit_id, l.original, l.remaining, l.held, l.expired, \
         l.reversal_requested, l.reversal_done, l.available_at, l.expires_at, l.activated, l.reinstated, l.confirmed_at \
         FROM points_lot l WHERE l.account_id = ANY($accounts) AND l.remaining > 0 AND NOT l.activated \
         AND l.available_at <= $at"
}

/// Returns the lots of these accounts that end or begin by `at`.
pub fn due(tx: &mut Tx, accounts: &[AccountId], at: DateTime<Utc>) -> Result<Vec<Lot>> {
    let rows: Vec<Row> = Due { accounts: accounts.to_vec(), at }.load(tx)?;
    Ok(rows.into_iter().map(Lot::from).collect())
}

static_query! {
    /// Finds what happens next after an instant.
    struct NextEvents { accounts: Vec<AccountId> => Array<SqlUuid>, at: DateTime<Utc> => Timestamptz }
        -> (SqlUuid, Nullable<Timestamptz>) =
        "SELECT a.id, least( \
           (SELECT min(l.expires_at) FROM points_lot l \
            WHERE l.account_id = a.id AND l.remaining > 0 AND l.expires_at > $at), \
           (SELECT min(l.available_at) FROM points_lot l \
            WHERE l.account_id = a.id AND l.remaining > 0 AND NOT l.activated AND l.available_at > $at), \
           (SELECT min(h.expires_at) FROM points_hold h \
            WHERE h.account_id = a.id AND h.state = 'open' AND h.expires_at > $at)) \
         FROM unnest($accounts) AS a(id)"
}

/// Returns what happens next by itself in these accounts after `at`.
pub fn next_events(
    tx: &mut Tx,
    accounts: &[AccountId],
    at: DateTime<Utc>,
) -> Result<Vec<(AccountId, Option<DateTime<Utc>>)>> {
    Ok(NextEvents { accounts: accounts.to_vec(), at }.load(tx)?)
}

static_query! {
    /// Finds the first free lots of each account, what expires first at the front.
    struct ExpiringFirst {
        accounts: Vec<AccountId> => Array<SqlUuid>, at: DateTime<Utc> => Timestamptz, count: i64 => BigInt
    } -> RowSql =
        "SELECT l.* FROM unnest($accounts) AS a(id) CROSS JOIN LATERAL (SELECT id, account_id, source_entry_id, \
         credit_id, original, remaining, held, expired, reversal_requested, reversal_done, available_at, expires_at, \
         activated, reinstated, confirmed_at FROM points_lot \
         WHERE account_id = a.id AND remaining > 0 AND remaining > held AND activated \
         AND (expires_at > $at OR expires_at IS NULL) ORDER BY expires_at, available_at, id LIMIT $count) l"
}

static_query! {
    /// Finds the first free lots of each account, what was available first at the front.
    struct OldestFirst {
        accounts: Vec<AccountId> => Array<SqlUuid>, at: DateTime<Utc> => Timestamptz, count: i64 => BigInt
    } -> RowSql =
        "SELECT l.* FROM unnest($accounts) AS a(id) CROSS JOIN LATERAL (SELECT id, account_id, source_entry_id, \
         credit_id, original, remaining, held, expired, reversal_requested, reversal_done, available_at, expires_at, \
         activated, reinstated, confirmed_at FROM points_lot \
         WHERE account_id = a.id AND remaining > 0 AND remaining > held AND activated \
         AND (expires_at > $at OR expires_at IS NULL) ORDER BY available_at, id LIMIT $count) l"
}

/// Returns the first `count` free lots of each account in the order of spending, and of each account that has more
/// the place of the last one.
pub fn spendable(
    tx: &mut Tx,
    accounts: &[AccountId],
    at: DateTime<Utc>,
    order: ConsumptionOrder,
    count: i64,
) -> Result<(Vec<Lot>, BTreeMap<AccountId, Place>)> {
    let accounts = accounts.to_vec();
    let rows: Vec<Row> = match order {
        ConsumptionOrder::ExpiringFirst => ExpiringFirst { accounts, at, count }.load(tx)?,
        ConsumptionOrder::OldestFirst => OldestFirst { accounts, at, count }.load(tx)?,
    };
    let lots: Vec<Lot> = rows.into_iter().map(Lot::from).collect();
    let mut last: BTreeMap<AccountId, (i64, Place)> = BTreeMap::new();
    for lot in &lots {
        let (found, place) = last.entry(lot.account).or_insert((0, lot.place(order)));
        (*found, *place) = (found.saturating_add(1), lot.place(order).max(*place));
    }
    let cut = last.into_iter().filter(|(_, (found, _))| *found >= count);
    let reach = cut.map(|(account, (_, place))| (account, place)).collect();
    Ok((lots, reach))
}

/// Returns every lot that is part of a credit.
pub fn of_credit(tx: &mut Tx, credit: EntryId) -> Result<Vec<Lot>> {
    let rows: Vec<Row> =
        points_lot::table.filter(points_lot::credit_id.eq(credit)).select(Row::as_select()).load(tx)?;
    Ok(rows.into_iter().map(Lot::from).collect())
}

/// Returns lots by their ids.
pub fn by_ids(tx: &mut Tx, ids: &[Id]) -> Result<Vec<Lot>> {
    let rows: Vec<Row> =
        points_lot::table.filter(points_lot::id.eq_any(ids.to_vec())).select(Row::as_select()).load(tx)?;
    Ok(rows.into_iter().map(Lot::from).collect())
}

static_query! {
    /// Sums what nobody holds by the day on which it ends.
    struct ExpiringDays {
        accounts: Vec<AccountId> => Array<SqlUuid>, at: DateTime<Utc> => Timestamptz, zone: String => Text
    } -> (Date, BigInt) =
        "SELECT (l.expires_at AT TIME ZONE $zone)::date AS day, sum(l.remaining - l.held)::bigint FROM points_lot l \
         WHERE l.account_id = ANY($accounts) AND l.remaining > 0 AND l.remaining > l.held AND l.activated \
         AND l.expires_at > $at GROUP BY day ORDER BY day"
}

/// Returns what ends when.
pub fn expiring(
    tx: &mut Tx,
    accounts: &[AccountId],
    at: DateTime<Utc>,
    zone: String,
) -> Result<Vec<Expiring>> {
    let rows: Vec<(NaiveDate, i64)> = ExpiringDays { accounts: accounts.to_vec(), at, zone }.load(tx)?;
    Ok(rows.into_iter().map(|(on, amount)| Expiring { on, amount }).collect())
}
