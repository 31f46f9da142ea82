//! API keys: what programs prove themselves with.
//!
//! - A key is shown once and stored as its SHA-256.
//! - It may do what its scopes name, and nothing else; its scopes never change.
//! - A revoked or expired key is refused on the next request, by every server.

mod actions;
mod api;
mod domain;
mod store;
mod wire;

pub use domain::ApiKeyId;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(api::create_api_key)
        .service(api::list_api_keys)
        .service(api::get_api_key)
        .service(api::revoke_api_key);
}
