//! Which accounts are linked with which.

use super::hashed;
use crate::{
    customers::CustomerId,
    loyalty::points::domain::AccountId,
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
        ids,
    },
    schema::points_account,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, Bool, Uuid as SqlUuid},
};

/// Returns the group that a customer's account is in; none where nothing was posted yet.
pub fn group_of(tx: &mut Tx, customer: CustomerId) -> Result<Option<AccountId>> {
    let own = points_account::table.filter(points_account::customer_id.eq(customer));
    Ok(own.select(points_account::group_id).first(tx).optional()?)
}

/// Returns the group that an account is in.
pub fn group_of_account(tx: &mut Tx, id: AccountId) -> Result<AccountId> {
    Ok(points_account::table.find(id).select(points_account::group_id).first(tx)?)
}

/// Returns the account of a customer, which it gets where it has none.
pub fn ensure_account(tx: &mut Tx, customer: CustomerId, at: DateTime<Utc>) -> Result<AccountId> {
    let id = AccountId(ids::next());
    let row = (
        points_account::id.eq(id),
        points_account::customer_id.eq(customer),
        points_account::group_id.eq(id),
        points_account::head.eq(hashed::genesis(id)),
        points_account::recorded_at.eq(at),
    );
    let insert = diesel::insert_into(points_account::table).values(row);
    insert.on_conflict(points_account::customer_id).do_nothing().execute(tx)?;
    let own = points_account::table.filter(points_account::customer_id.eq(customer));
    Ok(own.select(points_account::id).first(tx)?)
}

/// Locks all accounts of these groups, in the order of their ids.
pub fn lock_groups(tx: &mut Tx, groups: &[AccountId]) -> Result<()> {
    let all = points_account::table.filter(points_account::group_id.eq_any(groups.to_vec()));
    all.order(points_account::id).select(points_account::id).for_no_key_update().load::<AccountId>(tx)?;
    Ok(())
}

/// Returns the accounts of a group.
pub fn members(tx: &mut Tx, group: AccountId) -> Result<Vec<AccountId>> {
    let all = points_account::table.filter(points_account::group_id.eq(group));
    Ok(all.order(points_account::id).select(points_account::id).load(tx)?)
}

/// Puts accounts into a group.
pub fn regroup(tx: &mut Tx, accounts: &[AccountId], group: AccountId) -> Result<()> {
    let moving = points_account::table.filter(points_account::id.eq_any(accounts.to_vec()));
    diesel::update(moving).set(points_account::group_id.eq(group)).execute(tx)?;
    Ok(())
}

static_query! {
    /// Counts the members of groups.
    struct CountMembers { groups: Vec<AccountId> => Array<SqlUuid> } -> () =
        "UPDATE points_account a SET members = greatest(1, (SELECT count(*) FROM points_account m \
         WHERE m.group_id = a.id)) WHERE a.id = ANY($groups)"
}

/// Counts the members of these groups anew, so that whoever read them before looks again.
pub fn count_members(tx: &mut Tx, groups: &[AccountId]) -> Result<()> {
    CountMembers { groups: groups.to_vec() }.execute(tx)?;
    Ok(())
}

static_query! {
    /// Finds the accounts of a customer and of all that became a part of it.
    struct Below { customer: CustomerId => SqlUuid } -> SqlUuid =
        "WITH RECURSIVE line AS (SELECT id FROM customer WHERE id = $customer \
         UNION SELECT c.id FROM line JOIN customer c ON c.merged_into_id = line.id) \
         SELECT a.id FROM line JOIN points_account a ON a.customer_id = line.id ORDER BY a.id"
}

/// Returns the accounts of a customer and of all that became a part of it.
pub fn accounts_below(tx: &mut Tx, customer: CustomerId) -> Result<Vec<AccountId>> {
    Ok(Below { customer }.load(tx)?)
}

static_query! {
    /// Looks for an open hold of one side that holds lots of the other.
    struct HoldOverBoth { own: Vec<AccountId> => Array<SqlUuid> } -> Bool =
        "SELECT EXISTS (SELECT FROM points_hold h JOIN hold_allocation p ON p.hold_id = h.id \
         JOIN points_lot l ON l.id = p.lot_id WHERE h.state = 'open' \
         AND (h.account_id = ANY($own) OR l.account_id = ANY($own)) \
         AND (h.account_id = ANY($own)) <> (l.account_id = ANY($own)))"
}

/// Returns whether an open hold lies over these accounts and others.
pub fn has_hold_over_both(tx: &mut Tx, own: &[AccountId]) -> Result<bool> {
    Ok(HoldOverBoth { own: own.to_vec() }.get_result(tx)?)
}
