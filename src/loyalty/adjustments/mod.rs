//! Adjustments of balances by hand: within the program's limit at once, above it by a second person.
//!
//! - Nobody decides on what they asked for themselves.
//! - A request is decided on once; what cannot be booked then stays pending.

mod actions;
mod api;
mod domain;
mod store;
mod wire;

pub use api::routes;
pub use domain::AdjustmentState;
pub use store::waiting;
pub use wire::AdjustmentOut;
