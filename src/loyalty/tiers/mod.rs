//! Tiers: what customers reach by the points that they earn, and keep for a while.
//!
//! - The tier at an instant follows from what was posted of its history, from the points earned by local day and from
//!   the rules; background work only posts it. Redeeming lowers no tier.
//! - An earning that reaches a threshold raises the tier in its own transaction; one that cannot costs a comparison.
//! - The periods of the history do not overlap: neither those of earned tiers, nor those given by hand, which lie
//!   beside them as a floor and hinder no rise.
//! - A tier that is not earned again by its end is kept through grace; then the next lower one follows, or the one that
//!   the points suffice for, as the program says.
//! - A change of thresholds or of the program holds at once: who qualifies rises, and who no longer does keeps the tier
//!   to its end. The rehearsal lists them before.
//! - A customer that became part of another has that one's tier; the points of both count, and a higher tier of the
//!   merged one stays as a floor to its end. `as_of` answers for the customers that are linked today.

mod actions;
mod api;
mod background;
mod domain;
mod store;
mod wire;

pub use actions::{Held, changed, disinherit, inherit, of, on_view, reaches, review};
pub use api::routes;
pub use background::background;
pub use domain::{Downgrade, QualifyOn, Standing, Tier, TierId, TierState, Window};
pub use store::{TierRow, by_code};
