//! The points ledger once more, slow and plain: what the real one is compared with.
//!
//! Written from the rules alone. Nothing is kept that can be counted, nothing is fast; after each command the
//! whole book is put away, so that any past instant can be looked at.

mod book;
mod commands;
mod reversal;
mod settings;
mod settle;
mod truth;

mod cases;
mod dates;

pub use book::{Balance, Book, Kind, MOST, Refusal};
pub use commands::{Command, Done};
pub use settings::{Activation, ConsumptionOrder, ReversalPolicy, Settings, Validity};

use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// An instant.
pub type At = DateTime<Utc>;

/// A ledger, and everything that it ever was.
#[derive(Clone, Debug)]
pub struct Model {
    pub book: Book,
    past: Vec<(At, Book)>,
}

impl Model {
    /// Returns a ledger without entries.
    pub fn new(settings: Settings, now: At, accounts: usize) -> Self {
        Self { book: Book::new(settings, now, accounts), past: Vec::new() }
    }

    /// Moves the time on.
    pub fn set_time(&mut self, now: At) {
        assert!(now >= self.book.now, "time does not go back");
        self.book.now = now;
    }

    /// Does what a command asks; a refusal changes nothing.
    pub fn run(&mut self, command: Command) -> Result<Done, Refusal> {
        let mut book = self.book.clone();
        let done = book.apply(command)?;
        self.book = book;
        self.past.push((self.book.now, self.book.clone()));
        Ok(done)
    }

    /// Returns what these accounts had at an instant, as it was known then.
    pub fn balance_at(&self, accounts: &[usize], at: At) -> Balance {
        assert!(at <= self.book.now, "the future is not known");
        let Some((_, book)) = self.past.iter().rev().find(|(then, _)| *then <= at) else {
            return Balance::default();
        };
        let mut book = book.clone();
        book.settle(accounts, at);
        book.balance(accounts, at)
    }

    /// Returns on which local days points end that could be spent at an instant, and how many.
    pub fn expiring_at(&self, accounts: &[usize], at: At) -> BTreeMap<NaiveDate, i64> {
        let mut days = BTreeMap::new();
        let Some((_, book)) = self.past.iter().rev().find(|(then, _)| *then <= at) else { return days };
        let mut book = book.clone();
        book.settle(accounts, at);
        for lot in book.free_lots(accounts, at) {
            if let Some(end) = book.lots[lot].expires_at {
                *days.entry(self.book.settings.day_of(end)).or_default() += book.lots[lot].free();
            }
        }
        days
    }

    /// Returns what these accounts have now.
    pub fn balance(&self, accounts: &[usize]) -> Balance {
        let mut book = self.book.clone();
        book.settle(accounts, book.now);
        book.balance(accounts, book.now)
    }
}
