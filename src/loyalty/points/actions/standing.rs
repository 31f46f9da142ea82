//! Where a customer stands, and what time does with accounts that nobody asks about.

use crate::{
    customers::CustomerId,
    loyalty::{
        points::{
            domain::{Balance, EntryKind, Expiring},
            store,
        },
        program, tiers,
    },
    platform::{audit::Findings, auth::Actor, db::Tx, http::problem::Result},
};
use chrono::{DateTime, Utc};

/// Where a customer stands at an instant.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What there is.
    pub balance: Balance,
    /// What was earned in a lifetime.
    pub lifetime_earned: i64,
    /// What ends when.
    pub expiring: Vec<Expiring>,
    /// The tier.
    pub tier: tiers::Standing,
}

/// Returns where a customer stands at `at`, which is `now` or before it.
///
/// Most accounts are as their row says. Where something was due and nobody has posted it yet, and for the past,
/// the book is made again from what is never changed.
pub fn standing(tx: &mut Tx, id: CustomerId, at: DateTime<Utc>, now: DateTime<Utc>) -> Result<Standing> {
    let program = program::current(tx)?;
    let ledger = store::view(tx, program.terms()?, id, now)?;
    let tier = tiers::on_view(tx, &program, id, (at, now))?.standing;
    let account = ledger.account(id)?;
    let linked = ledger.linked(account);
    if at < now || ledger.book.is_changed() {
        let book = store::as_of(tx, program.terms()?, &linked, at)?;
        return Ok(Standing {
            balance: book.balance(account),
            lifetime_earned: book.lifetime_earned(account),
            expiring: book.expiring(account),
            tier,
        });
    }
    Ok(Standing {
        balance: ledger.book.balance(account),
        lifetime_earned: ledger.book.lifetime_earned(account),
        expiring: store::expiring(tx, &linked, at, program.time_zone)?,
        tier,
    })
}

/// Returns what time has done with a customer's accounts and nobody has posted yet: kind, amount, instant.
pub fn unposted(
    tx: &mut Tx,
    id: CustomerId,
    now: DateTime<Utc>,
) -> Result<Vec<(EntryKind, i64, DateTime<Utc>)>> {
    let terms = program::current(tx)?.terms()?;
    let ledger = store::view(tx, terms, id, now)?;
    Ok(ledger.book.posted().iter().map(|entry| (entry.kind, entry.amount, entry.occurred_at)).collect())
}

/// Posts what time has done with some accounts; returns how many were due.
pub fn settle_due(tx: &mut Tx, at: DateTime<Utc>, most: i64) -> Result<usize> {
    let due = store::due_groups(tx, at, most)?;
    let terms = program::current(tx)?.terms()?;
    for group in &due {
        store::open_accounts(tx, terms.clone(), &[*group], &Actor::system(at))?.close(tx)?;
    }
    Ok(due.len())
}

/// How many accounts are looked at in one statement.
const PORTION: i64 = 500;

/// Looks for everything in the ledger that does not add up, or is not what was written.
pub fn audit(tx: &mut Tx) -> Result<Findings> {
    let (mut found, mut after) = (Findings::default(), None);
    loop {
        let heads = store::heads(tx, after, PORTION)?;
        let Some((last, ..)) = heads.last() else {
            return Ok(found);
        };
        after = Some(*last);
        let ids: Vec<_> = heads.iter().map(|head| head.0).collect();
        found.add(heads.len(), store::broken_sums(tx, &ids)?);
        found.add(0, store::broken_chains(tx, &heads)?);
    }
}
