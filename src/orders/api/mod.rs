//! Orders and usage over HTTP.

mod days;
mod reads;
mod records;
mod usage;

use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

/// No filter.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFilter {}

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(days::verify_orders)
        .service(days::rebuild_orders)
        .service(records::create_order)
        .service(reads::list_orders)
        .service(reads::get_order)
        .service(reads::list_customer_orders)
        .service(usage::create_usage_event)
        .service(usage::list_usage_events);
}
