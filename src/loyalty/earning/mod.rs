//! Earning rules: what earns points by itself.
//!
//! - What a rule says to an event is a function of the rules, the facts and what is left of its caps; the simulation
//!   and the earning ask the same one.
//! - Caps hold whatever happens at once: what is used up of each is a row that is held before it is judged. It begins
//!   with what the ledger says, also when a cap is new or customers were merged. What was paid counts, also when it
//!   was reversed.
//! - An event earns once, by its source, whoever reports it for whom: each rule that fires is one entry of the ledger,
//!   under the rule's code.
//! - The order of locks is: the source, the customer where it has no account yet, the accounts, the caps.
//! - No rule is there by default, so nothing fires.

mod actions;
mod api;
mod background;
mod domain;
mod store;
mod wire;

pub use actions::{Event, OWN_SYSTEM, happened};
pub use api::routes;
pub use background::background;
pub use domain::{EarningKind, Fact, Order, Trigger, WhyNotEarned};
pub use store::forget;
