//! Departments, their heads and their tree.
//!
//! - The tree has no cycle and at most eight levels.
//! - An active department has a head, and heads and deputies are active members of staff.
//! - The department with the code `service` takes what nobody else takes: it is always there and active.
//! - A department that owns open feedback, or has active departments below it, stays active.

mod actions;
mod domain;
mod store;

pub use actions::{calendar_of, require_active, service_department};
pub use domain::{DepartmentId, Rung, SERVICE, Stander};
pub use store::{Department, chain, insert};

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(_config: &mut ServiceConfig<'_>) {}
