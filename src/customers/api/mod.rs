//! Customers and tags over HTTP.

mod customers;
mod tags;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config.configure(customers::routes).configure(tags::routes);
}
