//! What decides about the tiers of some customers, read at once.

use super::memberships::{MembershipRow, rows_of};
use crate::{
    customers::CustomerId,
    loyalty::{
        points::AccountId,
        tiers::domain::{Days, Rules, TierState},
    },
    platform::{
        db::{Tx, static_query},
        http::problem::Result,
    },
    schema::{points_account, points_earned_day},
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Date, Text, Timestamptz, Uuid as SqlUuid},
};
use std::collections::BTreeMap;

/// What decides about the tier of one customer.
#[derive(Clone, Debug)]
pub struct Portrait {
    /// The customer's account, that others may be linked with.
    pub group: AccountId,
    /// Whose.
    pub customer: CustomerId,
    /// The history, oldest first.
    pub rows: Vec<MembershipRow>,
    /// What each account earned on which day.
    pub accounts: BTreeMap<AccountId, Days>,
    /// What all earned on which day.
    pub days: Days,
}

/// Returns what decides about the tiers of these groups of accounts at `at`.
pub fn portraits(
    tx: &mut Tx,
    rules: &Rules,
    groups: &[AccountId],
    at: DateTime<Utc>,
) -> Result<Vec<Portrait>> {
    let members: Vec<(AccountId, AccountId, Option<CustomerId>)> = points_account::table
        .filter(points_account::group_id.eq_any(groups.to_vec()))
        .order(points_account::id)
        .select((points_account::id, points_account::group_id, points_account::customer_id))
        .load(tx)?;
    let roots = members.iter().filter(|(id, group, _)| id == group);
    let owners: Vec<(AccountId, CustomerId)> =
        roots.filter_map(|(id, _, customer)| customer.map(|customer| (*id, customer))).collect();
    let customers: Vec<CustomerId> = owners.iter().map(|(_, customer)| *customer).collect();
    let rows = rows_of(tx, &customers)?;
    let accounts: Vec<AccountId> = members.iter().map(|(id, _, _)| *id).collect();
    let mut earned: BTreeMap<AccountId, Days> = BTreeMap::new();
    for (account, day, amount) in day_rows(tx, &accounts, horizon(rules, &rows, at))? {
        earned.entry(account).or_default().add(day, amount);
    }
    let portrait = |(group, customer): (AccountId, CustomerId)| {
        let own = members.iter().filter(|(_, of, _)| *of == group);
        let accounts: BTreeMap<AccountId, Days> =
            own.map(|(id, _, _)| (*id, earned.get(id).cloned().unwrap_or_default())).collect();
        let days = accounts.values().flat_map(Days::iter).collect();
        let rows = rows.iter().filter(|row| row.customer_id == customer).cloned().collect();
        Portrait { group, customer, rows, accounts, days }
    };
    Ok(owners.into_iter().map(portrait).collect())
}

/// Returns what these accounts earned by day, as far as it decides about the tier at `at`.
pub fn days_of(
    tx: &mut Tx,
    rules: &Rules,
    (accounts, rows): (&[AccountId], &[MembershipRow]),
    at: DateTime<Utc>,
) -> Result<Days> {
    if accounts.is_empty() {
        return Ok(Days::default());
    }
    let rows = day_rows(tx, accounts, horizon(rules, rows, at))?;
    Ok(rows.into_iter().map(|(_, day, earned)| (day, earned)).collect())
}

static_query! {
    /// Sums what was earned by local day, as far as it was recorded by an instant.
    struct DaysAsOf {
        accounts: Vec<AccountId> => Array<SqlUuid>, at: DateTime<Utc> => Timestamptz, zone: String => Text
    } -> (Date, BigInt) =
        "SELECT (e.occurred_at AT TIME ZONE $zone)::date AS day, \
         coalesce(sum(CASE e.kind WHEN 'earn' THEN e.amount ELSE -e.requested END), 0)::bigint FROM ledger_entry e \
         LEFT JOIN ledger_entry o ON o.id = e.reverses_id \
         WHERE e.account_id = ANY($accounts) AND e.recorded_at <= $at \
         AND (e.kind = 'earn' OR (e.kind = 'reverse_earn' AND o.kind = 'earn')) GROUP BY day"
}

/// Returns what these accounts had earned by day as it was known at `at`.
pub fn days_as_of(tx: &mut Tx, rules: &Rules, accounts: &[AccountId], at: DateTime<Utc>) -> Result<Days> {
    let zone = rules.zone.name().to_owned();
    let rows: Vec<(NaiveDate, i64)> = DaysAsOf { accounts: accounts.to_vec(), at, zone }.load(tx)?;
    Ok(rows.into_iter().collect())
}

fn day_rows(
    tx: &mut Tx,
    accounts: &[AccountId],
    from: NaiveDate,
) -> Result<Vec<(AccountId, NaiveDate, i64)>> {
    Ok(points_earned_day::table
        .filter(points_earned_day::account_id.eq_any(accounts.to_vec()))
        .filter(points_earned_day::day.ge(from))
        .select((points_earned_day::account_id, points_earned_day::day, points_earned_day::earned))
        .load(tx)?)
}

/// Returns the day before which nothing matters: what was posted last of each customer is all that time goes on with.
fn horizon(rules: &Rules, rows: &[MembershipRow], at: DateTime<Utc>) -> NaiveDate {
    let mut last: BTreeMap<CustomerId, &MembershipRow> = BTreeMap::new();
    for row in rows.iter().filter(|row| row.state != TierState::Manual && row.since <= at) {
        last.insert(row.customer_id, row);
    }
    let anchor = |row: &&MembershipRow| {
        if row.state == TierState::Grace { row.since } else { row.valid_until.unwrap_or(at) }
    };
    let first = last.values().map(anchor).fold(at, DateTime::min);
    rules.window.horizon(rules.day(first))
}
