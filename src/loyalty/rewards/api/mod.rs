//! Rewards over HTTP.

mod coupons;
mod redemptions;
mod rewards;

use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

/// No filter.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFilter {}

/// Mounts the routes of rewards.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(rewards::list_rewards)
        .service(rewards::create_reward)
        .service(rewards::get_reward)
        .service(rewards::update_reward)
        .service(rewards::activate_reward)
        .service(rewards::deactivate_reward)
        .service(redemptions::list_reward_redemptions)
        .service(redemptions::list_customer_redemptions)
        .service(redemptions::redeem_reward)
        .service(redemptions::get_redemption)
        .service(redemptions::confirm_redemption)
        .service(redemptions::fulfil_redemption)
        .service(redemptions::cancel_redemption)
        .service(coupons::list_customer_coupons)
        .service(coupons::lock_coupon)
        .service(coupons::get_coupon)
        .service(coupons::use_coupon)
        .service(coupons::unlock_coupon)
        .service(coupons::void_coupon)
        .service(coupons::renew_coupon_code);
}
