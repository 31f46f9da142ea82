//! Points over HTTP.

mod accounts;
mod entries;
mod holds;
mod moves;

use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

/// No filter.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoFilter {}

/// Whether it is only tried.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DryRun {
    /// Whether everything is checked and shown, and nothing written.
    #[param(nullable = false)]
    dry_run: Option<bool>,
}

/// Mounts the routes of points.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(accounts::get_points)
        .service(accounts::list_points_entries)
        .service(accounts::list_points_holds)
        .service(moves::earn_points)
        .service(moves::redeem_points)
        .service(moves::adjust_points)
        .service(moves::transfer_points)
        .service(holds::hold_points)
        .service(holds::get_hold)
        .service(holds::capture_hold)
        .service(holds::release_hold)
        .service(entries::get_entry)
        .service(entries::reverse_entry)
        .service(entries::activate_entry);
}
