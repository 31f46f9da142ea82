//! The organisation's settings, and the labels of all enumerations.
//!
//! One deployment serves one organisation, so there is one row. It is made by [`crate::defaults`] and never
//! removed.

mod store;

pub use store::{Settings, current, insert};

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(_config: &mut ServiceConfig<'_>) {}
