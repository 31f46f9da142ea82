use super::{NEAR, Posted, close, close_all, one, open, open_known, origin, posted, spending, with_more};
use crate::{
    customers::CustomerId,
    loyalty::{
        points::{
            domain::{AccountId, Book, Credit, EntryId, EntryKind, Origin, Refusal, Source, When},
            store::{self, Ledger},
        },
        program,
    },
    platform::{auth::Actor, db::Tx, http::problem::Result},
};

/// Points to be redeemed.
#[derive(Clone, Debug)]
pub struct Redeem {
    /// By whom.
    pub customer: CustomerId,
    /// How many.
    pub amount: i64,
    /// Why.
    pub reason: String,
    /// For what.
    pub source: Option<Source>,
}

/// Who redeems what: the actor, the key that the request came with, and the points.
pub type Redeeming<'a> = (&'a Actor, Option<&'a str>, &'a Redeem);

/// Redeems points, all or nothing; refuses `insufficient_points`, `below_minimum`, `above_maximum`.
pub fn redeem(tx: &mut Tx, actor: &Actor, key: Option<&str>, redeem: &Redeem) -> Result<Posted> {
    one(redeem_all(tx, &[(actor, key, redeem)])?)
}

/// Does what [`redeem`] does, for many at once, in their order; who is refused has posted nothing.
pub fn redeem_all(tx: &mut Tx, asked: &[Redeeming<'_>]) -> Result<Vec<Result<Posted>>> {
    let customers: Vec<CustomerId> = asked.iter().map(|(_, _, redeem)| redeem.customer).collect();
    let mut ledger = open_known(tx, asked.iter().map(|(actor, ..)| *actor), &customers)?;
    let accounts = ledger.accounts();
    ledger.load_spendable(tx, &accounts, NEAR)?;
    let mut results = Vec::new();
    for (actor, key, redeem) in asked {
        let origin = Origin { source: redeem.source.clone(), ..origin(actor, *key, &redeem.reason) };
        results.push(redeem_one(tx, &mut ledger, redeem, origin));
    }
    close_all(tx, ledger, &results)?;
    Ok(results)
}

fn redeem_one(tx: &mut Tx, ledger: &mut Ledger, redeem: &Redeem, origin: Origin) -> Result<Posted> {
    let account = ledger.live(redeem.customer)?;
    let linked = ledger.linked(account);
    let command = |book: &mut Book| book.redeem(account, redeem.amount, origin.clone());
    let entry = with_more(tx, ledger, &linked, command)?;
    posted(ledger, entry, Some(redeem.customer))
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
