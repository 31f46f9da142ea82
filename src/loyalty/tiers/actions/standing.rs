//! Where a customer stands.

use super::rules;
use crate::{
    customers::CustomerId,
    loyalty::{
        points::AccountId,
        program::{self, Program},
        tiers::{
            domain::{Membership, Rules, Standing, TierState, catch_up, standing},
            store::{self, MembershipRow},
        },
    },
    platform::{
        db::Tx,
        http::problem::{Error, Result},
    },
};
use chrono::{DateTime, Utc};

/// The tier that a customer has, as others need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Where the customer stands.
    pub standing: Standing,
    /// The rules that say so.
    pub rules: Rules,
}

/// Returns the tier that a customer has at `at`, which is now: that of the customer that it became part of, where it
/// did.
pub fn of(tx: &mut Tx, customer: CustomerId, at: DateTime<Utc>) -> Result<Held> {
    let program = program::current(tx)?;
    on_view(tx, &program, customer, (at, at))
}

/// Returns whether a customer has the tier with a code, or a higher one, at `at`, which is now; nobody has a tier that
/// is not there.
pub fn reaches(tx: &mut Tx, customer: CustomerId, code: &str, at: DateTime<Utc>) -> Result<bool> {
    let Held { standing, rules } = of(tx, customer, at)?;
    let wanted = rules.tiers.iter().find(|tier| tier.code == code);
    Ok(wanted.is_some_and(|wanted| standing.tier.rank >= wanted.rank))
}

/// Returns the tier that a customer had at `at`, as it was known then; `at` is not after `now`.
pub fn on_view(
    tx: &mut Tx,
    program: &Program,
    customer: CustomerId,
    (at, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Held> {
    let rules = rules(tx, program)?;
    let (owner, accounts) = store::household(tx, customer)?;
    let rows = store::rows_of(tx, &[owner])?;
    let days = if at < now {
        store::days_as_of(tx, &rules, &accounts, at)?
    } else {
        store::days_of(tx, &rules, (&accounts, &rows), at)?
    };
    let known: Vec<Membership> = rows.iter().map(MembershipRow::membership).collect();
    let standing = standing(&rules, &known, &days, (at, at < now))
        .ok_or_else(|| Error::internal("there are no tiers"))?;
    Ok(Held { standing, rules })
}

/// Returns where a customer stands by its own history and by these accounts, whatever they are linked with; `at` is now.
pub fn alone(
    tx: &mut Tx,
    customer: CustomerId,
    accounts: &[AccountId],
    at: DateTime<Utc>,
) -> Result<Option<Standing>> {
    let program = program::current(tx)?;
    let rules = rules(tx, &program)?;
    let rows = store::rows_of(tx, &[customer])?;
    let days = store::days_of(tx, &rules, (accounts, &rows), at)?;
    let known: Vec<Membership> = rows.iter().map(MembershipRow::membership).collect();
    Ok(standing(&rules, &known, &days, (at, false)))
}

/// A period of the history, and why, where it was given by hand.
type Period = (Membership, Option<String>);

/// Returns the history of a customer's tiers, newest first, with what has become of it and nobody has posted yet.
pub fn history(tx: &mut Tx, customer: CustomerId, at: DateTime<Utc>) -> Result<(Rules, Vec<Period>)> {
    let program = program::current(tx)?;
    let rules = rules(tx, &program)?;
    let (owner, accounts) = store::household(tx, customer)?;
    let rows = store::rows_of(tx, &[owner])?;
    let days = store::days_of(tx, &rules, (&accounts, &rows), at)?;
    let posted = rows.iter().rfind(|row| row.state != TierState::Manual).map(MembershipRow::membership);
    let new = catch_up(&rules, posted.as_ref(), &days, at);
    let cut = new.first().map(|first| first.since);
    let mut all: Vec<Period> = rows.into_iter().map(|row| (row.membership(), row.reason)).collect();
    for (row, _) in all.iter_mut().filter(|(row, _)| Some(row) == posted.as_ref()) {
        row.ended_at = cut.filter(|cut| row.covers(*cut)).or(row.ended_at);
    }
    all.extend(new.into_iter().map(|row| (row, None)));
    all.retain(|(row, _)| row.end() != Some(row.since));
    all.sort_by_key(|(row, _)| std::cmp::Reverse((row.since, row.state == TierState::Manual)));
    Ok((rules, all))
}
