use crate::{
    customers::{CustomerId, CustomerStatus},
    loyalty::{
        points::AccountId,
        tiers::domain::{Membership, MembershipId, TierId, TierNoticeId, TierState},
    },
    platform::{
        db::{Tx, on_constraints, static_query},
        http::problem::{Error, Result},
    },
    schema::{customer, tier_membership, tier_notice},
};
use chrono::{DateTime, Utc};
use diesel::{
    pg::Pg,
    prelude::*,
    sql_types::{Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

/// A row of the history of tiers.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = tier_membership, check_for_backend(Pg))]
pub struct MembershipRow {
    /// Which one.
    pub id: MembershipId,
    /// Whose.
    pub customer_id: CustomerId,
    /// Which tier.
    pub tier_id: TierId,
    /// How.
    pub state: TierState,
    /// From when on.
    pub since: DateTime<Utc>,
    /// Until when, as it was given.
    pub valid_until: Option<DateTime<Utc>>,
    /// When another took its place before that.
    pub ended_at: Option<DateTime<Utc>>,
    /// Why, where it was given by hand.
    pub reason: Option<String>,
    /// Who posted it: what kind of actor.
    pub actor_kind: String,
    /// Which person or program.
    pub actor_id: Option<Uuid>,
    /// When it was written.
    pub recorded_at: DateTime<Utc>,
}

impl MembershipRow {
    /// Returns what time and points are measured against.
    pub fn membership(&self) -> Membership {
        Membership {
            tier: self.tier_id,
            state: self.state,
            since: self.since,
            valid_until: self.valid_until,
            ended_at: self.ended_at,
        }
    }
}

/// Returns the history of these customers, oldest first.
pub fn rows_of(tx: &mut Tx, customers: &[CustomerId]) -> Result<Vec<MembershipRow>> {
    Ok(tier_membership::table
        .filter(tier_membership::customer_id.eq_any(customers.to_vec()))
        .order((tier_membership::customer_id, tier_membership::since, tier_membership::id))
        .select(MembershipRow::as_select())
        .load(tx)?)
}

/// Adds rows to the history.
pub fn insert(tx: &mut Tx, rows: &[MembershipRow]) -> Result<()> {
    let done = diesel::insert_into(tier_membership::table).values(rows).execute(tx);
    // another request has written the same just now: begin again, and find it
    let names = ["tier_membership_earned_period_excl", "tier_membership_manual_period_excl"];
    on_constraints(done, names.map(|name| (name, Error::Retry))).map(|_| ())
}

/// Ends a row before its time.
pub fn end(tx: &mut Tx, id: MembershipId, at: DateTime<Utc>) -> Result<()> {
    diesel::update(tier_membership::table.find(id)).set(tier_membership::ended_at.eq(at)).execute(tx)?;
    Ok(())
}

static_query! {
    /// Ends the floors of a group of accounts that were given for a reason.
    struct EndFloors { group: AccountId => SqlUuid, reason: String => Text, at: DateTime<Utc> => Timestamptz } -> () =
        "UPDATE tier_membership m SET ended_at = greatest($at, m.since) FROM points_account a \
         WHERE a.group_id = $group AND m.customer_id = a.customer_id AND m.state = 'manual' AND m.reason = $reason \
         AND m.ended_at IS NULL AND m.valid_until > $at"
}

/// Ends the floors of a group of accounts that were given for a reason.
pub fn end_floors(tx: &mut Tx, group: AccountId, reason: &str, at: DateTime<Utc>) -> Result<()> {
    EndFloors { group, reason: reason.to_owned(), at }.execute(tx)?;
    Ok(())
}

static_query! {
    /// Finds the live customer that one is or became part of, and the accounts that count for it.
    struct Household { customer: CustomerId => SqlUuid } -> (SqlUuid, Nullable<SqlUuid>) =
        "WITH RECURSIVE up AS (SELECT id, merged_into_id FROM customer WHERE id = $customer \
         UNION ALL SELECT c.id, c.merged_into_id FROM customer c JOIN up ON c.id = up.merged_into_id) \
         SELECT up.id, a.id FROM up LEFT JOIN points_account o ON o.customer_id = up.id \
         LEFT JOIN points_account a ON a.group_id = o.group_id WHERE up.merged_into_id IS NULL ORDER BY a.id"
}

/// Returns the customer whose tier a customer has, itself unless it became part of another, and its accounts.
pub fn household(tx: &mut Tx, id: CustomerId) -> Result<(CustomerId, Vec<AccountId>)> {
    let rows: Vec<(CustomerId, Option<AccountId>)> = Household { customer: id }.load(tx)?;
    let owner = rows.first().map(|(owner, _)| *owner).ok_or(Error::NotFound("customer"))?;
    Ok((owner, rows.into_iter().filter_map(|(_, account)| account).collect()))
}

/// Holds a customer until the transaction is over, and returns whether it is live.
pub fn lock_customer(tx: &mut Tx, id: CustomerId) -> Result<(CustomerStatus, Option<CustomerId>)> {
    let found = customer::table.find(id).select((customer::status, customer::merged_into_id));
    found.for_no_key_update().first(tx).optional()?.ok_or(Error::NotFound("customer"))
}

/// What a customer is to be told of its tier.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = tier_notice, check_for_backend(Pg))]
pub struct NoticeRow {
    /// Which one.
    pub id: TierNoticeId,
    /// Whom.
    pub customer_id: CustomerId,
    /// Of which tier.
    pub tier_id: TierId,
    /// When grace begins.
    pub grace_begins_at: DateTime<Utc>,
    /// How many days before; 0 for the beginning of grace.
    pub days_before: i32,
    /// How many points are missing to keep it.
    pub points_missing: i64,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// Adds a notice, unless it is there.
pub fn insert_notice(tx: &mut Tx, row: &NoticeRow) -> Result<()> {
    let insert = diesel::insert_into(tier_notice::table).values(row);
    insert.on_conflict_do_nothing().execute(tx)?;
    Ok(())
}

/// Returns notices after the position, oldest first.
pub fn notices(tx: &mut Tx, after: Option<TierNoticeId>, rows: i64) -> Result<Vec<NoticeRow>> {
    let mut query = tier_notice::table.select(NoticeRow::as_select()).into_boxed();
    if let Some(id) = after {
        query = query.filter(tier_notice::id.gt(id));
    }
    Ok(query.order(tier_notice::id).limit(rows).load(tx)?)
}
