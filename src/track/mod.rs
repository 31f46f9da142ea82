//! The customer's own window: no account, one token.
//!
//! Number and token open one feedback together; whoever has only one of them learns nothing, not even whether
//! the number exists. What is shown is what the customer is entitled to: no staff, no department, no notes.

mod api;
mod wire;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(api::get_track)
        .service(api::confirm_track)
        .service(api::answer_track)
        .service(api::reopen_track);
}
