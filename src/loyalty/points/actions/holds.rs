use super::{Posted, close, open, origin, spending};
use crate::{
    customers::CustomerId,
    loyalty::{
        points::{
            domain::{HoldId, Origin, Source},
            store::{self, Ledger, StoredHold},
        },
        program,
    },
    platform::{auth::Actor, db::Tx, http::problem::Result},
};
use chrono::TimeDelta;

/// Holds points for a while; refuses what a redemption refuses.
pub fn hold(
    tx: &mut Tx,
    actor: &Actor,
    customer: CustomerId,
    (amount, ttl_seconds, source): (i64, i64, Source),
) -> Result<StoredHold> {
    let mut ledger = open(tx, actor, &[customer])?;
    let account = ledger.account(customer)?;
    let end = ledger.at.checked_add_signed(TimeDelta::seconds(ttl_seconds)).unwrap_or(ledger.at);
    let id = spending(tx, &mut ledger, |book| book.hold(account, amount, end, source.clone()))?;
    ledger.close(tx)?;
    store::hold(tx, id)
}

/// Redeems what a hold holds, in whole or in part; refuses `hold_ended`, `capture_above_hold`.
pub fn capture(
    tx: &mut Tx,
    actor: &Actor,
    key: Option<&str>,
    id: HoldId,
    amount: Option<i64>,
) -> Result<Posted> {
    let (mut ledger, customer) = open_hold(tx, actor, id)?;
    let origin = Origin { reason: None, ..origin(actor, key, "") };
    let entry = ledger.book.capture(id, amount, origin)?;
    close(tx, ledger, entry, customer)
}

/// Lets go of what a hold holds; refuses `hold_ended`.
pub fn release(tx: &mut Tx, actor: &Actor, id: HoldId) -> Result<StoredHold> {
    let (mut ledger, _) = open_hold(tx, actor, id)?;
    ledger.book.release(id)?;
    ledger.close(tx)?;
    store::hold(tx, id)
}

fn open_hold(tx: &mut Tx, actor: &Actor, id: HoldId) -> Result<(Ledger, Option<CustomerId>)> {
    let hold = store::hold(tx, id)?;
    let terms = program::current(tx)?.terms()?;
    let mut ledger = store::open_accounts(tx, terms, &[hold.account_id], actor)?;
    ledger.load_hold(tx, id)?;
    let customer = ledger.customer(hold.account_id);
    Ok((ledger, customer))
}
