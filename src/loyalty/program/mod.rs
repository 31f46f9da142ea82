//! The rules of the points program: one row.
//!
//! - A change holds for what happens after it; lots keep the ends that they have, and tiers theirs.

mod actions;
mod api;
mod store;
mod wire;

pub use actions::unknown_window;
pub use api::routes;
pub use store::{Program, current, lock};
