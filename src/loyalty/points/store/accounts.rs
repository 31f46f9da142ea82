//! Accounts as they are stored.

use crate::{
    customers::{CustomerId, CustomerStatus},
    loyalty::points::domain::AccountId,
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
    schema::{customer, points_account},
};
use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    sql_types::{Array, BigInt, Bytea, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use std::collections::BTreeMap;

/// An account as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = points_account, check_for_backend(Pg))]
pub struct Row {
    /// The id.
    pub id: AccountId,
    /// The customer; none after erasure.
    pub customer_id: Option<CustomerId>,
    /// The account that stands for all linked with it.
    pub group_id: AccountId,
    /// How many are linked, where it is that one.
    pub members: i32,
    /// The place of its last entry.
    pub seq: i64,
    /// The hash of its last entry.
    pub head: Vec<u8>,
    /// When its last entry was recorded.
    pub recorded_at: DateTime<Utc>,
    /// The sum of its entries.
    pub balance: i64,
    /// What is activated and not held.
    pub free: i64,
    /// What is not activated yet.
    pub pending: i64,
    /// What is held.
    pub held: i64,
    /// What is owed.
    pub debt: i64,
    /// What was earned in a lifetime.
    pub lifetime_earned: i64,
    /// Nothing happens by itself before this instant.
    pub next_event_at: Option<DateTime<Utc>>,
    /// Its qualifying points are not more than this.
    pub earned_bound: i64,
    /// Below this many qualifying points the tier stays.
    pub tier_next: Option<i64>,
    /// Nothing happens to the tier by itself before this instant.
    pub tier_due_at: Option<DateTime<Utc>>,
}

/// What is known of a customer before any lock, and the group of its account.
pub type Known = (CustomerId, CustomerStatus, Option<CustomerId>, Option<AccountId>);

static_query! {
    /// Finds customers and locks all accounts of their groups, in the order of their ids.
    ///
    /// A group that has changed while its lock was awaited is not whole in the answer.
    struct Locked { customers: Vec<CustomerId> => Array<SqlUuid> } -> (KnownSql, Nullable<RowSql>) =
        "WITH known AS (SELECT c.id, c.status, c.merged_into_id, a.group_id FROM customer c \
           LEFT JOIN points_account a ON a.customer_id = c.id WHERE c.id = ANY($customers)), \
         locked AS (SELECT id, customer_id, group_id, members, seq, head, recorded_at, balance, free, pending, held, \
             debt, lifetime_earned, next_event_at, earned_bound, tier_next, tier_due_at FROM points_account \
           WHERE group_id = ANY(ARRAY(SELECT group_id FROM known)) ORDER BY id FOR NO KEY UPDATE) \
         SELECT * FROM known k LEFT JOIN locked l ON l.group_id = k.group_id"
}

type KnownSql = (SqlUuid, Text, Nullable<SqlUuid>, Nullable<SqlUuid>);
type RowSql = (
    SqlUuid,
    Nullable<SqlUuid>,
    SqlUuid,
    Integer,
    BigInt,
    Bytea,
    Timestamptz,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    BigInt,
    Nullable<Timestamptz>,
    BigInt,
    Nullable<BigInt>,
    Nullable<Timestamptz>,
);

/// Returns what is known of customers, and the accounts of their groups in the order of their ids, locked.
pub fn locked(tx: &mut Tx, customers: &[CustomerId]) -> Result<(Vec<Known>, Vec<Row>)> {
    let found: Vec<(Known, Option<Row>)> = Locked { customers: customers.to_vec() }.load(tx)?;
    let (mut known, mut rows) = (BTreeMap::new(), BTreeMap::new());
    for (customer, row) in found {
        known.insert(customer.0, customer);
        rows.extend(row.map(|row| (row.id, row)));
    }
    Ok((known.into_values().collect(), rows.into_values().collect()))
}

/// Returns the group of a customer's account, if there is one; none of a customer that there is not.
pub fn group(tx: &mut Tx, id: CustomerId) -> Result<Option<Option<AccountId>>> {
    let own = customer::table.left_join(points_account::table).filter(customer::id.eq(id));
    Ok(own.select(points_account::group_id.nullable()).first(tx).optional()?)
}

/// Returns the accounts of groups in the order of their ids, locked where that is asked.
pub fn rows(tx: &mut Tx, groups: &[AccountId], lock: bool) -> Result<Vec<Row>> {
    let query = points_account::table
        .filter(points_account::group_id.eq_any(groups.to_vec()))
        .order(points_account::id)
        .select(Row::as_select());
    Ok(if lock { query.for_no_key_update().load(tx)? } else { query.load(tx)? })
}
