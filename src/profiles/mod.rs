//! What needs every slice: a customer seen from all sides.
//!
//! - Whoever may read customers sees this; of feedback each sees what is theirs to see, and counts no other.
//! - Only what exists is shown: points, tiers, RFM and lifetime value come with the slices that know them.

mod actions;
mod api;
mod store;
mod wire;

pub use api::routes;
