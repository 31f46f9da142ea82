//! Queries on accounts, entries, lots and holds.

mod accounts;
mod audit;
mod entries;
mod hashed;
mod history;
mod holds;
mod ledger;
mod links;
mod lots;
mod owners;
mod write;

pub use audit::{broken_chains, broken_sums, heads};
pub use entries::{
    Position, StoredEntry, Worded, asked_back, by_rules, by_sources, debit, entry, page, sent_today, siblings,
};
pub use history::as_of;
pub use holds::{StoredHold, hold, page as hold_page};
pub use ledger::{Ledger, due_groups, open, open_accounts, open_known, view};
pub use links::{
    accounts_below, count_members, ensure_account, group_of, group_of_account, has_hold_over_both,
    lock_groups, members, regroup,
};
pub use lots::expiring;
pub use owners::{customer_of, linked};
