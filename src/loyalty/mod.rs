//! The points program: what customers earn, keep, spend and give back.
//!
//! - `program`: the rules that all of it goes by.
//! - `points`: the ledger.
//! - `adjustments`: what is changed by hand, and who agrees.
//! - `reports`: what the ledger says in sums.
//! - `rewards`: what points are redeemed for.
//! - `tiers`: what customers reach by the points that they earn.
//! - `earning`: the rules by which events earn points.

mod adjustments;
pub mod earning;
pub mod points;
mod program;
mod reports;
pub mod rewards;
pub mod tiers;

pub use adjustments::{AdjustmentOut, AdjustmentState, waiting as waiting_adjustments};
pub use points::{
    ConsumptionOrder, Earn, EntryId, EntryKind, HoldState, OpeningIn, ReversalPolicy, Rounding, Source,
    audit, earn, link, open_balance, reverse, unlink,
};
pub use program::Program;

use crate::platform::jobs::Registry;
use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .configure(program::routes)
        .configure(points::routes)
        .configure(rewards::routes)
        .configure(adjustments::routes)
        .configure(reports::routes)
        .configure(tiers::routes)
        .configure(earning::routes);
}

/// Adds the background work of this slice.
pub fn background(registry: Registry) -> Registry {
    earning::background(tiers::background(points::background(registry)))
}
