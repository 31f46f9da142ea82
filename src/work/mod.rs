//! What waits for me: worklist, approvals, notifications.

mod actions;
mod api;
mod store;
mod wire;

pub use wire::ApprovalKind;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(api::get_worklist)
        .service(api::list_approvals)
        .service(api::list_notifications)
        .service(api::read_notification);
}
