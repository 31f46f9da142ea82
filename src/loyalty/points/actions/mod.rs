//! What is done with points, one function a command: lock, settle, post, store.

mod credits;
mod holds;
mod links;
mod refusal;
mod reversals;
mod spending;
mod standing;

pub use credits::{Earn, earn, earn_all, earned_by_rules, open_balance};
pub use holds::{capture, hold, release};
pub use links::{link, unlink};
pub use reversals::{activate, reverse, reverse_up_to};
pub use spending::{Redeem, adjust, pay, redeem, redeem_all, transfer};
pub use standing::{Standing, audit, settle_due, standing, unposted};

use super::{
    domain::{AccountId, Book, EntryId, Origin, Refusal},
    store::{self, Ledger, StoredEntry},
};
use crate::{
    customers::CustomerId,
    loyalty::program,
    platform::{
        auth::Actor,
        db::Tx,
        http::problem::{Error, Result},
    },
};

/// How many lots a redemption looks at first.
const NEAR: i64 = 64;
/// How many it looks at when those are not enough.
const FAR: i64 = 1_000_000;

/// What a command posted: its main entry, summed over linked accounts, and its words.
#[derive(Clone, Debug)]
pub struct Posted {
    /// The entry.
    pub entry: StoredEntry,
    /// Its words.
    pub reason: Option<String>,
    /// The customer who was asked.
    pub customer: Option<CustomerId>,
    /// Whether it is new, and no answer to what was posted before.
    pub new: bool,
}

fn open(tx: &mut Tx, actor: &Actor, customers: &[CustomerId]) -> Result<Ledger> {
    let terms = program::current(tx)?.terms()?;
    store::open(tx, terms, customers, actor)
}

/// Opens the accounts of customers that several actors ask about at once; whoever may not be changed is refused later.
fn open_known<'a>(
    tx: &mut Tx,
    actors: impl Iterator<Item = &'a Actor>,
    customers: &[CustomerId],
) -> Result<Ledger> {
    let latest = actors.max_by_key(|actor| actor.at).ok_or_else(|| Error::internal("nobody asks"))?;
    let terms = program::current(tx)?.terms()?;
    store::open_known(tx, terms, customers, latest)
}

/// Runs a command on accounts that takes from lots: with those that are spent first, and with all where they are not
/// enough.
fn spending<T>(
    tx: &mut Tx,
    ledger: &mut Ledger,
    command: impl Fn(&mut Book) -> Result<T, Refusal>,
) -> Result<T> {
    let accounts = ledger.accounts();
    ledger.load_spendable(tx, &accounts, NEAR)?;
    with_more(tx, ledger, &accounts, command)
}

/// Runs a command again with all lots of the accounts where those that are there are not enough.
fn with_more<T>(
    tx: &mut Tx,
    ledger: &mut Ledger,
    accounts: &[AccountId],
    command: impl Fn(&mut Book) -> Result<T, Refusal>,
) -> Result<T> {
    match command(&mut ledger.book) {
        Err(Refusal::Incomplete) => {
            ledger.load_spendable(tx, accounts, FAR)?;
            Ok(command(&mut ledger.book)?)
        }
        done => Ok(done?),
    }
}

/// Returns the entry as it is posted.
fn posted(ledger: &Ledger, entry: EntryId, customer: Option<CustomerId>) -> Result<Posted> {
    let posted = ledger.posted(entry);
    let (entry, reason) = posted.ok_or_else(|| Error::internal("a command posted no entry"))?;
    Ok(Posted { entry, reason, customer, new: true })
}

/// Stores what was posted and returns the entry.
fn close(tx: &mut Tx, ledger: Ledger, entry: EntryId, customer: Option<CustomerId>) -> Result<Posted> {
    let posted = posted(&ledger, entry, customer)?;
    ledger.close(tx)?;
    Ok(posted)
}

/// Stores what was posted for those who were not refused.
fn close_all(tx: &mut Tx, ledger: Ledger, results: &[Result<Posted>]) -> Result<()> {
    let new = results.iter().flatten().filter(|posted| posted.new);
    let customers: Vec<CustomerId> = new.filter_map(|posted| posted.customer).collect();
    ledger.close_for(tx, &customers)
}

/// Returns what came of the only one that was asked.
fn one(mut all: Vec<Result<Posted>>) -> Result<Posted> {
    all.pop().unwrap_or_else(|| Err(Error::internal("nothing was answered")))
}

fn origin(actor: &Actor, key: Option<&str>, reason: &str) -> Origin {
    Origin {
        actor_kind: actor.who.kind(),
        actor_id: actor.who.id(),
        idempotency_key: key.map(str::to_owned),
        reason: Some(reason.to_owned()),
        source: None,
        rule: None,
    }
}
