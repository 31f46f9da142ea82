//! Which department takes which feedback.
//!
//! Rules are asked in order; the first whose conditions all hold and whose department is active takes the
//! feedback. Where none does, it goes to the department with the code `service`, flagged `unrouted`.

mod actions;
mod api;
mod domain;
mod store;
mod wire;

pub use actions::{Table, route};
pub use api::routes;
pub use domain::{Conditions, Facts, Routed, Rule, RuleId, WhyNot};
pub use store::{RuleRow, insert, to_column};
