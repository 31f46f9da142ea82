//! Proof that the loop is closed and history is whole.
//!
//! - `closed-loop` runs the invariants of the loop over all data: a clean database gives an empty list.
//! - `verify` recomputes every hash chain and compares it with the hourly anchors: one changed byte is located,
//!   and a removed chain shows.
//!
//! Each looks at all data at one moment, portion by portion, so that no statement is long however much there is.

mod actions;
mod api;
mod background;
mod store;

pub use background::background;

use crate::{
    loyalty, orders,
    platform::{audit::Findings, auth::keys::AnchorKeys, db::Tx, http::problem::Result},
};
use utoipa_actix_web::service_config::ServiceConfig;

/// A look at all data.
pub struct Audit {
    /// What it is called.
    pub name: &'static str,
    /// Looks at everything at one moment.
    pub look: fn(&mut Tx, &AnchorKeys) -> Result<Findings>,
}

/// Every audit, as `hearback verify` runs them.
pub const AUDITS: &[Audit] = &[
    Audit { name: "closed-loop", look: |tx, _| actions::closed_loop(tx) },
    Audit { name: "verify", look: actions::history },
    Audit { name: "ledger", look: |tx, _| loyalty::audit(tx) },
    Audit { name: "orders", look: |tx, _| orders::audit(tx) },
];

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.service(api::audit_closed_loop).service(api::audit_chains);
}
