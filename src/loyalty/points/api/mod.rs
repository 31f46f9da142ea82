//! Points over HTTP.

mod accounts;
mod audit;
mod entries;
mod holds;
mod moves;

use serde::Deserialize;
use utoipa_actix_web::service_config::ServiceConfig;

/// No filter.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFilter {}

/// Mounts the routes of points.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(accounts::get_points)
        .service(accounts::list_points_entries)
        .service(accounts::list_points_holds)
        .service(moves::earn_points)
        .service(moves::redeem_points)
        .service(moves::transfer_points)
        .service(holds::hold_points)
        .service(holds::get_hold)
        .service(holds::capture_hold)
        .service(holds::release_hold)
        .service(entries::get_entry)
        .service(entries::reverse_entry)
        .service(entries::activate_entry)
        .service(audit::verify_ledger);
}
