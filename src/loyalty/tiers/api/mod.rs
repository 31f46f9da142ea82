//! Tiers over HTTP.

mod customers;
mod tiers;

use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

/// No filter.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoFilter {}

/// Mounts the routes of tiers.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(tiers::create_tier)
        .service(tiers::list_tiers)
        .service(tiers::rehearse_tiers)
        .service(tiers::get_tier)
        .service(tiers::update_tier)
        .service(tiers::deactivate_tier)
        .service(tiers::activate_tier)
        .service(tiers::list_tier_notices)
        .service(customers::get_customer_tier)
        .service(customers::list_customer_tiers)
        .service(customers::give_customer_tier);
}
