//! Which department takes which feedback.
//!
//! Rules are asked in order; the first whose conditions all hold and whose department is active takes the
//! feedback. Where none does, it goes to the department with the code `service`, flagged `unrouted`.

mod actions;
mod domain;
mod store;

pub use actions::route;
pub use domain::{Conditions, Facts, Routed, Rule, RuleId, WhyNot};
pub use store::{RuleRow, insert, to_column};

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(_config: &mut ServiceConfig<'_>) {}
