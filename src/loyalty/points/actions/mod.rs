//! What is done with points, one function a command: lock, settle, post, store.

mod credits;
mod holds;
mod links;
mod refusal;
mod reversals;
mod spending;
mod standing;

pub use credits::{Earn, earn, open_balance};
pub use holds::{capture, hold, release};
pub use links::{link, unlink};
pub use reversals::{activate, reverse};
pub use spending::{adjust, pay, redeem, transfer};
pub use standing::{Standing, audit, settle_due, standing, unposted};

use super::{
    domain::{Book, EntryId, Origin, Refusal},
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

/// Runs a command that takes from lots: with those that are spent first, and with all where they are not enough.
fn spending<T>(
    tx: &mut Tx,
    ledger: &mut Ledger,
    command: impl Fn(&mut Book) -> Result<T, Refusal>,
) -> Result<T> {
    ledger.load_spendable(tx, NEAR)?;
    match command(&mut ledger.book) {
        Err(Refusal::Incomplete) => {
            ledger.load_spendable(tx, FAR)?;
            Ok(command(&mut ledger.book)?)
        }
        done => Ok(done?),
    }
}

/// Stores what was posted and returns the entry as it now stands.
fn close(tx: &mut Tx, ledger: Ledger, entry: EntryId, customer: Option<CustomerId>) -> Result<Posted> {
    let posted = ledger.posted(entry);
    ledger.close(tx)?;
    let (entry, reason) = posted.ok_or_else(|| Error::internal("a command posted no entry"))?;
    Ok(Posted { entry, reason, customer, new: true })
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
