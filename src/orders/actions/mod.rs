//! What is done with orders and usage: lock the customers, decide in memory, store together.

mod book;
mod days;
mod earning;
mod owners;
mod refusal;
mod usage;

pub use days::{audit, rebuild, rebuilding, regroup};
pub use usage::{RecordedUsage, record_usage_all};

use self::book::Book;
use super::{
    domain::{Line, Reference},
    store::{self, Order},
    wire::OrderIn,
};
use crate::{
    platform::{auth::Actor, db::Tx, http::problem::Result},
    settings,
};

/// An order that somebody wants to record.
#[derive(Clone, Debug)]
pub struct Asked<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// The order.
    pub input: &'a OrderIn,
    /// What it is called in another system.
    pub reference: Option<Reference>,
}

impl<'a> Asked<'a> {
    /// Returns the order under its own reference, or else under `other`.
    pub fn new(actor: &'a Actor, input: &'a OrderIn, other: Option<Reference>) -> Self {
        let own = input.external_ref.as_ref().map(|reference| reference.pair());
        Self { actor, input, reference: own.or(other) }
    }
}

/// An order that was recorded.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The order.
    pub order: Order,
    /// Its lines.
    pub lines: Vec<Line>,
    /// Whether it is new, and was not there before.
    pub new: bool,
}

/// Records orders together; who is refused has recorded nothing.
///
/// The same reference again answers the first order if everything is the same, else `external_ref_taken`. Refuses
/// `unknown_customer`, `customer_merged`, `customer_erased`, `in_the_future`, `amount_out_of_range` and, of refunds,
/// `unknown_order`, `not_a_purchase`, `different_customer`, `currency_mismatch`, `before_purchase`, `over_refund`.
///
/// Where `run_rules` says so, purchases earn by the rules and refunds take back what was earned, in the same transaction.
pub fn record_all(tx: &mut Tx, asked: &[Asked<'_>], run_rules: bool) -> Result<Vec<Result<Recorded>>> {
    let mut book = Book::open(tx, asked)?;
    let mut recorded = Vec::new();
    for one in asked {
        recorded.push(book.record(one)?);
    }
    let new = book.close();
    if !new.is_empty() {
        // after the locks: whoever changes the zone counts these customers anew
        let zone = settings::current(tx)?.time_zone;
        store::insert(tx, &new, &zone)?;
    }
    if run_rules {
        let of_new = asked.iter().zip(&recorded).filter(|(_, one)| one.as_ref().is_ok_and(|one| one.new));
        for ((one, _), new) in of_new.zip(&new) {
            earning::heard(tx, one.actor, new)?;
        }
    }
    Ok(recorded)
}
