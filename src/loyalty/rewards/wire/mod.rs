//! Rewards as JSON.

mod coupons;
mod redemptions;
mod rewards;

pub use coupons::{CouponLockIn, CouponOut, CouponPage, CouponUseIn};
pub use redemptions::{RedemptionCancelIn, RedemptionFilter, RedemptionIn, RedemptionOut, RedemptionPage};
pub use rewards::{RewardFilter, RewardIn, RewardOut, RewardPage, RewardPatch};
