//! Rewards: what points are redeemed for, and the coupons that come of it.
//!
//! - The stock is what is left. It is never below zero: taken by a redemption, put back once by its cancellation.
//! - A redemption's points are paid in the transaction that makes it, and come back by its cancellation alone.
//! - A coupon's code is random, shown once and stored as a hash. Of two uses one wins.
//! - A lock of a coupon and the coupon itself end by time, whoever has noticed.
//! - A reward may be given without a price, for a source: then the source's owner takes the steps, and neither the
//!   window, the limit of a customer nor the tier binds it.

mod actions;
mod api;
mod domain;
mod store;
mod wire;

pub use actions::{
    cancel, confirm, create, fulfil, give, release, request, require_offered, require_unbound, reserve,
    take_back,
};
pub use api::routes;
pub use domain::{CouponState, RedemptionId, RedemptionState, RewardId, RewardKind};
