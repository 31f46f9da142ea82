//! The closed loop, from the first word to the ending (事事有回应，件件有着落).
//!
//! Invariants, each held by the domain and by the database:
//! - `status` is the fold over `feedback_event`, whose entries form one hash chain per feedback;
//! - from `dispatched` to `replied` there is one department, from `in_progress` to `replied` one handler;
//! - a reply needs an approval of the same round, and nobody approves an own plan;
//! - at most one clock of a kind is open; a terminal status has none.

mod actions;
pub mod api;
mod domain;
mod store;
mod wire;

pub use actions::meet_first_response;
pub use domain::FeedbackId;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(config: &mut ServiceConfig<'_>) {
    api::routes(config);
}
