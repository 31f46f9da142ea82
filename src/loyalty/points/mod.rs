//! The points ledger: entries that are only ever added, lots, holds, and balances that follow from them.
//!
//! - An account is locked, settled to the instant of the command, and only then changed: the balance never
//!   depends on when background work ran.
//! - Every debit is fully taken from lots, except what is owed; per account the entries sum to what its lots hold
//!   less what is owed.
//! - What is owed is repaid first by whatever becomes free, so who owes has nothing to spend.
//! - A source earns once, whoever sends it and however often.
//! - Entries form one hash chain an account; a reversal is an entry.

mod actions;
mod api;
mod background;
pub mod domain;
mod store;
mod wire;

pub use actions::{
    Earn, Posted, Redeem, adjust, audit, earn, earned_by_rules, hold, link, open_balance, pay, redeem,
    reverse, reverse_up_to, unlink, unposted,
};
pub use api::routes;
pub use background::background;
pub use domain::{
    AccountId, Activation, ConsumptionOrder, EntryId, EntryKind, HoldState, MOST, ReversalPolicy, Rounding,
    Source, Terms, Validity,
};
pub use store::linked;
pub use wire::{EntryOut, OpeningIn, SourceIn};
