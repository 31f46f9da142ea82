//! Sign in, refresh, sign out.
//!
//! - No more wrong passwords are looked at than the limits allow, however many come at once.
//! - Whether an account exists shows neither in an answer nor in its time.
//! - A refresh token counts once; whoever uses it again ends the session for all who hold a token of it.
//! - What is ended is refused on the next request, by every server.

mod actions;
mod api;
mod domain;
mod proof;
mod store;
mod wire;

pub use actions::background;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    config
        .service(api::login)
        .service(api::refresh)
        .service(api::logout)
        .service(api::get_me)
        .service(api::change_password);
}

/// Mounts what lies at the root.
pub fn root_routes(config: &mut ServiceConfig<'_>) {
    config.service(api::get_keys);
}
