//! Service levels: policies, and the clocks that they set.
//!
//! A policy changes; its versions do not. Clocks name the version that they started with. There is always an
//! active policy without conditions, so that some policy applies to every feedback.

mod actions;
mod api;
pub mod domain;
mod store;
mod wire;

pub use api::routes;
pub use domain::{
    Choice, Facts, Policy, PolicyId, PolicyVersionId, Target, TargetUnit, Terms, VisitStart, choose,
};
pub use store::{Content, active_policies, insert_policy, load_terms};
