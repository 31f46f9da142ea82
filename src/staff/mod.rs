//! People, their roles, absences and history; API keys.

mod person;

pub use person::{Person, StaffId};

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(_config: &mut ServiceConfig<'_>) {}
