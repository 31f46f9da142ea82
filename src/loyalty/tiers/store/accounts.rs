use crate::{
    loyalty::points::AccountId,
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
    schema::points_account,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Nullable, Timestamptz, Uuid as SqlUuid},
};

/// What tells, without another look, that an earning cannot raise a tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Watch {
    /// The account.
    pub account: AccountId,
    /// Its qualifying points are not more than this.
    pub bound: i64,
    /// Below this many of all linked accounts the tier stays.
    pub next: Option<i64>,
    /// Nothing happens by itself before this instant.
    pub due_at: Option<DateTime<Utc>>,
}

static_query! {
    /// Notes when tiers have to be looked at again.
    struct Watches {
        ids: Vec<AccountId> => Array<SqlUuid>, bounds: Vec<i64> => Array<BigInt>,
        nexts: Vec<Option<i64>> => Array<Nullable<BigInt>>,
        dues: Vec<Option<DateTime<Utc>>> => Array<Nullable<Timestamptz>>
    } -> () =
        "UPDATE points_account a SET earned_bound = n.bound, tier_next = n.next, tier_due_at = n.due \
         FROM unnest($ids, $bounds, $nexts, $dues) AS n(id, bound, next, due) WHERE a.id = n.id"
}

/// Notes when tiers have to be looked at again.
pub fn watch(tx: &mut Tx, rows: &[Watch]) -> Result<()> {
    Watches {
        ids: rows.iter().map(|row| row.account).collect(),
        bounds: rows.iter().map(|row| row.bound).collect(),
        nexts: rows.iter().map(|row| row.next).collect(),
        dues: rows.iter().map(|row| row.due_at).collect(),
    }
    .execute(tx)?;
    Ok(())
}

/// Returns groups of accounts with whose tier something happens by `at`, longest first.
pub fn due_groups(tx: &mut Tx, at: DateTime<Utc>, most: i64) -> Result<Vec<AccountId>> {
    let due = points_account::table.filter(points_account::tier_due_at.le(at)).filter(is_live_root());
    Ok(due.order(points_account::tier_due_at).limit(most).select(points_account::id).load(tx)?)
}

/// Returns groups of accounts after one, in the order of ids.
pub fn groups_after(tx: &mut Tx, after: Option<AccountId>, most: i64) -> Result<Vec<AccountId>> {
    let mut query = points_account::table.filter(is_live_root()).select(points_account::id).into_boxed();
    if let Some(after) = after {
        query = query.filter(points_account::id.gt(after));
    }
    Ok(query.order(points_account::id).limit(most).load(tx)?)
}

/// Holds groups of accounts until the transaction is over.
pub fn lock_groups(tx: &mut Tx, groups: &[AccountId]) -> Result<()> {
    let members = points_account::table.filter(points_account::group_id.eq_any(groups.to_vec()));
    members.order(points_account::id).select(points_account::id).for_no_key_update().load::<AccountId>(tx)?;
    Ok(())
}

#[diesel::dsl::auto_type]
fn is_live_root() -> _ {
    points_account::id.eq(points_account::group_id).and(points_account::customer_id.is_not_null())
}
