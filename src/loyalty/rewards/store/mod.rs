//! Every query on rewards, redemptions and coupons.

mod coupons;
mod redemptions;
mod rewards;

pub use coupons::{
    Coupon, StoredCoupon, coupon, coupon_of, coupons_of, insert_coupon, lock_coupon, lock_coupon_by_hash,
    save_coupon,
};
pub use redemptions::{
    Position, Redemption, Wanted, count_of, insert, lock, lock_paid_with, page, redemption, save,
};
pub use rewards::{Reward, insert_reward, lock_reward, put_back, reward, rewards, save_reward, take};
