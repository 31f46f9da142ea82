//! The organisation's settings.
//!
//! One deployment serves one organisation, so there is one row. It is made by [`crate::defaults`] and never
//! removed.

mod actions;
mod api;
mod store;
mod wire;

pub use api::routes;
pub use store::{Settings, current, insert};
