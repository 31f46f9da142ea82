//! The rules of the real ledger without its database: what its actions and its store do is done with lists.

mod shelf;
mod step;

use super::model::{At, Command, Refusal, Settings};
use hearback::loyalty::points::domain::{
    Account, AccountId, Allocation, Book, Entry, Hold, Lot, LotId, MOST, Refusal as Refused, Restoration,
};
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
};
use uuid::Uuid;

/// Everything that would be stored.
#[derive(Debug)]
pub struct Core {
    pub accounts: Vec<Account>,
    pub lots: BTreeMap<LotId, Lot>,
    pub holds: Vec<Hold>,
    pub entries: Vec<Entry>,
    pub allocations: Vec<Allocation>,
    pub restorations: Vec<Restoration>,
    /// Whether books get only what a command needs, as from the store; else everything.
    is_narrow: bool,
}

/// Returns ids in the order of their making.
fn next_id() -> Uuid {
    static LAST: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u64_pair(0, LAST.fetch_add(1, Ordering::Relaxed))
}

impl Core {
    /// Returns a ledger without entries.
    pub fn new(now: At, accounts: usize, is_narrow: bool) -> Self {
        Self {
            accounts: (0..accounts).map(|_| Account::new(AccountId(next_id()), now)).collect(),
            lots: BTreeMap::new(),
            holds: Vec::new(),
            entries: Vec::new(),
            allocations: Vec::new(),
            restorations: Vec::new(),
            is_narrow,
        }
    }

    /// Links accounts: each is named with the one that its customer became a part of.
    pub fn link(&mut self, roots: &[usize]) {
        for (account, root) in roots.iter().enumerate() {
            self.accounts[account].group = self.accounts[*root].id;
        }
    }

    /// Does what a command asks.
    pub fn run(&mut self, now: At, settings: &Settings, command: Command) -> Result<(), Refusal> {
        if command.amount().is_some_and(|amount| !(1..=MOST).contains(&amount)) {
            return Err("amount_out_of_range");
        }
        let Some(step) = self.step(now, command).map_err(Refused::code)? else { return Ok(()) };
        let mut book = self.open(now, settings, &self.concerned(&step));
        self.load(&mut book, now, &step, if self.is_narrow { 1 } else { usize::MAX });
        let played = match step.play(&mut book) {
            Err(Refused::Incomplete) => {
                self.load(&mut book, now, &step, usize::MAX);
                step.play(&mut book)
            }
            done => done,
        };
        played.map_err(Refused::code)?;
        self.store(&mut book);
        Ok(())
    }

    /// Returns the book of an account and those linked with it, settled.
    pub fn view(&self, now: At, settings: &Settings, account: usize) -> Book {
        self.open(now, settings, &[self.accounts[account].group])
    }

    /// Returns the number of an account.
    pub fn number(&self, id: AccountId) -> usize {
        self.accounts.iter().position(|account| account.id == id).unwrap()
    }
}
