//! Departments, their heads and their tree.

mod domain;

pub use domain::DepartmentId;

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(_config: &mut ServiceConfig<'_>) {}
