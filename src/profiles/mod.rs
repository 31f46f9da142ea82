//! What needs every slice: a customer seen from all sides.
//!
//! - Whoever may read customers sees this; of feedback each sees what is theirs to see, and counts no other.
//! - Only what exists is shown: points, tiers, RFM and lifetime value come with the slices that know them.

mod actions;
mod api;
mod merges;
mod store;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.configure(api::routes).configure(merges::routes);
}
