//! Proof that the loop is closed and history is whole.
//!
//! - `closed-loop` runs the invariants of the loop over all data: a clean database gives an empty list.
//! - `verify` recomputes every hash chain and compares it with the hourly anchors: one changed byte is located,
//!   and a removed chain shows.

mod actions;
mod api;
mod background;
mod store;
mod wire;

pub use background::background;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(api::audit_closed_loop).service(api::audit_chains);
}
