//! Accounts as they are stored.

use crate::{
    customers::{CustomerId, CustomerStatus},
    loyalty::points::domain::AccountId,
    platform::{db::Tx, http::problem::Result},
    schema::{customer, points_account},
};
use chrono::{DateTime, Utc};
use diesel::{pg::Pg, prelude::*};

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

/// What is known of a customer before any lock.
pub type Known = (CustomerId, CustomerStatus, Option<CustomerId>, Option<AccountId>);

/// Returns what is known of customers before any lock.
pub fn known(tx: &mut Tx, customers: &[CustomerId]) -> Result<Vec<Known>> {
    Ok(customer::table
        .left_join(points_account::table)
        .filter(customer::id.eq_any(customers.to_vec()))
        .select((
            customer::id,
            customer::status,
            customer::merged_into_id,
            points_account::group_id.nullable(),
        ))
        .load(tx)?)
}

/// Returns the accounts of groups in the order of their ids, locked where that is asked.
pub fn rows(tx: &mut Tx, groups: &[AccountId], lock: bool) -> Result<Vec<Row>> {
    let query = points_account::table
        .filter(points_account::group_id.eq_any(groups.to_vec()))
        .order(points_account::id)
        .select(Row::as_select());
    Ok(if lock { query.for_no_key_update().load(tx)? } else { query.load(tx)? })
}
