//! Service levels: policies, and the clocks that they set.

pub mod domain;
mod store;

pub use domain::{
    Choice, Facts, Policy, PolicyId, PolicyVersionId, Target, TargetUnit, Terms, VisitStart, choose,
};
pub use store::{Content, active_policies, insert_policy, load_terms};

use utoipa_actix_web::service_config::ServiceConfig;

/// Mounts the routes of this slice.
pub fn routes(_config: &mut ServiceConfig<'_>) {}
