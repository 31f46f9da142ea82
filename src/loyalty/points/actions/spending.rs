use super::{Posted, close, open, origin, spending};
use crate::{
    customers::CustomerId,
    loyalty::{
        points::{
            domain::{AccountId, Book, Credit, EntryId, EntryKind, Origin, Refusal, Source, When},
            store,
        },
        program,
    },
    platform::{auth::Actor, db::Tx, http::problem::Result},
};

/// Redeems points, all or nothing; refuses `insufficient_points`, `below_minimum`, `above_maximum`.
pub fn redeem(
    tx: &mut Tx,
    actor: &Actor,
    key: Option<&str>,
    customer: CustomerId,
    (amount, reason, source): (i64, &str, Option<Source>),
) -> Result<Posted> {
    let origin = Origin { source, ..origin(actor, key, reason) };
    spend(tx, actor, customer, move |book, account| book.redeem(account, amount, origin.clone()))
}

/// Takes the price of a reward, which no minimum or maximum binds; refuses `insufficient_points`.
pub fn pay(
    tx: &mut Tx,
    actor: &Actor,
    key: Option<&str>,
    customer: CustomerId,
    (amount, reason, source): (i64, &str, Option<Source>),
) -> Result<Posted> {
    let origin = Origin { source, ..origin(actor, key, reason) };
    spend(tx, actor, customer, move |book, account| book.pay(account, amount, origin.clone()))
}

/// Adjusts a balance up or down; refuses `insufficient_points`, `amount_out_of_range`.
pub fn adjust(
    tx: &mut Tx,
    actor: &Actor,
    key: Option<&str>,
    customer: CustomerId,
    (amount, reason): (i64, &str),
) -> Result<Posted> {
    let origin = origin(actor, key, reason);
    if amount < 0 {
        let amount = amount.saturating_neg();
        return spend(tx, actor, customer, move |book, account| {
            book.adjust_down(account, amount, origin.clone())
        });
    }
    let mut ledger = open(tx, actor, &[customer])?;
    let account = ledger.account(customer)?;
    let (kind, occurred_at) = (EntryKind::AdjustCredit, ledger.at);
    let entry =
        ledger.book.credit(account, Credit { kind, amount, occurred_at, when: When::AtOnce, origin })?;
    close(tx, ledger, entry, Some(customer))
}

/// Moves free points to another customer; refuses `transfer_to_self`, `insufficient_points`,
/// `transfer_limit_exceeded`.
pub fn transfer(
    tx: &mut Tx,
    actor: &Actor,
    key: Option<&str>,
    (from, to): (CustomerId, CustomerId),
    (amount, reason): (i64, &str),
) -> Result<Posted> {
    if from == to {
        return Err(Refusal::TransferToSelf.into());
    }
    let program = program::current(tx)?;
    let mut ledger = store::open(tx, program.terms()?, &[from, to], actor)?;
    let (source, target) = (ledger.account(from)?, ledger.account(to)?);
    if let Some(limit) = program.transfer_daily_limit {
        let sent = store::sent_today(tx, &ledger.linked(source), ledger.at, program.time_zone.clone())?;
        let most = limit.saturating_sub(sent).max(0);
        if amount > most {
            return Err(Refusal::TransferLimit { most }.into());
        }
    }
    let origin = origin(actor, key, reason);
    let entry = spending(tx, &mut ledger, |book| book.transfer(source, target, amount, origin.clone()))?;
    close(tx, ledger, entry, Some(from))
}

fn spend(
    tx: &mut Tx,
    actor: &Actor,
    customer: CustomerId,
    command: impl Fn(&mut Book, AccountId) -> Result<EntryId, Refusal>,
) -> Result<Posted> {
    let mut ledger = open(tx, actor, &[customer])?;
    let account = ledger.account(customer)?;
    let entry = spending(tx, &mut ledger, |book| command(book, account))?;
    close(tx, ledger, entry, Some(customer))
}
