//! Queries on accounts, entries, lots and holds.

mod entries;
mod history;
mod holds;
mod ledger;
mod lots;
mod owners;
mod write;

pub use entries::{Position, StoredEntry, Worded, by_source, debit, entry, page, sent_today, siblings};
pub use history::as_of;
pub use holds::{StoredHold, hold, page as hold_page};
pub use ledger::{Ledger, due_groups, open, open_accounts, view};
pub use lots::expiring;
pub use owners::{customer_of, linked};
